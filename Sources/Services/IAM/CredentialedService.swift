import AWSCore
import Crypto
import Directory

/// The services that users can have a credential of their own for.
///
/// Source: IAM User Guide, id_credentials_service-specific-creds and id_credentials_api_keys_for_aws_services.
enum CredentialedService: String {
  case codeCommit = "codecommit.amazonaws.com"
  case keyspaces = "cassandra.amazonaws.com"
  case bedrock = "bedrock.amazonaws.com"
  case cloudWatchLogs = "logs.amazonaws.com"

  /// What a client of the service presents.
  enum Form: Equatable {
    /// A user name and a password.
    case password
    /// One text that begins with the prefix.
    case apiKey(prefix: String)
  }

  var form: Form {
    switch self {
    case .codeCommit, .keyspaces: .password
    case .bedrock: .apiKey(prefix: "ABSK")
    case .cloudWatchLogs: .apiKey(prefix: "ACWL")
    }
  }

  init(named name: String) throws(Failure) {
    guard let service = CredentialedService(rawValue: name) else {
      throw Failure(.serviceNotSupported, "The specified service does not support service-specific credentials.")
    }
    self = service
  }
}

/// A new password for a service: shown once, kept as its digest.
struct ServicePassword {
  /// The password, or the whole API key.
  let shown: Secret<String>
  let digest: [UInt8]

  init(for service: CredentialedService, name: String, from entropy: Entropy) {
    let password = Base64.encode(entropy.bytes(32))
    switch service.form {
    case .password: shown = Secret(password)
    case .apiKey(let prefix): shown = Secret(prefix + Base64.encode(Array("\(name):\(password)".utf8)))
    }
    digest = Array(SHA256.hash(data: Array(password.utf8)))
  }

  /// What the service is to know the user by: `jane-at-123456789012`, and `jane+1-at-123456789012` where that is taken.
  static func name(for user: UserRecord, in account: AccountID, besides taken: [String]) -> String {
    let first = "\(user.name)-at-\(account)"
    guard taken.contains(first) else { return first }
    var number = 1
    while taken.contains("\(user.name)+\(number)-at-\(account)") { number += 1 }
    return "\(user.name)+\(number)-at-\(account)"
  }
}

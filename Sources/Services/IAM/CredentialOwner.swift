import AWSCore
import AWSWire
import Directory
import ServiceKit

// What the operations on access keys, signing certificates and other credentials of a user have in common.

/// A user, or the root user, whose credentials an operation is about.
struct CredentialOwner {
  /// Nil for the root user.
  let user: UserRecord?

  /// The named user, or the caller where none is named.
  init(_ name: UserName?, of grant: Grant, in account: Account) throws(Failure) {
    if let name {
      user = try account.user(name)
      return
    }
    switch try ResolvedCaller(grant.caller, in: account).record {
    case .root: user = nil
    case .user(let own): user = own
    case .role, .federatedUser: throw .unnamedOwner
    }
  }

  /// The user; for credentials that the root user cannot have.
  func requireUser() throws(Failure) -> UserRecord {
    guard let user else { throw .unnamedOwner }
    return user
  }
}

extension View {
  /// The access to the credentials of the named user, or of the caller where none is named.
  func access(_ action: String, toCredentialsOf name: UserName?) throws(Failure) -> Access {
    guard let name = try named(name) else { return Access(action, on: account.rootARN) }
    return access(action, toUser: name)
  }
}

extension Failure {
  static let unnamedOwner = Failure(
    .validationError, "Must specify userName when calling with non-User credentials")
}

/// The status of a credential as a request names it.
enum CredentialStatusWord: String, WireEnum {
  case active = "Active"
  case inactive = "Inactive"
  case expired = "Expired"

  /// What a credential can be set to; nil for `Expired`, which comes by time alone.
  var settable: CredentialStatus? {
    switch self {
    case .active: .active
    case .inactive: .inactive
    case .expired: nil
    }
  }
}

extension OwnedRecord {
  /// The place in lists: oldest first.
  // Milliseconds have as many digits in every year that matters, so that their spellings sort as they do.
  var listKey: String { "\(ownedSince.milliseconds) \(id)" }
}

import AWSCore
import ArgumentParser
import Directory

/// The account that a start makes sure of, so that scripts have a known one.
struct BootstrapOptions: ParsableArguments {
  @Option(help: "Make this account (12 digits) where it is missing. [environment: SALLYPORT_BOOTSTRAP_ACCOUNT]")
  var bootstrapAccount: String?

  @Option(
    help: "Its root access key id; generated and printed once where not given. [SALLYPORT_BOOTSTRAP_ACCESS_KEY_ID]")
  var bootstrapAccessKeyID: String?

  @Option(help: "The key's secret. [environment: SALLYPORT_BOOTSTRAP_SECRET_ACCESS_KEY]")
  var bootstrapSecretAccessKey: String?

  /// Reads flags and environment; nil where no account is asked for.
  func account(_ environment: [String: String]) throws -> BootstrapAccount? {
    let id = bootstrapAccount ?? environment["SALLYPORT_BOOTSTRAP_ACCOUNT"]
    let key = bootstrapAccessKeyID ?? environment["SALLYPORT_BOOTSTRAP_ACCESS_KEY_ID"]
    let secret = bootstrapSecretAccessKey ?? environment["SALLYPORT_BOOTSTRAP_SECRET_ACCESS_KEY"]
    guard let id else {
      guard key == nil, secret == nil else { throw Complaint("a bootstrap access key needs --bootstrap-account") }
      return nil
    }
    guard let account = AccountID(id) else { throw Complaint("`\(id)` is not an account id: it has twelve digits") }
    switch (key, secret) {
    case (nil, nil): return BootstrapAccount(account: account, rootKey: nil)
    case (let key?, let secret?):
      guard let id = AccessKeyID(presented: key), !id.isTemporary else {
        throw Complaint("`\(key)` is not an access key id: it has 16 to 128 letters and digits")
      }
      guard (16...128).contains(secret.utf8.count) else {
        throw Complaint("a secret access key has 16 to 128 characters")
      }
      return BootstrapAccount(account: account, rootKey: GivenAccessKey(id: id, secret: Secret(secret)))
    default: throw Complaint("a bootstrap access key id and its secret go together")
    }
  }
}

struct BootstrapAccount: Sendable {
  let account: AccountID
  let rootKey: GivenAccessKey?

  /// Makes the account where it is missing. One that is there keeps the keys it has, whatever is given: a root key
  /// that was deactivated or deleted must not come back with the next start.
  ///
  /// - Returns: the account with its root key where it was made now, nil where it was there.
  @discardableResult
  func ensure(in directory: Directory) async throws -> NewAccount? {
    guard directory.registry.accounts[id: account.description] == nil else { return nil }
    do throws(Failure) {
      return try await directory.createAccount(
        id: account, name: "bootstrap", email: "root@\(account).invalid", rootKey: rootKey)
    } catch {
      // Another node that starts at the same time has made it.
      if error.code == .accountAlreadyExists, directory.registry.accounts[id: account.description] != nil { return nil }
      throw Complaint(error.message)
    }
  }
}

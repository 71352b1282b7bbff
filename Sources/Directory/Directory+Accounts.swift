public import AWSCore

/// What its maker is told of a new account, once.
public struct NewAccount: Sendable {
  public let account: AccountID
  public let rootAccessKeyID: String
  public let rootSecretAccessKey: Secret<String>
}

/// Access keys that somebody brings along instead of having them made.
public struct GivenAccessKey: Sendable {
  public let id: AccessKeyID
  public let secret: Secret<String>

  public init(id: AccessKeyID, secret: Secret<String>) {
    self.id = id
    self.secret = secret
  }
}

extension ErrorCode {
  public static let accountAlreadyExists = ErrorCode("AccountAlreadyExists", status: 409)
}

extension Directory {
  /// Makes an account with a root user and one root access key.
  ///
  /// - Parameter id: the id to take; a random one that was never used where it is nil.
  /// - Throws: `AccountAlreadyExists` where the id or the e-mail address (ignoring case) is or ever was taken.
  public func createAccount(
    id: AccountID? = nil, name: String, email: String, rootKey: GivenAccessKey? = nil
  ) async throws(Failure) -> NewAccount {
    let account = id ?? freshAccountID()
    let now = clock.now()
    let dataKey = DataKey.random(from: entropy)
    let keyID = rootKey?.id.text ?? entropy.accessKeyID(.accessKey, account: account).text
    let secret = rootKey?.secret ?? entropy.secretAccessKey()
    if let rootKey { try await refuseTaken(rootKey.id) }
    let wrapped = keys.wrap(dataKey, for: .account(account))
    let sealed = dataKey.seal(Array(secret.reveal().utf8), as: AccessKeyRecord.field(of: keyID, in: account))
    try await write(to: account) { tx throws(Failure) in
      guard tx.registry.accounts[id: account.description] == nil else {
        throw Failure(.accountAlreadyExists, "An account with the id \(account) exists or has existed.")
      }
      guard tx.registry.accounts[name: email] == nil else {
        throw Failure(.accountAlreadyExists, "An account with the e-mail address \(email) exists or has existed.")
      }
      guard tx.registry.foreignKeys[id: keyID] == nil else {
        throw Failure(.accountAlreadyExists, "The access key id \(keyID) belongs to another account.")
      }
      try tx.register(RegisteredAccountRecord(account: account, email: email))
      if AccessKeyID(presented: keyID)?.account != account {
        try tx.register(ForeignKeyRecord(id: keyID, account: account))
      }
      try tx.put(
        AccountSettingsRecord(account: account, name: name, email: email, createDate: now, dataKey: wrapped))
      try tx.put(AccessKeyRecord(id: keyID, user: nil, createDate: now, sealedSecret: sealed))
    }
    return NewAccount(account: account, rootAccessKeyID: keyID, rootSecretAccessKey: secret)
  }

  /// Refuses a given key id that is already one of the account that it carries.
  private func refuseTaken(_ id: AccessKeyID) async throws(Failure) {
    guard let owner = accountID(ofAccessKey: id), let account = try await account(owner),
      account.accessKeys[id: id.text] != nil
    else { return }
    throw Failure(.accountAlreadyExists, "The access key id \(id) belongs to another account.")
  }

  /// A random account id that nobody has or had.
  private func freshAccountID() -> AccountID {
    let registry = registry
    while true {
      let random = entropy.bytes(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      // Eleven digits after a first one that is not zero, so that no tool drops it.
      let number = 100_000_000_000 + random % 900_000_000_000
      if let id = AccountID(number: number), registry.accounts[id: id.description] == nil { return id }
    }
  }
}

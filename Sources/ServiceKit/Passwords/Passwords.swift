public import AWSCore
public import Directory

/// Makes and checks what is kept of passwords.
///
/// A password is taken exactly as it is given. Its Argon2id hash lies in the record encrypted under the account's data
/// key: whoever has the database alone has nothing to guess against.
public struct Passwords: Sendable {
  private let thread = HashingThread()

  /// What is kept of a new password.
  public func sealed(
    _ password: Secret<String>, forProfile id: String, in account: Account, entropy: Entropy, at now: Timestamp
  ) async throws(Failure) -> LoginProfileRecord.SealedPassword {
    let salt = entropy.bytes(Argon2.saltBytes)
    guard let hash = try await thread.run({ Argon2.hash(password.reveal(), salt: salt) }) else {
      throw Failure(.serviceFailure, "Internal failure.", reason: "a password cannot be hashed: no memory")
    }
    let box = try account.requiredDataKey().seal(Array(hash.utf8), as: LoginProfileRecord.field(of: id, in: account.id))
    return LoginProfileRecord.SealedPassword(sealedHash: box, setDate: now)
  }

  /// Whether the password is the profile's current one; without a profile it takes as long to say no.
  public func isRight(
    _ password: Secret<String>, of profile: LoginProfileRecord?, in account: Account
  ) async throws(Failure) -> Bool {
    var hash: String?
    if let profile, let current = profile.passwords.first { hash = try opened(current, of: profile, in: account) }
    let isRight = try await thread.run { [hash] in Argon2.isRight(password.reveal(), hash ?? Argon2.ofNobody) }
    return isRight && hash != nil
  }

  /// Whether the password is one of the profile's last ones.
  public func isOneOfTheLast(
    _ count: Int, _ password: Secret<String>, of profile: LoginProfileRecord, in account: Account
  ) async throws(Failure) -> Bool {
    var hashes: [String] = []
    for earlier in profile.passwords.prefix(count) { hashes.append(try opened(earlier, of: profile, in: account)) }
    return try await thread.run { [hashes] in hashes.contains { Argon2.isRight(password.reveal(), $0) } }
  }

  private func opened(
    _ password: LoginProfileRecord.SealedPassword, of profile: LoginProfileRecord, in account: Account
  ) throws(Failure) -> String {
    let dataKey = try account.requiredDataKey()
    do throws(SecretsFailure) {
      let hash = try dataKey.open(
        password.sealedHash, as: LoginProfileRecord.field(of: profile.id, in: account.id))
      return String(decoding: hash, as: UTF8.self)
    } catch {
      throw Failure(.serviceFailure, "Internal failure.", reason: "a password of `\(profile.id)` cannot be opened")
    }
  }
}

extension Account {
  /// The data key, or the failure that an account without one is.
  public func requiredDataKey() throws(Failure) -> DataKey {
    guard let dataKey else {
      throw Failure(.serviceFailure, "Internal failure.", reason: "account `\(id)` has no data key")
    }
    return dataKey
  }
}

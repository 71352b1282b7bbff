public import AWSCore
import Directory
import FoundationEssentials

/// Values of one kind among what is short-lived, under the keys of one account.
public struct ShortLivedValues<Value: Codable & Sendable>: Sendable {
  private let store: any EphemeralStore
  private let space: String
  private let prefix: String
  private let now: Timestamp

  /// - Parameter space: what keeps the kind apart from others.
  public init(_ space: String, of account: AccountID, _ grant: Grant) {
    store = grant.call.environment.directory.store
    self.space = space
    prefix = "\(account)/"
    now = grant.now
  }

  /// The value under the key; nil where there is none, or none any more.
  public func value(_ key: String) async throws(Failure) -> Value? {
    let found: EphemeralValue?
    do throws(StoreFailure) {
      found = try await store.value(prefix + key, in: space, now: now)
    } catch {
      throw Failure(store: error)
    }
    guard let found else { return nil }
    do {
      return try JSONDecoder().decode(Value.self, from: Data(found.body))
    } catch {
      throw Failure(.serviceFailure, "Internal failure.", reason: "a value of \(space) cannot be read: \(error)")
    }
  }

  /// Writes the value over any that is there.
  public func put(_ value: Value, under key: String, expires: Timestamp? = nil) async throws(Failure) {
    let entry = try entry(value, key, expires)
    do throws(StoreFailure) {
      try await store.put([entry], in: space)
    } catch {
      throw Failure(store: error)
    }
  }

  private func entry(_ value: Value, _ key: String, _ expires: Timestamp?) throws(Failure) -> EphemeralValue {
    do {
      return EphemeralValue(key: prefix + key, body: Array(try JSONEncoder().encode(value)), expires: expires)
    } catch {
      throw Failure(.serviceFailure, "Internal failure.", reason: "a value of \(space) cannot be written: \(error)")
    }
  }
}

import AWSCore
import Directory

/// Bounds how often a secret that can be guessed is guessed at, on all nodes together.
///
/// An attempt takes a place before the secret is looked at and gives it back if the secret was right. So whoever
/// tries many at once gets no more tries than whoever tries them one by one.
struct Attempts: Sendable {
  /// Wrong ones in a period.
  static let inPeriodMax = 10
  static let periodSeconds: Int64 = 900
  /// Wrong ones since the last right one, for as long as they are remembered.
  // NIST SP 800-63B: at most 100 in a row.
  static let inRowMax = 100
  static let memorySeconds: Int64 = 30 * 86_400

  /// What is guessed at.
  enum Target: String {
    case password = "password-attempt"
    case code = "mfa-attempt"
  }

  private let target: Target
  private let subject: String
  private let store: any EphemeralStore
  private let now: Timestamp

  /// - Parameter subject: whose secret it is; one subject's attempts do not count for another's.
  init(at target: Target, of subject: String, in store: any EphemeralStore, now: Timestamp) {
    self.target = target
    self.subject = subject
    self.store = store
    self.now = now
  }

  private var prefix: String { subject + "/" }

  /// A place for one attempt; nil where there were too many wrong ones.
  ///
  /// - Parameter isLimitedInRow: false for what is hard enough to guess to be tried after a hundred failures too.
  func begin(isLimitedInRow: Bool = true) async throws(Failure) -> Attempt? {
    do throws(StoreFailure) {
      let wrong = try await store.values(
        in: target.rawValue, prefix: prefix, after: nil, limit: Self.inRowMax, now: now)
      guard wrong.count < Self.inRowMax || !isLimitedInRow else { return nil }
      let taken = Set(wrong.map(\.key))
      for place in 0..<Self.inPeriodMax {
        let key = "\(prefix)\(now.seconds / Self.periodSeconds)/\(place)"
        guard !taken.contains(key) else { continue }
        let value = EphemeralValue(key: key, body: [], expires: now.adding(seconds: Self.memorySeconds))
        if try await store.insert(value, in: target.rawValue, now: now) {
          return Attempt(key: key, target: target, store: store, now: now)
        }
      }
      return nil
    } catch {
      throw Failure(store: error)
    }
  }

  /// Forgets the wrong ones, after a right one.
  func forgiveAll() async throws(Failure) {
    do throws(StoreFailure) {
      let wrong = try await store.values(
        in: target.rawValue, prefix: prefix, after: nil, limit: Self.inRowMax, now: now)
      for value in wrong { _ = try await store.take(value.key, in: target.rawValue, now: now) }
    } catch {
      throw Failure(store: error)
    }
  }
}

/// One attempt's place; it counts as a wrong one until it is forgiven.
struct Attempt: Sendable {
  fileprivate let key: String
  fileprivate let target: Attempts.Target
  fileprivate let store: any EphemeralStore
  fileprivate let now: Timestamp

  func forgive() async throws(Failure) {
    do throws(StoreFailure) {
      _ = try await store.take(key, in: target.rawValue, now: now)
    } catch {
      throw Failure(store: error)
    }
  }
}

extension Failure {
  static let tooManyAttempts = Failure(
    ErrorCode("LimitExceeded", status: 409), "Attempt limit exceeded, please try after some time.")
}

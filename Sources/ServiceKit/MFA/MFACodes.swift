public import AWSCore
public import Directory

/// Checks the codes of devices. A code is good once, for one call on one node.
///
/// Source: RFC 6238, section 5.2; how far off a device's clock may be is ours, since AWS does not say.
public struct MFACodes: Sendable {
  /// How many steps a code may be early or late.
  static let tolerance: Int64 = 1
  /// How many steps a device may be ahead or behind when it is synchronized: an hour.
  static let driftMax: Int64 = 120
  /// As long as a code of a step could be accepted at all, whichever drift the device gets.
  private static let memorySeconds = 2 * (driftMax + tolerance + 2) * TimeBasedCode.stepSeconds
  private static let space = "mfa-code"

  private let store: any EphemeralStore
  private let now: Timestamp

  public init(in environment: Environment, at now: Timestamp) {
    store = environment.directory.store
    self.now = now
  }

  /// The step of a right code that may still be good; nil for a wrong one, and after too many wrong ones.
  func check(
    _ code: String, of device: MFADeviceRecord, in account: Account
  ) async throws(Failure) -> Int64? {
    guard let clock = device.assignment?.clock, let seed = try seed(of: device, in: account),
      let attempt = try await attempts(on: device).begin()
    else { return nil }
    let middle = TimeBasedCode.step(at: now) + clock.drift
    let steps = middle - Self.tolerance...middle + Self.tolerance
    guard let step = steps.first(where: { $0 > clock.lastStep && TimeBasedCode.isRight(code, at: $0, of: seed) }) else {
      return nil
    }
    try await attempt.forgive()
    return step
  }

  /// Uses the code of a step up; false where it was used before, or a later one was.
  func spend(_ step: Int64, of device: MFADeviceRecord) async throws(Failure) -> Bool {
    do throws(StoreFailure) {
      let body = Array(String(device.synchronizations).utf8)
      guard try await mark(step, of: device, body) else { return false }
      let later = try await store.values(
        in: Self.space, prefix: prefix(device), after: key(step, of: device), limit: 2 * Int(Self.driftMax), now: now)
      guard !later.contains(where: { $0.body == body }) else { return false }
    } catch {
      throw Failure(store: error)
    }
    try await attempts(on: device).forgiveAll()
    return true
  }

  /// How the device counts, from two codes that follow each other; nil where they do not, and after too many wrong ones.
  ///
  /// Both codes are used up.
  public func synchronize(
    _ device: MFADeviceRecord, _ first: String, _ second: String, in account: Account
  ) async throws(Failure) -> MFADeviceRecord.DeviceClock? {
    guard let seed = try seed(of: device, in: account),
      let attempt = try await attempts(on: device).begin(isLimitedInRow: false)
    else { return nil }
    let here = TimeBasedCode.step(at: now)
    let offset = (0...Self.driftMax).lazy.flatMap { [$0, -$0] }.first { offset in
      TimeBasedCode.isRight(first, at: here + offset - 1, of: seed)
        && TimeBasedCode.isRight(second, at: here + offset, of: seed)
    }
    guard let offset else { return nil }
    try await attempt.forgive()
    do throws(StoreFailure) {
      for step in [here + offset - 1, here + offset] {
        guard try await mark(step, of: device, []) else { return nil }
      }
    } catch {
      throw Failure(store: error)
    }
    try await attempts(on: device).forgiveAll()
    // A step more or less is the time that it takes to type.
    return .init(drift: abs(offset) > Self.tolerance ? offset : 0, lastStep: here + offset)
  }

  // MARK: What is kept

  private func attempts(on device: MFADeviceRecord) -> Attempts {
    Attempts(at: .code, of: device.uniqueID, in: store, now: now)
  }

  private func mark(_ step: Int64, of device: MFADeviceRecord, _ body: [UInt8]) async throws(StoreFailure) -> Bool {
    let value = EphemeralValue(
      key: key(step, of: device), body: body, expires: now.adding(seconds: Self.memorySeconds))
    return try await store.insert(value, in: Self.space, now: now)
  }

  private func prefix(_ device: MFADeviceRecord) -> String { device.uniqueID + "/" }

  /// Sorts as the steps do.
  private func key(_ step: Int64, of device: MFADeviceRecord) -> String {
    let digits = String(step)
    return prefix(device) + String(repeating: "0", count: max(0, 12 - digits.utf8.count)) + digits
  }

  private func seed(of device: MFADeviceRecord, in account: Account) throws(Failure) -> [UInt8]? {
    guard let sealed = device.sealedSeed else { return nil }
    let dataKey = try account.requiredDataKey()
    do throws(SecretsFailure) {
      return try dataKey.open(sealed, as: MFADeviceRecord.field(of: device.uniqueID, in: account.id))
    } catch {
      throw Failure(.serviceFailure, "Internal failure.", reason: "the seed of `\(device.id)` cannot be opened")
    }
  }
}

/// Where a call's idea of "now" comes from; the program's is the system's, a test's its own.
public struct Clock: Sendable {
  public let now: @Sendable () -> Timestamp
  public init(now: @escaping @Sendable () -> Timestamp) { self.now = now }
}

/// Where random bytes come from; the program's is the system's generator, a test's a seeded one.
public struct Entropy: Sendable {
  /// Answers that many random bytes.
  public let bytes: @Sendable (Int) -> [UInt8]
  public init(bytes: @escaping @Sendable (Int) -> [UInt8]) { self.bytes = bytes }

  /// The system's cryptographic generator.
  public static let system = Entropy { count in
    var generator = SystemRandomNumberGenerator()
    var bytes = [UInt8]()
    bytes.reserveCapacity(count + 7)
    while bytes.count < count {
      withUnsafeBytes(of: generator.next()) { bytes.append(contentsOf: $0) }
    }
    bytes.removeLast(bytes.count - count)
    return bytes
  }
}

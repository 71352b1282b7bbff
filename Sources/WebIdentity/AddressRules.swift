#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// To which addresses an issuer's documents may be asked for.
///
/// Whoever may make a provider chooses where this program connects to. The inside of its network is not for them.
public struct AddressRules: Sendable {
  /// Whether private and loopback addresses, and other ports than 443, are allowed. Link-local ones never are: they
  /// hold what machines tell about themselves.
  public let allowsPrivate: Bool

  public init(allowsPrivate: Bool) { self.allowsPrivate = allowsPrivate }

  /// - Parameter address: 4 or 16 bytes in network order.
  public func allows(address: [UInt8], port: Int) -> Bool {
    guard allowsPrivate || port == 443 else { return false }
    switch address.count {
    case 4: return allows(v4: address)
    case 16: return allows(v6: address)
    default: return false
    }
  }

  /// Whether a socket address may be connected to; anything but IPv4 and IPv6 may not.
  func allows(_ address: UnsafeRawBufferPointer) -> Bool {
    guard address.count >= MemoryLayout<sockaddr>.size else { return false }
    switch Int32(address.loadUnaligned(as: sockaddr.self).sa_family) {
    case AF_INET where address.count >= MemoryLayout<sockaddr_in>.size:
      let inner = address.loadUnaligned(as: sockaddr_in.self)
      return allows(
        address: withUnsafeBytes(of: inner.sin_addr) { Array($0) }, port: Int(UInt16(bigEndian: inner.sin_port)))
    case AF_INET6 where address.count >= MemoryLayout<sockaddr_in6>.size:
      let inner = address.loadUnaligned(as: sockaddr_in6.self)
      return allows(
        address: withUnsafeBytes(of: inner.sin6_addr) { Array($0) }, port: Int(UInt16(bigEndian: inner.sin6_port)))
    default: return false
    }
  }

  private func allows(v4 address: [UInt8]) -> Bool {
    let number = address.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    func isIn(_ networks: [(UInt32, Int)]) -> Bool {
      networks.contains { network, length in (number ^ network) >> (32 - UInt32(length)) == 0 }
    }
    if isIn(Self.never) { return false }
    return allowsPrivate || !isIn(Self.inside)
  }

  private func allows(v6 address: [UInt8]) -> Bool {
    // IPv4 in other clothes counts as what it is: mapped, and by the well-known prefix of NAT64.
    if address.starts(with: Self.mapped) || address.starts(with: Self.nat64) {
      return allows(v4: Array(address.suffix(4)))
    }
    let isLoopback = address.dropLast().allSatisfy { $0 == 0 } && address[15] == 1
    let isLocal = address[0] & 0xFE == 0xFC
    if isLoopback || isLocal { return allowsPrivate }
    // Of the rest only what is given out for the whole world, without documentation, 6to4 and Teredo.
    guard address[0] & 0xE0 == 0x20 else { return false }
    let tunnels: [[UInt8]] = [[0x20, 0x01, 0x0D, 0xB8], [0x20, 0x02], [0x20, 0x01, 0x00, 0x00]]
    return !tunnels.contains { address.starts(with: $0) }
  }

  private static let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
  private static let nat64: [UInt8] = [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]

  /// This network, link-local, documentation, benchmarks, multicast and reserved.
  private static let never: [(UInt32, Int)] = [
    (0x0000_0000, 8), (0xA9FE_0000, 16), (0xC000_0000, 24), (0xC000_0200, 24), (0xC058_6300, 24), (0xC612_0000, 15),
    (0xC633_6400, 24), (0xCB00_7100, 24), (0xE000_0000, 3),
  ]
  /// Loopback, private networks, and those of carriers.
  private static let inside: [(UInt32, Int)] = [
    (0x0A00_0000, 8), (0x6440_0000, 10), (0x7F00_0000, 8), (0xAC10_0000, 12), (0xC0A8_0000, 16),
  ]
}

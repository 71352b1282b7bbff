public import AWSWire
import PolicyEngine

/// The load balancers in front of the program: of nobody else is it believed whom a request comes from.
///
/// A policy's `aws:SourceIp` and `aws:SecureTransport` are decided by what they say, so they must set both headers and
/// not hand on what a client wrote there.
public struct TrustedProxies: Sendable {
  private let networks: [IPNetwork]

  /// - Parameter texts: addresses, or networks as CIDR blocks; nil for what is neither.
  public init?(_ texts: [String]) {
    let networks = texts.compactMap { IPNetwork($0) }
    guard networks.count == texts.count else { return nil }
    self.networks = networks
  }

  /// The request as it reached the outermost of the balancers.
  ///
  /// `X-Forwarded-For` is read from its end: each balancer has added whom it was called by. The first that is none of
  /// ours is the client; what stands before it anybody may have written.
  public func unwrap(_ request: inout HTTPRequestMessage) {
    guard isTrusted(request.peerAddress) else { return }
    let secure = request.values(of: "x-forwarded-proto").last.map(Self.lastOfList)
    if let secure { request.isSecure = secure.lowercased() == "https" }
    let hops = request.values(of: "x-forwarded-for").joined(separator: ",").split(separator: ",")
    for hop in hops.reversed() {
      guard let address = Self.address(hop) else { return }
      request.peerAddress = address
      guard isTrusted(address) else { return }
    }
  }

  private func isTrusted(_ address: String) -> Bool {
    guard !networks.isEmpty, let address = IPNetwork(address: address) else { return false }
    return networks.contains { $0.contains(address) }
  }

  private static func lastOfList(_ value: String) -> String {
    String(value.split(separator: ",").last ?? "").filter { $0 != " " }
  }

  /// An address alone: some balancers write its port behind it, and brackets around one of version 6.
  private static func address(_ hop: Substring) -> String? {
    var text = hop.filter { $0 != " " && $0 != "\t" }
    if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
      text = String(text[text.index(after: text.startIndex)..<end])
    } else if text.count(where: { $0 == ":" }) == 1, let colon = text.firstIndex(of: ":") {
      text = String(text[..<colon])
    }
    return IPNetwork(address: text) == nil ? nil : text
  }
}

import Foundation
import Synchronization

/// Stands between a client and a server on the loopback address, and breaks the connection where a test wants it.
final class CuttingProxy: Sendable {
  enum Cut: Sendable {
    /// The message does not reach the server.
    case before
    /// The message reaches the server, its answer not the client.
    case after
  }

  private struct State {
    var cut: (mark: [UInt8], Cut)?
    var afterwards: @Sendable () -> Void = {}
    var cuts = 0
    var isSilent = false
  }

  let port: UInt16
  private let listener: Int32
  private let server: UInt16
  private let state = Mutex(State())

  init(to server: UInt16) throws {
    self.server = server
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = Self.loopback(0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let outcome = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, length) + listen(listener, 64) + getsockname(listener, address, &length)
      }
    }
    guard outcome == 0 else { throw POSIXError(.EADDRNOTAVAIL) }
    self.listener = listener
    port = UInt16(bigEndian: address.sin_port)
    Thread.detachNewThread { [self] in accept() }
  }

  /// Cuts the connection on which a client next sends these bytes.
  ///
  /// - Parameter afterwards: runs when the server has lost its client, and before the client has lost its server.
  func cut(_ cut: Cut, at mark: String, afterwards: @escaping @Sendable () -> Void = {}) {
    state.withLock { state in
      state.cut = (Array(mark.utf8), cut)
      state.afterwards = afterwards
    }
  }

  /// How often it has.
  var cuts: Int { state.withLock { $0.cuts } }
  /// Passes nothing on any more, and closes nothing.
  func fallSilent() { state.withLock { $0.isSilent = true } }
  func close() { _ = shutdown(listener, Int32(SHUT_RDWR)) + Foundation.close(listener) }

  private static func loopback(_ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
  }

  private func accept() {
    while true {
      let client = Foundation.accept(listener, nil, nil)
      guard client >= 0 else { return }
      let upstream = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      var address = Self.loopback(server)
      let outcome = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          connect(upstream, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      guard outcome == 0 else {
        _ = Foundation.close(client)
        continue
      }
      let pair = Pair()
      Thread.detachNewThread { [self] in pass(from: client, to: upstream, of: pair, isRequest: true) }
      Thread.detachNewThread { [self] in pass(from: upstream, to: client, of: pair, isRequest: false) }
    }
  }

  /// Both ways of one connection.
  private final class Pair: Sendable {
    private let cut = Mutex(false)
    var isCut: Bool {
      get { cut.withLock { $0 } }
      set { cut.withLock { $0 = newValue } }
    }
  }

  private func pass(from source: Int32, to target: Int32, of pair: Pair, isRequest: Bool) {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = recv(source, &buffer, buffer.count, 0)
      guard count > 0 else { break }
      if pair.isCut || state.withLock({ $0.isSilent }) { continue }
      let cut = isRequest ? cut(for: buffer.prefix(count)) : nil
      if cut != nil { pair.isCut = true }
      if cut != .before { _ = send(target, buffer, count, Int32(MSG_NOSIGNAL)) }
      if cut == .after {
        // The server works on what it has, and nobody passes its answer on.
        usleep(100_000)
      }
      if cut != nil {
        _ = shutdown(target, Int32(SHUT_RDWR))
        state.withLock(\.afterwards)()
        break
      }
    }
    // Where a cut is made, the way of the requests ends both.
    guard isRequest || !pair.isCut else { return }
    for descriptor in [source, target] { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }
  }

  private func cut(for bytes: ArraySlice<UInt8>) -> Cut? {
    state.withLock { state in
      guard let (mark, cut) = state.cut, bytes.firstRange(of: mark) != nil else { return nil }
      state.cut = nil
      state.cuts += 1
      return cut
    }
  }
}

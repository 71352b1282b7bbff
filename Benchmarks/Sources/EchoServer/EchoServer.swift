import Hummingbird
import Logging
import NIOCore
import NIOPosix

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The HTTP server that the program uses, with nothing behind it: what remains is the price of the server itself.
///
/// INVARIANT: server, configuration and event loops are those of `Sources/sallyport/Serve.swift`.
@main
struct EchoServer {
  static func main() async throws {
    let isInstalled = NIOSingletons.unsafeTryInstallSingletonPosixEventLoopGroupAsConcurrencyGlobalExecutor()
    precondition(isInstalled, "the event loops become the executor before anything runs on another")
    var log = Logger(label: "echo")
    log.logLevel = .notice
    let app = Application(
      responder: EchoResponder(),
      server: .http1(configuration: .init(idleTimeout: .seconds(120))),
      configuration: .init(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { channel in
        say("listening on http://127.0.0.1:\(channel.localAddress?.port ?? 0)")
      },
      eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton), logger: log)
    try await app.runService()
  }
}

/// What a request has of its connection, as in the program.
struct ConnectionContext: InitializableFromSource {
  let peerAddress: String

  init(source: ApplicationRequestContextSource) {
    peerAddress = source.channel.remoteAddress?.ipAddress ?? ""
  }
}

/// Answers a request with its own body.
struct EchoResponder: HTTPResponder {
  static let bodySizeMax = 1_048_576

  func respond(to request: Request, context: ConnectionContext) async throws -> Response {
    let body = try await request.body.collect(upTo: Self.bodySizeMax)
    return Response(status: .ok, headers: [.contentType: "text/plain"], body: ResponseBody(byteBuffer: body))
  }
}

/// Writes a line at once, so that a waiting script reads it.
private func say(_ line: String) {
  let bytes = Array((line + "\n").utf8)
  _ = bytes.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
}

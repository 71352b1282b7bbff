import AWSCore
import ArgumentParser
import Directory
import FoundationEssentials
import Hummingbird
import Logging
import NIOCore
import NIOPosix
import ServiceKit
import ServiceLifecycle
import UnixSignals

/// Serves everything until it is told to stop.
struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Serve IAM and STS over HTTP.")

  @OptionGroup var data: DataOptions
  @OptionGroup var logging: LogOptions
  @OptionGroup var bootstrap: BootstrapOptions

  @Option(
    help: """
      The address and port to listen at; port 0 takes a free one. [environment: SALLYPORT_LISTEN; default: \
      127.0.0.1:4260]
      """)
  var listen: ListenAddress?

  @Option(
    help: """
      An address and port of its own for /health, /ready and /metrics; none by default. Not for the outside: it asks \
      nobody who they are. [environment: SALLYPORT_MANAGEMENT]
      """)
  var management: ListenAddress?

  @OptionGroup var issuers: IssuerOptions

  @Option(
    help: """
      A load balancer's address or network (CIDR), whose X-Forwarded-For and X-Forwarded-Proto are believed; may be \
      given several times. [environment: SALLYPORT_TRUSTED_PROXIES, with commas between]
      """)
  var trustedProxy: [String] = []

  @Option(
    help: """
      A URL that SAML assertions for this installation are delivered to, beside AWS's own sign-in addresses; may be \
      given several times. [environment: SALLYPORT_SIGN_IN_URLS, with commas between]
      """)
  var signInURL: [String] = []

  @Flag(help: "Let test suites make accounts and empty everything under /_sallyport; on loopback addresses only.")
  var developerAPI = false

  /// How long a connection may say nothing before it is closed.
  private static let idleTimeout = TimeAmount.seconds(120)

  func run() async throws {
    let log = logging.logger()
    let environment = ProcessInfo.processInfo.environment
    let given = try bootstrap.account(environment)
    let proxies = try trustedProxies(environment)
    let management = try management ?? ListenAddress(of: "SALLYPORT_MANAGEMENT", in: environment)
    let listen = try listen ?? ListenAddress(of: "SALLYPORT_LISTEN", in: environment) ?? .standard
    guard !developerAPI || listen.isLoopback else {
      throw Complaint("--developer-api is for loopback addresses only, not for `\(listen.host)`")
    }
    let parts = try await Composition.open(
      try data.place(), issuers: try issuers.settings(environment), signInURLs: try signInURLs(environment), log: log)
    do {
      if let made = try await given?.ensure(in: parts.directory), given?.rootKey == nil {
        Terminal.say(made.exportLines)
      }
      var services: [any Service] = [
        LastUsedWriter(lastUsed: parts.lastUsed, isShared: parts.directory.isShared, log: log),
        Sweeper(store: parts.store, log: log),
      ]
      if parts.directory.isShared { services.insert(Follower(directory: parts.directory), at: 0) }
      if let management {
        services.append(application(ManagementResponder(parts: parts), at: management, saying: "management on", log))
      }
      let developer = developerAPI ? DeveloperAPI(parts: parts, bootstrap: given) : nil
      let responder = PipelineResponder(
        pipeline: parts.pipeline, issuers: IssuerDocuments(environment: parts.environment), developer: developer,
        proxies: proxies)
      let publicURL = parts.environment.publicURL
      services.append(
        application(responder, at: listen, saying: "listening on", log) { url in
          if issuers.publicURL == nil { publicURL.set(url) }
        })
      try await run(services, at: [listen] + (management.map { [$0] } ?? []), log)
    } catch {
      await parts.close()
      throw error
    }
    await parts.close()
  }

  private func trustedProxies(_ environment: [String: String]) throws -> TrustedProxies {
    let given =
      trustedProxy.isEmpty
      ? environment["SALLYPORT_TRUSTED_PROXIES"]?.split(separator: ",").map(String.init) : trustedProxy
    guard let proxies = TrustedProxies(given ?? []) else {
      throw Complaint(
        "a trusted proxy is an address or a network such as 10.0.0.0/8, not `\((given ?? []).joined(separator: ","))`")
    }
    return proxies
  }

  private func signInURLs(_ environment: [String: String]) throws -> [String] {
    let named = environment["SALLYPORT_SIGN_IN_URLS"]?.split(separator: ",").map(String.init) ?? []
    let urls = signInURL.isEmpty ? named : signInURL
    for url in urls where !url.hasPrefix("https://") && !url.hasPrefix("http://") {
      throw Complaint("a sign-in URL begins with https:// or http://, unlike `\(url)`")
    }
    return urls
  }

  private func application<Responder: HTTPResponder>(
    _ responder: Responder, at address: ListenAddress, saying words: String, _ log: Logger,
    whenListening: @escaping @Sendable (_ url: String) -> Void = { _ in }
  ) -> some Service where Responder.Context == ConnectionContext {
    Application(
      responder: responder, server: .http1(configuration: .init(idleTimeout: Self.idleTimeout)),
      configuration: .init(address: .hostname(address.host, port: address.port)),
      onServerRunning: { channel in
        let port = channel.localAddress?.port ?? address.port
        let url = "http://\(address.shown(port: port))"
        whenListening(url)
        Terminal.say("\(words) \(url)")
      },
      eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton), logger: log)
  }

  private func run(_ services: [any Service], at addresses: [ListenAddress], _ log: Logger) async throws {
    let group = ServiceGroup(
      configuration: .init(services: services, gracefulShutdownSignals: [.sigint, .sigterm], logger: log))
    do {
      try await group.run()
    } catch let error as IOError where error.errnoCode == EADDRINUSE {
      let taken = addresses.map { $0.shown(port: $0.port) }.joined(separator: " or ")
      throw Complaint("\(taken) is taken by another program; choose another with --listen or --management")
    } catch let error as IOError {
      throw Complaint("cannot listen: \(error)")
    }
  }
}

/// Follows what other nodes write.
struct Follower: Service {
  let directory: Directory

  func run() async throws { await cancelWhenGracefulShutdown { await directory.follow() } }
}

/// Writes last-used marks every few seconds and once more at the end.
struct LastUsedWriter: Service {
  static let interval = Duration.seconds(5)
  let lastUsed: LastUsed
  /// Whether other nodes write marks too.
  let isShared: Bool
  let log: Logger

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        try? await Task.sleep(for: Self.interval)
        await write()
      }
    }
    await write()
  }

  private func write() async {
    do throws(StoreFailure) {
      // What is written after this is never older than what was there.
      if isShared { try await lastUsed.follow(now: Composition.clock.now()) }
      try await lastUsed.flush(now: Composition.clock.now(), isShared: isShared)
    } catch {
      log.warning("last-used marks cannot be written", metadata: ["reason": "\(error)"])
    }
  }
}

/// An address and a port.
struct ListenAddress: ExpressibleByArgument {
  let host: String
  let port: Int

  init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  init?(argument: String) {
    guard let colon = argument.lastIndex(of: ":"), let port = UInt16(argument[argument.index(after: colon)...]) else {
      return nil
    }
    var host = argument[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    guard !host.isEmpty else { return nil }
    self.init(host: String(host), port: Int(port))
  }

  static let standard = ListenAddress(host: "127.0.0.1", port: 4260)

  /// What an environment variable says; nil where it says nothing.
  init?(of variable: String, in environment: [String: String]) throws {
    guard let text = environment[variable], !text.isEmpty else { return nil }
    guard let address = ListenAddress(argument: text) else {
      throw Complaint("`\(text)` of \(variable) is not an address and a port")
    }
    self = address
  }

  var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }
  var shown: String { shown(port: port) }
  func shown(port: Int) -> String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

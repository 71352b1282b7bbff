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

  @Option(help: "The address and port to listen at; port 0 takes a free one.")
  var listen = ListenAddress(host: "127.0.0.1", port: 4260)

  @Flag(help: "Let test suites make accounts and empty everything under /_sallyport; on loopback addresses only.")
  var developerAPI = false

  /// How long a connection may say nothing before it is closed.
  private static let idleTimeout = TimeAmount.seconds(120)

  func validate() throws {
    guard !developerAPI || listen.isLoopback else {
      throw ValidationError("--developer-api is for loopback addresses only, not for `\(listen.host)`")
    }
  }

  func run() async throws {
    let log = logging.logger()
    let given = try bootstrap.account(ProcessInfo.processInfo.environment)
    let place = try data.place()
    let parts = try await Composition.open(place, log: log)
    do {
      try await serve(parts, place, given, log)
    } catch {
      await parts.close()
      throw error
    }
    await parts.close()
  }

  private func serve(
    _ parts: Composition, _ place: StorePlace, _ given: BootstrapAccount?, _ log: Logger
  ) async throws {
    if let made = try await given?.ensure(in: parts.directory), given?.rootKey == nil {
      Terminal.say(made.exportLines)
    }
    let developer = developerAPI ? DeveloperAPI(parts: parts, bootstrap: given) : nil
    let app = Application(
      responder: PipelineResponder(pipeline: parts.pipeline, developer: developer, log: log),
      server: .http1(configuration: .init(idleTimeout: Self.idleTimeout)),
      configuration: .init(address: .hostname(listen.host, port: listen.port)),
      onServerRunning: { channel in
        let port = channel.localAddress?.port ?? listen.port
        Terminal.say("listening on http://\(listen.shown(port: port))")
      },
      eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton), logger: log)
    var services: [any Service] = [LastUsedWriter(lastUsed: parts.lastUsed, log: log), app]
    if place.isShared { services.insert(Follower(directory: parts.directory), at: 0) }
    let group = ServiceGroup(
      configuration: .init(services: services, gracefulShutdownSignals: [.sigint, .sigterm], logger: log))
    do {
      try await group.run()
    } catch let error as IOError where error.errnoCode == EADDRINUSE {
      throw Complaint("\(listen.shown(port: listen.port)) is taken by another program; choose another with --listen")
    } catch let error as IOError {
      throw Complaint("cannot listen at \(listen.shown(port: listen.port)): \(error)")
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
      try await lastUsed.flush()
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

  var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }
  var defaultValueDescription: String { shown(port: port) }
  func shown(port: Int) -> String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

public import ArgumentParser
import FoundationEssentials
public import Logging

/// Where the program keeps its state.
struct DataOptions: ParsableArguments {
  @Option(name: .long, help: "The folder with all state; made where it is missing. [default: the user's state folder]")
  var data: String?

  @Option(
    help: """
      The PostgreSQL database that holds the state of several nodes (postgres://…); the folder then holds the master key \
      alone. A password belongs into the environment, not here. sqlite:DIR says the same as --data DIR. [environment: \
      SALLYPORT_STORE]
      """)
  var store: String?

  @Option(
    help: """
      How many seconds a node answers for known accounts while its database cannot be reached; then it refuses all. \
      [environment: SALLYPORT_OUTAGE_MAX; default: 86400]
      """)
  var outageMax: Int?

  func place() throws -> StorePlace {
    let environment = ProcessInfo.processInfo.environment
    guard let given = store ?? environment["SALLYPORT_STORE"].flatMap({ $0.isEmpty ? nil : $0 }) else {
      return .folder(try folder(environment))
    }
    switch try StoreURL(given) {
    case .sqlite(let folder):
      guard data == nil || data == folder else { throw Complaint("--data and --store name two folders; name one") }
      return .folder(folder)
    case .postgreSQL(let url):
      return .postgreSQL(url: url, folder: try folder(environment), outageMax: try outageMax(environment))
    }
  }

  private func outageMax(_ environment: [String: String]) throws -> Duration {
    let inEnvironment = environment["SALLYPORT_OUTAGE_MAX"].map { Int($0) ?? 0 }
    let seconds = outageMax ?? inEnvironment ?? 86_400
    guard seconds > 0 else { throw Complaint("--outage-max is a number of seconds above 0") }
    return .seconds(seconds)
  }

  /// The folder as given, or `sallyport` in the user's state folder.
  private func folder(_ environment: [String: String]) throws -> String {
    if let data { return data }
    return try Self.standardFolder(environment)
  }

  static func standardFolder(_ environment: [String: String]) throws -> String {
    if let given = environment["SALLYPORT_DATA"], !given.isEmpty { return given }
    if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return state + "/sallyport" }
    guard let home = environment["HOME"], home.hasPrefix("/") else {
      throw Complaint("there is no home folder to keep state in; name a folder with --data")
    }
    return home + "/.local/state/sallyport"
  }
}

/// How much the program logs.
struct LogOptions: ParsableArguments {
  @Option(
    name: .long, help: "How much to log to standard error: trace, debug, info (a line for each request), notice, …")
  var logLevel: Logger.Level = .notice

  func logger() -> Logger {
    var log = Logger(label: "sallyport") { StreamLogHandler.standardError(label: $0) }
    log.logLevel = logLevel
    return log
  }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}

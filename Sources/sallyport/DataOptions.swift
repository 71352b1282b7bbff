public import ArgumentParser
import FoundationEssentials
public import Logging

/// Where the program keeps its state.
struct DataOptions: ParsableArguments {
  @Option(name: .long, help: "The folder with all state; made where it is missing. [default: the user's state folder]")
  var data: String?

  /// The folder as given, or `sallyport` in the user's state folder.
  func folder() throws -> String {
    if let data { return data }
    let environment = ProcessInfo.processInfo.environment
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

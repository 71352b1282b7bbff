import Foundation
import Synchronization

@testable public import StorePostgreSQL

/// The server that `Scripts/with-postgresql` starts.
public enum PostgreSQLUnderTest {
  /// Of the server that was started around the tests, or else of one that is started now and ends with this process.
  public static let url: String? = {
    if let given = ProcessInfo.processInfo.environment["SALLYPORT_TEST_POSTGRESQL"] { return given }
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let script = Process()
    script.executableURL = root.appending(path: "Scripts/with-postgresql")
    // Until there is nobody any more who could write to it.
    script.arguments = ["sh", "-c", "echo $SALLYPORT_TEST_POSTGRESQL; cat"]
    let (end, told) = (Pipe(), Pipe())
    (script.standardInput, script.standardOutput) = (end, told)
    ends.withLock { $0 = end }
    guard (try? script.run()) != nil else { return nil }
    var line: [UInt8] = []
    while let byte = try? told.fileHandleForReading.read(upToCount: 1)?.first, byte != 0x0A { line.append(byte) }
    return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
  }()

  /// Held open for as long as the process lives.
  private static let ends = Mutex<Pipe?>(nil)

  public static var limits: PostgreSQLLimits {
    var limits = PostgreSQLLimits()
    limits.connections = 2
    return limits
  }

  /// The store whose tables are in a schema named after the folder.
  public static func open(folder: String, limits: PostgreSQLLimits = limits) async throws -> PostgreSQLStore {
    try await PostgreSQLStore.open(url: try schema(folder), limits: limits)
  }

  /// Makes the schema where it is missing; answers its URL.
  public static func schema(_ folder: String, settings: [String] = []) throws -> String {
    guard let url else { throw NoServer() }
    let name = "t" + String(folder.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }.suffix(50)).lowercased()
    try PostgreSQLConnection(to: url, limits: limits).execute("CREATE SCHEMA IF NOT EXISTS \(name)")
    let options = (["search_path=\(name)"] + settings).map { "-c\($0)" }.joined(separator: " ")
    return url + "?options=" + (options.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")
  }

  struct NoServer: Error, CustomStringConvertible {
    let description = "there is no PostgreSQL server; `make setup-tests` installs it"
  }
}

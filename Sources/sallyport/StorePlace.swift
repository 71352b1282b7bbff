import Directory
import FoundationEssentials
import StorePostgreSQL
import StoreSQLite

/// Which store, and the folder beside it.
enum StorePlace: Sendable {
  /// A folder that holds everything, for this process alone.
  case folder(String)
  /// A database that several nodes share; the folder holds the master key where neither environment nor credential does.
  case postgreSQL(url: String, folder: String, outageMax: Duration)

  var folder: String {
    switch self {
    case .folder(let folder), .postgreSQL(_, let folder, _): folder
    }
  }

  /// How long a node goes on without its store; nil where nobody else writes there.
  var outageMax: Duration? {
    switch self {
    case .folder: nil
    case .postgreSQL(_, _, let outageMax): outageMax
    }
  }

  /// For people; without the URL, which may hold a password.
  var shown: String {
    switch self {
    case .folder(let folder): "`\(folder)`"
    case .postgreSQL: "the PostgreSQL database"
    }
  }

  func open() async throws -> any Store {
    switch self {
    case .folder(let folder): return try SQLiteStore.open(folder: folder)
    case .postgreSQL(let url, let folder, _):
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      return try await PostgreSQLStore.open(url: url)
    }
  }
}

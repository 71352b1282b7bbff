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

  func open() async throws -> any Store & ContentsStore {
    switch self {
    case .folder(let folder): return try SQLiteStore.open(folder: folder)
    case .postgreSQL(let url, let folder, _):
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      return try await PostgreSQLStore.open(url: url)
    }
  }
}

// MARK: Contents

extension StorePlace {
  /// What reads all that is there, beside whoever writes there; it changes nothing.
  func contents() -> any ContentsSource {
    switch self {
    case .folder(let folder): SQLiteContents(folder: folder)
    case .postgreSQL(let url, _, _): PostgreSQLContents(url: url)
    }
  }

  /// The same, with the folder held until the value is gone, so that nobody serves it meanwhile.
  func contentsAlone() throws -> any ContentsSource {
    switch self {
    case .folder(let folder): try SQLiteContents(alone: folder)
    case .postgreSQL: contents()
    }
  }

  func isSame(as other: StorePlace) -> Bool {
    switch (self, other) {
    case (.folder(let a), .folder(let b)):
      URL(filePath: a).resolvingSymlinksInPath().path == URL(filePath: b).resolvingSymlinksInPath().path
    case (.postgreSQL(let a, _, _), .postgreSQL(let b, _, _)): a == b
    default: false
    }
  }

  /// Opens the store; refuses one that holds anything before it makes or upgrades tables there.
  func openEmpty() async throws -> any Store & ContentsStore {
    if case .folder(let folder) = self, !FileManager.default.fileExists(atPath: folder + "/" + SQLiteStore.file) {
      return try await open()
    }
    guard try await contents().outline().items == 0 else { throw StoreFailure.notEmpty }
    return try await open()
  }
}

/// A store as `--store`, `--from` and `--to` spell it.
enum StoreURL {
  case sqlite(folder: String)
  case postgreSQL(url: String)

  init(_ text: String) throws {
    if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") {
      self = .postgreSQL(url: text)
    } else if text.hasPrefix("sqlite:"), text.utf8.count > "sqlite:".utf8.count {
      self = .sqlite(folder: String(text.dropFirst("sqlite:".count)))
    } else {
      throw Complaint(
        "a store is the URL of a PostgreSQL database, postgres://user@host:port/database, or a folder, sqlite:DIR")
    }
  }
}

import CPQ
import Directory

/// What the database answered to one statement.
final class PostgreSQLResult {
  /// The statement's name, or its text where it has none.
  let statement: String
  private let handle: OpaquePointer

  /// Takes the result over.
  init(_ handle: OpaquePointer, of statement: String) {
    self.handle = handle
    self.statement = statement
  }

  deinit { PQclear(handle) }

  enum Outcome {
    case done
    case failed(SQLState, message: String)
    /// Not run, since a statement that was sent before it failed.
    case skipped
  }

  var outcome: Outcome {
    switch PQresultStatus(handle) {
    case PGRES_COMMAND_OK, PGRES_TUPLES_OK: .done
    case PGRES_PIPELINE_ABORTED: .skipped
    default: .failed(SQLState(field(cpq_sqlstate)), message: field(cpq_message))
    }
  }

  private func field(_ code: Int32) -> String { PQresultErrorField(handle, code).map { String(cString: $0) } ?? "" }

  /// What was done, such as `COMMIT`; a failed transaction answers `ROLLBACK` to that.
  var command: String { PQcmdStatus(handle).map { String(cString: $0) } ?? "" }

  /// Rows that the statement inserted, updated or deleted, or answered.
  var rowsAffected: Int { PQcmdTuples(handle).flatMap { Int(String(cString: $0)) } ?? 0 }

  // MARK: Rows

  var rowCount: Int32 { PQntuples(handle) }

  func row(_ row: Int32) throws(StoreFailure) -> [SQLValue] {
    var values: [SQLValue] = []
    for column in 0..<PQnfields(handle) { values.append(try value(row, column)) }
    return values
  }

  private func value(_ row: Int32, _ column: Int32) throws(StoreFailure) -> SQLValue {
    guard PQgetisnull(handle, row, column) == 0 else { return .null }
    let bytes = UnsafeRawBufferPointer(
      start: PQgetvalue(handle, row, column), count: Int(PQgetlength(handle, row, column)))
    // As `pg_type` numbers them; these never change.
    switch PQftype(handle, column) {
    case 17: return .bytes(Array(bytes))
    case 20 where bytes.count == 8: return .integer(bytes.reduce(0) { $0 << 8 | Int64($1) })
    // A function of nothing to say answers an empty text of a type of its own.
    case 25, 2278: return .text(String(decoding: bytes, as: UTF8.self))
    case let type: throw .corrupted("the database answered `\(statement)` with a column of type \(type)")
    }
  }
}

/// The five characters by which SQL names an error; none where the connection broke.
struct SQLState: Equatable {
  let code: String

  init(_ code: String) { self.code = code }

  var isUniqueViolation: Bool { code == "23505" }
  /// The transaction lost against another one and may be run again: serialization, deadlock.
  var isRetryable: Bool { ["40001", "40P01"].contains(code) }
  /// The server goes away, or is no longer the one that writes.
  var endsConnection: Bool {
    code.isEmpty || code.hasPrefix("08") || ["25006", "40003", "57P01", "57P02", "57P03", "57P05"].contains(code)
  }
}

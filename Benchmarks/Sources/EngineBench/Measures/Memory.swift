import Foundation
import PolicyEngine

/// The memory that sets and documents stay in, from the growth of the process over many of them.
///
/// It is measured in a process of its own: memory that was used before and is free would be taken again.
enum Memory {
  /// Statements kept in all, whatever the size of a set.
  private static let statementsKept = 100_000

  /// Bytes for each statement.
  static func measure(statements: Int) throws -> [String: Double] {
    let workload = try Workload(statements: statements)
    let repeats = statementsKept / statements
    let whole = Double(repeats * statements)
    sink(PolicySet(workload.policies))
    var resident = try residentBytes()
    var sets: [PolicySet] = []
    sets.reserveCapacity(repeats)
    for _ in 0..<repeats { sets.append(PolicySet(workload.policies)) }
    let compiled = try residentBytes() - resident
    resident += compiled
    var documents: [[Policy]] = []
    documents.reserveCapacity(repeats)
    for _ in 0..<repeats { documents.append(try Workload.policies(workload.texts)) }
    let parsed = try residentBytes() - resident
    sink(sets)
    sink(documents)
    return ["compiled": compiled / whole, "documents": parsed / whole]
  }

  private static func residentBytes() throws -> Double {
    let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
    guard fields.count > 1, let pages = Double(fields[1]) else { throw Complaint("`/proc/self/statm` is not as known") }
    return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
  }
}

import Foundation
import PolicyEngine

/// Measures the policy engine; what is measured is said in `docs/benchmarks.md`.
///
///     engine-bench FOLDER              times, as one line of JSON; the folder has the policies of `alice`
///     engine-bench --memory N          bytes for each statement, in sets of N statements
///     engine-bench --dump N FILE       the workload of N statements as JSON
///     engine-bench --count CASE TIMES  work that a tool counts
@main
struct EngineBench {
  static func main() {
    do {
      try run(Array(CommandLine.arguments.dropFirst()))
    } catch {
      FileHandle.standardError.write(Data("engine-bench: \(error)\n".utf8))
      exit(1)
    }
  }

  private static func run(_ arguments: [String]) throws {
    switch arguments.first {
    case "--memory"?: try printJSON(try Memory.measure(statements: try number(arguments, 1)))
    case "--dump"? where arguments.count == 3:
      try Dump.write(statements: try number(arguments, 1), to: arguments[2])
    case "--count"? where arguments.count == 3: try Counting.run(arguments[1], times: try number(arguments, 2))
    case let folder? where !folder.hasPrefix("-") && arguments.count == 1: try printJSON(try times(folder))
    default: throw Complaint("usage: engine-bench FOLDER | --memory N | --dump N FILE | --count CASE TIMES")
    }
  }

  private static func number(_ arguments: [String], _ index: Int) throws -> Int {
    guard index < arguments.count, let number = Int(arguments[index]), number > 0 else {
      throw Complaint("`\(arguments.joined(separator: " "))` lacks a number")
    }
    return number
  }

  private static func times(_ folder: String) throws -> [String: Any] {
    var sizes: [String: Any] = [:]
    for size in Workload.sizes {
      let workload = try Workload(statements: size)
      sizes[String(size)] = [
        "decisions": try Decisions.measure(workload), "compilation": try Compilation.measure(workload),
      ]
    }
    var principals = try Principals()
    return [
      "seed": String(Workload.seed), "sizes": sizes, "principals": principals.measure(),
      "alice": try Alice(folder: folder).measure(), "preparation": try Preparation.measure(),
    ]
  }

  private static func printJSON(_ figures: Any) throws {
    print(String(decoding: try JSONSerialization.data(withJSONObject: figures, options: .sortedKeys), as: UTF8.self))
  }
}

struct Complaint: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

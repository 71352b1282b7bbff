import AWSCore
import AWSWire
import ServiceKit

/// Inputs that pass validation, made from the shapes that operations declare.
enum SampleInput {
  /// The required members of an operation's input, as parameters of the query protocol; and the user, where leaving
  /// it out would mean the caller, which a role is not.
  static func parameters<Op: Operation>(of operation: Op.Type) -> [String: String] {
    var parameters = parameters(of: Op.Input.shape, at: "")
    if case .structure(let members) = Op.Input.shape, members.contains(where: { $0.name == "UserName" }) {
      parameters["UserName"] = "matrix"
    }
    return parameters
  }

  /// What a shape cannot do without, at its place in the request.
  ///
  /// - Parameter isComplete: adds the optional members of structures.
  static func parameters(of shape: Shape, at path: String, isComplete: Bool = false) -> [String: String] {
    var parameters: [String: String] = [:]
    add(shape, at: path, isComplete, to: &parameters)
    return parameters
  }

  private static func add(
    _ shape: Shape, at path: String, _ isComplete: Bool, to parameters: inout [String: String]
  ) {
    switch shape {
    case .structure(let members):
      // A required structure of optional members is there by its first one.
      let wanted = isComplete ? members : members.filter(\.isRequired)
      for member in wanted.isEmpty && !path.isEmpty ? Array(members.prefix(1)) : wanted {
        add(member.shape, at: path.isEmpty ? member.name : "\(path).\(member.name)", isComplete, to: &parameters)
      }
    case .list(let element, _): add(element, at: "\(path).member.1", isComplete, to: &parameters)
    case .map(let key, let value):
      add(key, at: "\(path).entry.1.key", isComplete, to: &parameters)
      add(value, at: "\(path).entry.1.value", isComplete, to: &parameters)
    case .boolean: parameters[path] = "true"
    case .integer(let range): parameters[path] = String(range.contains(1) ? 1 : range.lowerBound)
    case .timestamp: parameters[path] = "2026-01-01T00:00:00Z"
    case .blob: parameters[path] = "AAAA"
    case .string(let constraint, let enumeration):
      parameters[path] = enumeration.first ?? text(constraint, named: path)
    }
  }

  /// The first of a few texts that the constraint admits.
  private static func text(_ constraint: StringConstraint, named path: String) -> String {
    // A service without a role of its own is refused as if it were forbidden.
    if path == "AWSServiceName" { return "cloudhsm.amazonaws.com" }
    let candidates = [
      "arn:aws:iam::123456789012:policy/sample", "{\"Version\":\"2012-10-17\",\"Statement\":[]}", "/sample/", "/",
      "sample", "123456", "v1", "AKIAIOSFODNN7EXAMPLE", "Sample", "sample.amazonaws.com",
      "o-sample0000/r-sample",
    ]
    let isARN = path.lowercased().contains("arn")
    let preferred = isARN ? candidates : Array(candidates[1...]) + [candidates[0]]
    let fitting = preferred.first { constraint.violations(of: $0).isEmpty }
    return fitting ?? String(repeating: "a", count: constraint.length.lowerBound)
  }
}

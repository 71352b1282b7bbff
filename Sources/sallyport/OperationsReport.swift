import AWSCore
import AWSWire
import FoundationEssentials
import ServiceKit

/// All services with the shapes of their operations' inputs, as JSON.
struct OperationsReport {
  private let services: [ServiceDescription]

  init(_ services: [ServiceDescription]) { self.services = services }

  private struct Report: Encodable {
    let services: [Service]
  }

  private struct Service: Encodable {
    let name: String
    let apiVersion: String
    let `protocol`: String
    let operations: [OperationEntry]
    let missing: [String]
  }

  private struct OperationEntry: Encodable {
    let name: String
    let input: ShapeEntry
    let errors: [ErrorEntry]
  }

  private struct ErrorEntry: Encodable {
    let code: String
    let status: Int
  }

  var json: String {
    let report = Report(
      services: services.map { service in
        Service(
          name: service.name, apiVersion: service.apiVersion, protocol: service.wireProtocol.name,
          operations: service.operations.values.map { Self.entry($0) }.sorted { $0.name < $1.name },
          missing: service.missing.sorted())
      })
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    guard let data = try? encoder.encode(report) else { preconditionFailure("a report is made of plain values") }
    return String(decoding: data, as: UTF8.self)
  }

  private static func entry<Op: Operation>(_ operation: Op.Type) -> OperationEntry {
    OperationEntry(
      name: Op.name, input: ShapeEntry(shape: Op.Input.shape),
      errors: Op.failures.map { ErrorEntry(code: $0.name, status: $0.status) })
  }
}

extension WireProtocol {
  fileprivate var name: String {
    switch self {
    case .query: "query"
    case .json: "json"
    case .restJSON: "rest-json"
    }
  }
}

/// A shape in the words of the API models.
private struct ShapeEntry: Encodable {
  let shape: Shape

  private struct Member: Encodable {
    let name: String
    let required: Bool
    let shape: ShapeEntry
  }

  private enum Key: String, CodingKey { case type, min, max, pattern, `enum`, member, members, key, value }

  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    switch shape {
    case .string(let constraint, let enumeration):
      try values.encode("string", forKey: .type)
      if !enumeration.isEmpty { try values.encode(enumeration, forKey: .enum) }
      if constraint.length.lowerBound > 0 { try values.encode(constraint.length.lowerBound, forKey: .min) }
      if constraint.length.upperBound < .max { try values.encode(constraint.length.upperBound, forKey: .max) }
      if let pattern = constraint.pattern { try values.encode(pattern, forKey: .pattern) }
    case .integer(let range):
      try values.encode("integer", forKey: .type)
      if range.lowerBound > .min { try values.encode(range.lowerBound, forKey: .min) }
      if range.upperBound < .max { try values.encode(range.upperBound, forKey: .max) }
    case .boolean: try values.encode("boolean", forKey: .type)
    case .timestamp: try values.encode("timestamp", forKey: .type)
    case .blob: try values.encode("blob", forKey: .type)
    case .list(let element, let length):
      try values.encode("list", forKey: .type)
      if length.lowerBound > 0 { try values.encode(length.lowerBound, forKey: .min) }
      if length.upperBound < .max { try values.encode(length.upperBound, forKey: .max) }
      try values.encode(ShapeEntry(shape: element), forKey: .member)
    case .map(let key, let value):
      try values.encode("map", forKey: .type)
      try values.encode(ShapeEntry(shape: key), forKey: .key)
      try values.encode(ShapeEntry(shape: value), forKey: .value)
    case .structure(let members):
      try values.encode("structure", forKey: .type)
      try values.encode(
        members.map { Member(name: $0.name, required: $0.isRequired, shape: ShapeEntry(shape: $0.shape)) },
        forKey: .members)
    }
  }
}

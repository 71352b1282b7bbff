import PolicyEngine

/// A policy as the generator writes it, in parts, so that a test can change them.
struct RandomPolicy {
  /// Nil where the document names none.
  var version: PolicyDocument.Version?
  var statements: [RandomStatement]
  let kind: PolicyDocument.Kind
  let source: PolicySource

  var text: String {
    let version = version.map { "\"Version\":\(JSONText.quoted($0.rawValue))," } ?? ""
    return "{\(version)\"Statement\":\(JSONText.list(statements.map(\.text)))}"
  }

  /// A document that AWS would not take, which is a fault of the generator.
  struct Refused: Error, CustomStringConvertible {
    let description: String
  }

  func parsed() throws(Refused) -> ReferenceEvaluator.Policy {
    do throws(PolicyDocumentError) {
      return ReferenceEvaluator.Policy(document: try PolicyDocument.parse(text, as: kind), source: source)
    } catch {
      throw Refused(description: "\(error): \(text)")
    }
  }
}

struct RandomStatement {
  var effect: Statement.Effect
  var isNotAction = false
  var actions: [String]
  var isNotResource = false
  /// Nil in trust policies.
  var resources: [String]?
  var isNotPrincipal = false
  /// Empty in policies of identities.
  var principals: [Principal] = []
  var conditions: [RandomCondition] = []

  var text: String {
    var members = [(name: "Effect", text: JSONText.quoted(effect.rawValue))]
    members.append((isNotAction ? "NotAction" : "Action", JSONText.list(actions.map(JSONText.quoted))))
    if let resources {
      members.append((isNotResource ? "NotResource" : "Resource", JSONText.list(resources.map(JSONText.quoted))))
    }
    if !principals.isEmpty { members.append((isNotPrincipal ? "NotPrincipal" : "Principal", principalsText)) }
    if !conditions.isEmpty { members.append(("Condition", conditionsText)) }
    return JSONText.object(members)
  }

  private var principalsText: String {
    if principals == [.any] { return JSONText.quoted("*") }
    var names: [String: [String]] = [:]
    for principal in principals {
      switch principal {
      case .any: names["AWS", default: []].append("*")
      case .aws(let name): names["AWS", default: []].append(name)
      case .service(let name): names["Service", default: []].append(name)
      case .federated(let name): names["Federated", default: []].append(name)
      case .canonicalUser(let name): names["CanonicalUser", default: []].append(name)
      }
    }
    return JSONText.object(
      names.sorted { $0.key < $1.key }.map { ($0.key, JSONText.list($0.value.map(JSONText.quoted))) })
  }

  private var conditionsText: String {
    var operators: [(name: String, keys: [(String, String)])] = []
    for condition in conditions {
      let key = (condition.key, JSONText.list(condition.values.map(JSONText.quoted)))
      if let index = operators.firstIndex(where: { $0.name == condition.name }) {
        operators[index].keys.append(key)
      } else {
        operators.append((condition.name, [key]))
      }
    }
    return JSONText.object(operators.map { ($0.name, JSONText.object($0.keys)) })
  }
}

/// JSON as text.
enum JSONText {
  /// A policy holds no character beyond Latin-1 but with an escape.
  static func quoted(_ text: String) -> String {
    var quoted = "\""
    for unit in text.utf16 {
      if let scalar = Unicode.Scalar(unit), (0x20...0xFF).contains(unit), scalar != "\"", scalar != "\\" {
        quoted.unicodeScalars.append(scalar)
      } else {
        let digits = String(unit, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
    }
    return quoted + "\""
  }

  static func list(_ texts: [String]) -> String { "[\(texts.joined(separator: ","))]" }

  static func object(_ members: [(name: String, text: String)]) -> String {
    "{\(members.map { "\(quoted($0.name)):\($0.text)" }.joined(separator: ","))}"
  }
}

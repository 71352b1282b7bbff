public import AWSCore
public import Directory
import PolicyEngine

/// The full story of a refusal, sealed: only this program can read it, and only for callers of the same account.
///
/// Every refusal carries it in the response header `x-sallyport-authorization-message`; DecodeAuthorizationMessage
/// of STS opens it. The form is AWS's.
public enum AuthorizationMessage {
  public static let header = "x-sallyport-authorization-message"

  static func sealed(
    _ verdict: Verdict, caller: ResolvedCaller, request: AuthorizationRequest, with key: SealingKey
  ) -> String {
    var writer = JSONText()
    writer.object {
      $0.member("allowed", literal: "false")
      $0.member("explicitDeny", literal: verdict.outcome == .explicitlyDenied ? "true" : "false")
      $0.items("matchedStatements", verdict.deciders.map(\.statement)) { writer, statement in
        writer.member("statementId", statement.sid ?? "")
        writer.member("effect", verdict.outcome == .explicitlyDenied ? "DENY" : "ALLOW")
        writer.member("source", statement.source.name)
      }
      $0.items("failures", [Int]()) { _, _ in }
      $0.object("context") {
        $0.object("principal") {
          $0.member("id", caller.userID)
          $0.member("arn", caller.arn.text)
        }
        $0.member("action", request.action)
        $0.member("resource", request.resource)
        $0.object("conditions") { conditions in
          conditions.itemList(request.context.keys) { writer, name in
            writer.member("key", name)
            writer.items("values", request.context[name] ?? []) { $0.member("value", $1) }
          }
        }
      }
    }
    let sealed = key.seal(
      Array(writer.text.utf8), purpose: .authorizationMessage, binding: Array(caller.account.description.utf8))
    return Base64.encode(sealed, .urlSafe)
  }

  /// The JSON text of a message; nil for what was not sealed here for this account.
  public static func opened(_ message: String, for account: AccountID, with key: SealingKey) -> String? {
    guard let bytes = Base64.decode(message, .urlSafe),
      let text = try? key.open(bytes, purpose: .authorizationMessage, binding: Array(account.description.utf8))
    else { return nil }
    return String(decoding: text, as: UTF8.self)
  }
}

/// A JSON text in the making.
private struct JSONText {
  private(set) var text = ""
  private var needsComma = false

  mutating func object(_ members: (inout JSONText) -> Void) {
    separate()
    text += "{"
    needsComma = false
    members(&self)
    text += "}"
    needsComma = true
  }

  mutating func object(_ name: String, _ members: (inout JSONText) -> Void) {
    key(name)
    object(members)
  }

  mutating func member(_ name: String, _ value: String) {
    key(name)
    quote(value)
    needsComma = true
  }

  mutating func member(_ name: String, literal: String) {
    key(name)
    text += literal
    needsComma = true
  }

  /// `"name":{"items":[{…},…]}`
  mutating func items<T>(_ name: String, _ values: [T], _ members: (inout JSONText, T) -> Void) {
    object(name) { $0.itemList(values, members) }
  }

  mutating func itemList<T>(_ values: [T], _ members: (inout JSONText, T) -> Void) {
    key("items")
    text += "["
    needsComma = false
    for value in values { object { members(&$0, value) } }
    text += "]"
    needsComma = true
  }

  private mutating func key(_ name: String) {
    separate()
    quote(name)
    text += ":"
    needsComma = false
  }

  private mutating func separate() {
    if needsComma { text += "," }
    needsComma = false
  }

  private mutating func quote(_ value: String) {
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case _ where scalar.value < 0x20:
        let hex = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}

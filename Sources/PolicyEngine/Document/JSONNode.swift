/// A value of a JSON text that remembers where it stood, with an object's members in their order.
struct JSONNode {
  enum Value {
    case string(String)
    /// As written: a policy compares numbers as decimals, never as binary fractions.
    case number(String)
    case bool(Bool)
    case null
    case array([JSONNode])
    case object([JSONMember])
  }

  let value: Value
  /// The offset of its first byte.
  let offset: Int

  var string: String? {
    if case .string(let text) = value { text } else { nil }
  }
}

struct JSONMember {
  let key: String
  let keyOffset: Int
  let node: JSONNode
}

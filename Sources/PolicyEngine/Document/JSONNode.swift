/// A value of a JSON text that remembers where it stood, with an object's members in their order.
package struct JSONNode {
  package enum Value {
    case string(String)
    /// As written: a policy compares numbers as decimals, never as binary fractions.
    case number(String)
    case bool(Bool)
    case null
    case array([JSONNode])
    case object([JSONMember])
  }

  package let value: Value
  /// The offset of its first byte.
  package let offset: Int
  /// The offset behind its last byte.
  package let end: Int

  package var string: String? {
    if case .string(let text) = value { text } else { nil }
  }
}

package struct JSONMember {
  package let key: String
  package let keyOffset: Int
  package let node: JSONNode
}

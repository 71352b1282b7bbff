public import AWSCore

/// A member that the API model marks as sensitive: what is wrong with it is told without repeating any of it.
public struct Sensitive<Text: ConstrainedString & WireDecodable>: WireDecodable {
  public let secret: Secret<Text>

  public static var shape: Shape { Text.shape }
  public static var placeholder: Sensitive { Sensitive(secret: Secret(Text.placeholder)) }

  public static func decode(_ value: WireValue, at path: FieldPath, recording violations: inout [FieldViolation])
    -> Sensitive?
  {
    var found: [FieldViolation] = []
    let text = Text.decode(value, at: path, recording: &found)
    violations += found.map { violation in
      var hidden = FieldViolation(
        path: violation.path, value: violation.value.map { _ in "" }, constraint: violation.constraint,
        isWholeMessage: violation.isWholeMessage)
      hidden.isSensitive = true
      return hidden
    }
    return text.map { Sensitive(secret: Secret($0)) }
  }
}

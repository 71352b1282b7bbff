/// The fields of an ARN as a policy writes it, with wildcards and variables: up to six, of which the last may hold colons.
struct ARNFields {
  struct Field {
    let text: String
    /// Within the whole text, counted in characters.
    let characters: Range<Int>

    var hasVariable: Bool { text.contains("${") }
    /// Whether it stands for itself only.
    var isLiteral: Bool { !text.hasWildcard && !hasVariable }
    var isStar: Bool { !text.isEmpty && text.utf8.allSatisfy { $0 == UInt8(ascii: "*") } }

    /// With wildcards and, for each variable, any run of characters.
    var tokens: [UInt16] {
      let references = Variables.references(in: text)
      guard !references.isEmpty else { return Glob.tokens(text.utf8, wildcards: true) }
      let all = Array(text.unicodeScalars)
      var tokens: [UInt16] = []
      var index = 0
      for reference in references {
        for scalar in all[index..<reference.characters.lowerBound] {
          for byte in String(scalar).utf8 { Glob.append(byte, to: &tokens, wildcards: true) }
        }
        if tokens.last != Glob.anyRun { tokens.append(Glob.anyRun) }
        index = reference.characters.upperBound
      }
      for scalar in all[index...] {
        for byte in String(scalar).utf8 { Glob.append(byte, to: &tokens, wildcards: true) }
      }
      return tokens
    }
  }

  static let count = 6

  let fields: [Field]

  /// Colons within variables do not end a field.
  init(_ text: String) {
    let variables = Variables.references(in: text).map(\.characters)
    var fields: [Field] = []
    var field = String.UnicodeScalarView()
    var start = 0
    var index = 0
    var variable = variables.startIndex
    for scalar in text.unicodeScalars {
      while variable < variables.endIndex, variables[variable].upperBound <= index { variable += 1 }
      let isInVariable = variable < variables.endIndex && variables[variable].contains(index)
      if scalar == ":", !isInVariable, fields.count < Self.count - 1 {
        fields.append(Field(text: String(field), characters: start..<index))
        field = String.UnicodeScalarView()
        start = index + 1
      } else {
        field.append(scalar)
      }
      index += 1
    }
    fields.append(Field(text: String(field), characters: start..<index))
    self.fields = fields
  }

  var isComplete: Bool { fields.count == Self.count }
  var partition: Field { fields[1] }
  var service: Field { fields[2] }
  var region: Field { fields[3] }
  var account: Field { fields[4] }
  var resource: Field { fields[5] }

  /// Whether a `*` at the end of a field can stand for fields that are not written.
  // AWS: `arn:aws:s3:*` is documented to match (reference_policies_elements_resource.md).
  var isOpen: Bool { fields.dropFirst().contains { $0.text.hasSuffix("*") } }
}

internal import AWSCore

extension PolicyTable {
  /// Whether one condition holds.
  ///
  /// All rules on missing keys, several values and unresolved variables stand here:
  /// - Several values in the policy are alternatives; a negated operator asks that none of them matches.
  /// - A missing key fails a positive operator and satisfies a negated one; with `IfExists` it satisfies both.
  /// - `ForAllValues` holds for a key that is missing or has a null set of values, `ForAnyValue` does not. `Null` with
  ///   the one is always true, with the other always false; an empty list of values behind a qualifier or `IfExists` is
  ///   satisfied by a missing key only.
  /// - Several values in the request without a qualifier: AWS documents none; here a positive operator holds when any
  ///   of them matches and a negated one when none does, so that each stays the negation of the other.
  /// - A variable without a value matches nothing, so that a negated operator holds.
  /// - A comparison that cannot be made (a value that is no number, date or address) is no match. Under a negated
  ///   operator, where no match would mean true, it decides against access: false in an Allow and true in a Deny.
  func holds(_ index: Int, in context: borrowing RequestContext) -> Bool {
    let conditions = conditions.span
    let condition = conditions[index]
    let own = pool.bytes.span
    guard let values = context.values(of: condition.key, in: own) else { return condition.holdsIfMissing }
    guard values.count == 1 else { return holds(condition, values, context) }
    let slices = context.slices.span
    let value = slices[Int(values.first)]
    switch condition.form {
    case .texts: return isTextSatisfied(condition, by: value, context)
    case .operands: return isSatisfied(condition, by: value, context)
    case .other: return holds(condition, values, context)
    }
  }

  @inline(__always)
  private func isTextSatisfied(_ condition: Condition, by value: Slice, _ context: borrowing RequestContext) -> Bool {
    let bytes = context.bytes.span
    let text = bytes.extracting(value.range)
    let texts = texts.span
    for index in condition.texts.range where texts[index].matches(text, in: pool) { return !condition.isNegated }
    return condition.isNegated
  }

  /// The same with all rules, for a key that is present.
  private func holds(
    _ condition: Condition, _ values: RequestContext.Values, _ context: borrowing RequestContext
  ) -> Bool {
    if condition.comparison == .null { return isNullSatisfied(condition, values, context) }
    if condition.operands.count == 0, condition.isIfExists || condition.qualifier != nil {
      return condition.qualifier == .forAllValues && context.isNullSet(values)
    }
    let isNegated = condition.isNegated
    switch condition.qualifier {
    case .forAllValues?:
      if context.isNullSet(values) { return true }
      for value in 0..<Int(values.count)
      where !isSatisfied(condition, by: context.slices[Int(values.first) + value], context) { return false }
      return true
    case .forAnyValue?:
      if context.isNullSet(values) { return false }
      for value in 0..<Int(values.count)
      where isSatisfied(condition, by: context.slices[Int(values.first) + value], context) { return true }
      return false
    case nil:
      for value in 0..<Int(values.count)
      where isSatisfied(condition, by: context.slices[Int(values.first) + value], context) != isNegated {
        return !isNegated
      }
      return isNegated
    }
  }

  // AWS: "Null with qualifier" (access-analyzer-reference-policy-checks.md).
  private func isNullSatisfied(
    _ condition: Condition, _ values: RequestContext.Values, _ context: borrowing RequestContext
  ) -> Bool {
    if let qualifier = condition.qualifier { return qualifier == .forAllValues }
    let isNull = context.isNullSet(values)
    for index in condition.operands.range {
      if case .bool(let wantsNull) = operands[index], wantsNull == isNull { return true }
    }
    return false
  }

  private func isSatisfied(_ condition: Condition, by value: Slice, _ context: borrowing RequestContext) -> Bool {
    let operands = operands.span
    let reading = Reading(of: value, for: condition.comparison, context)
    var isUncertain = false
    for index in condition.operands.range {
      switch matches(operands[index], reading, by: condition.comparison, context) {
      case true?: return !condition.isNegated
      case false?: continue
      case nil: isUncertain = true
      }
    }
    return condition.isNegated && (!isUncertain || condition.holdsIfUncertain)
  }

  /// Whether a value of the request matches a value of the policy; nil where the two cannot be compared.
  func matches(
    _ operand: Operand, _ value: Slice, by comparison: ConditionOperator.Comparison,
    _ context: borrowing RequestContext
  ) -> Bool? {
    matches(operand, Reading(of: value, for: comparison, context), by: comparison, context)
  }

  private func matches(
    _ operand: Operand, _ value: Reading, by comparison: ConditionOperator.Comparison,
    _ context: borrowing RequestContext
  ) -> Bool? {
    let bytes = context.bytes.span
    let text = bytes.extracting(value.text.range)
    switch operand {
    case .text(let pattern): return pattern.matches(text, in: pool)
    case .folded(let pattern): return matches(folded: pattern, text)
    case .template(let template): return matches(template: template, text, context, isFolding: false) ?? false
    case .foldedTemplate(let template): return matches(foldedTemplate: template, text, context)
    case .number(let operand): return value.number.map { Self.compare($0, operand, by: comparison) }
    case .date(let operand): return value.date.map { Self.compare($0, operand, by: comparison) }
    case .bool(let operand): return value.bool.map { $0 == operand }
    case .binary(let operand): return matches(binary: operand, text)
    case .network(let operand): return value.address.map { operand.contains($0) }
    case .arn(let head, let tail, let first): return matches(head, tail, segments: Int(first), text, context)
    case .unreadable: return nil
    }
  }

  /// A value of the request as an operator reads it, once for all operands.
  private struct Reading {
    let text: Slice
    var number: DecimalNumber?
    var date: Instant?
    var bool: Bool?
    var address: IPNetwork?

    @inline(__always)
    init(of value: Slice, for comparison: ConditionOperator.Comparison, _ context: borrowing RequestContext) {
      text = value
      let bytes = context.bytes.span
      let text = bytes.extracting(value.range)
      switch comparison {
      case .numericEquals, .numericNotEquals, .numericLessThan, .numericLessThanEquals, .numericGreaterThan,
        .numericGreaterThanEquals:
        number = DecimalNumber(text)
      case .dateEquals, .dateNotEquals, .dateLessThan, .dateLessThanEquals, .dateGreaterThan, .dateGreaterThanEquals:
        date = Instant(text)
      case .bool: bool = PolicyTable.truth(text)
      case .ipAddress, .notIPAddress: address = IPNetwork(address: text)
      default: break
      }
    }
  }

  private func matches(folded pattern: Pattern, _ text: Span<UInt8>) -> Bool {
    let own = pool.bytes.span
    let operand = own.extracting(pattern.head.range)
    if isASCII(text) { return isSameFolding(text, operand) }
    return isSame(text.string.lowercased().utf8.span, operand)
  }

  /// Values beyond ASCII are folded by the Unicode tables, which needs texts of their own.
  private func matches(
    foldedTemplate template: Slice, _ text: Span<UInt8>, _ context: borrowing RequestContext
  ) -> Bool {
    if isASCII(text), isASCII(template, context) {
      return matches(template: template, text, context, isFolding: true) ?? false
    }
    var resolved = ""
    let own = pool.bytes.span
    let foreign = context.bytes.span
    for index in template.range {
      switch parts[index] {
      case .literal(let slice): resolved += own.extracting(slice.range).string
      case .wild: return false
      case .variable(let variable):
        switch value(of: variable, context) {
        case .unresolved: return false
        case .fallback(let slice): resolved += own.extracting(slice.range).string.folded
        case .value(let slice): resolved += foreign.extracting(slice.range).string.folded
        }
      }
    }
    return resolved.hasSameBytes(as: text.string.lowercased())
  }

  private func isASCII(_ template: Slice, _ context: borrowing RequestContext) -> Bool {
    let foreign = context.bytes.span
    for index in template.range {
      guard case .variable(let variable) = parts[index], case .value(let slice) = value(of: variable, context) else {
        continue
      }
      if !isASCII(foreign.extracting(slice.range)) { return false }
    }
    return true
  }

  private func isASCII(_ text: Span<UInt8>) -> Bool {
    for index in text.indices where text[index] >= 0x80 { return false }
    return true
  }

  private func matches(binary operand: Slice, _ text: Span<UInt8>) -> Bool? {
    let own = pool.bytes.span
    let written = own.extracting(operand.range)
    // Each byte string has exactly one spelling, so what is spelled alike is alike.
    if isSame(written, text) { return true }
    return Base64.decode(text.string) == nil ? nil : false
  }

  /// Whether an ARN matches six segments, each compared with its own part; nothing matches an unresolved variable.
  ///
  /// A wildcard does not reach over a colon, save in the last part, which may hold colons itself.
  ///
  /// - Parameters:
  ///   - head: what the pattern begins with, up to its first wildcard or variable, colons included.
  ///   - tail: what it ends with, likewise: mostly enough to know that a text does not match.
  private func matches(
    _ head: Slice, _ tail: Slice, segments first: Int, _ text: Span<UInt8>, _ context: borrowing RequestContext
  ) -> Bool {
    let own = pool.bytes.span
    guard hasSuffix(text, own.extracting(tail.range)), hasPrefix(text, own.extracting(head.range)) else { return false }
    let segments = segments.span
    var start = 0
    for segment in 0..<6 {
      var end = start
      if segment < 5 {
        while end < text.count, text[end] != UInt8(ascii: ":") { end &+= 1 }
        if end == text.count { return false }
      } else {
        end = text.count
      }
      // What the head covers is known to match.
      if end >= Int(head.count) || segment == 5 {
        switch segments[first + segment] {
        case .pattern(let pattern):
          if pattern.kind != .anything, !pattern.matches(text.extracting(start..<end), in: pool) { return false }
        case .template(let template):
          let part = text.extracting(start..<end)
          guard matches(template: template, part, context, isFolding: false) ?? false else { return false }
        }
      }
      start = end &+ 1
    }
    return true
  }

  static func truth(_ text: Span<UInt8>) -> Bool? {
    let bytes = text.bytes
    if text.count == 4 {
      // "true", lower-cased, as one little-endian number.
      return bytes.unsafeLoadUnaligned(as: UInt32.self) | 0x2020_2020 == UInt32(littleEndian: 0x6575_7274) ? true : nil
    }
    guard text.count == 5, text[4] | 0x20 == UInt8(ascii: "e") else { return nil }
    return bytes.unsafeLoadUnaligned(as: UInt32.self) | 0x2020_2020 == UInt32(littleEndian: 0x736C_6166) ? false : nil
  }

  private static func compare<Value: Comparable>(
    _ value: Value, _ operand: Value, by comparison: ConditionOperator.Comparison
  ) -> Bool {
    switch comparison {
    case .numericLessThan, .dateLessThan: value < operand
    case .numericLessThanEquals, .dateLessThanEquals: value <= operand
    case .numericGreaterThan, .dateGreaterThan: value > operand
    case .numericGreaterThanEquals, .dateGreaterThanEquals: value >= operand
    default: value == operand
    }
  }
}

extension Span<UInt8> {
  var string: String { withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) } }
}

/// Why a policy document was refused, in AWS's words, and where in the text.
public struct PolicyDocumentError: Error, Sendable, Hashable, CustomStringConvertible {
  /// AWS's words.
  public let message: String
  /// Counted from 1.
  public let line: Int
  /// Counted from 1, in characters of the text.
  public let column: Int

  /// A refusal that is made elsewhere, for a reason that only the caller knows.
  public init(message: String, line: Int, column: Int) {
    self.message = message
    self.line = line
    self.column = column
  }

  /// The place and the message.
  public var description: String { "\(line):\(column): \(message)" }
}

/// A refusal before its offset has become a line and a column.
package struct Refusal: Error {
  let message: String
  package let offset: Int

  static let syntaxErrors = "Syntax errors in policy."
  static let failedLegacyParsing = "The policy failed legacy parsing"

  static func syntax(at offset: Int) -> Refusal { Refusal(message: syntaxErrors, offset: offset) }
  static func legacy(at offset: Int) -> Refusal { Refusal(message: failedLegacyParsing, offset: offset) }
}

extension PolicyDocumentError {
  init(_ refusal: Refusal, in bytes: [UInt8]) {
    var position = SourcePosition.start
    position.advance(to: refusal.offset, in: bytes)
    self.init(message: refusal.message, line: position.line, column: position.column)
  }
}

/// A place in a policy's text: line and column, both counted from 1.
public struct SourcePosition: Sendable, Hashable {
  /// Counted from 1.
  public private(set) var line = 1
  /// Counted from 1, in characters of the text.
  public private(set) var column = 1
  private var offset = 0

  static let start = SourcePosition()

  /// Goes on to a place further in the text.
  mutating func advance(to target: Int, in bytes: [UInt8]) {
    let bytes = bytes.span
    while offset < min(target, bytes.count) {
      let byte = bytes[offset]
      if byte == UInt8(ascii: "\n") {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
      offset += 1
    }
  }
}

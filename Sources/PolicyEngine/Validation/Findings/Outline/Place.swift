/// A place in a policy before its bytes have become lines and columns.
struct Place {
  let path: [Finding.PathElement]
  /// In bytes of the text.
  let range: Range<Int>
}

/// A string of the policy and where its literal stands, quotes included.
struct PlacedText {
  let text: String
  let place: Place

  var folded: String { text.folded }

  /// Whether it is a pattern that matches an action.
  func matches(_ action: String) -> Bool {
    Glob.matches(Glob.tokens(folded.utf8, wildcards: true).span, action.folded.utf8.span)
  }
}

/// A finding before its places have become lines and columns.
struct Issue {
  /// Places of one finding; a policy of AWS's largest size could otherwise have thousands for each of thousands.
  static let placesMax = 100

  let code: IssueCode
  let details: String
  /// At least one.
  let places: [Place]

  /// - Parameter arguments: what AWS's message leaves open, in its order.
  init(_ code: IssueCode, _ arguments: String..., variant: Int = 0, at places: [Place]) {
    self.code = code
    self.places = Array(places.prefix(Self.placesMax))
    details = code.details(arguments, variant: variant)
  }

  init(_ code: IssueCode, _ arguments: String..., variant: Int = 0, at place: Place) {
    self.code = code
    places = [place]
    details = code.details(arguments, variant: variant)
  }

  var start: Int { places.first?.range.lowerBound ?? 0 }

  /// - Parameter offset: of the character at which the text stops being what it should.
  static func syntaxError(at offset: Int, in bytes: [UInt8]) -> Issue {
    let start = min(offset, bytes.count)
    let end = TextPositions.endOfCharacter(min(start + 1, bytes.count), in: bytes)
    return syntaxError(at: Place(path: [], range: start..<end), in: bytes)
  }

  static func syntaxError(at place: Place, in bytes: [UInt8]) -> Issue {
    let position = TextPositions(of: [place.range.lowerBound], in: bytes)[place.range.lowerBound]
    return Issue(
      .jsonSyntaxError, String(position.offset), String(position.line), String(position.column), at: place)
  }
}

/// Lines, columns and characters of some places of a text, all found in one go.
struct TextPositions {
  private let positions: [Int: Finding.Position]

  /// - Parameter offsets: in bytes.
  init(of offsets: [Int], in bytes: [UInt8]) {
    var positions: [Int: Finding.Position] = [:]
    var offset = 0
    var line = 1
    var column = 0
    var characters = 0
    for target in Set(offsets).sorted() {
      while offset < min(target, bytes.count) {
        let byte = bytes[offset]
        if !byte.isContinuation {
          characters += 1
          column += 1
        }
        if byte == UInt8(ascii: "\n") {
          line += 1
          column = 0
        }
        offset += 1
      }
      positions[target] = Finding.Position(line: line, column: column, offset: characters)
    }
    self.positions = positions
  }

  subscript(offset: Int) -> Finding.Position {
    guard let position = positions[offset] else { preconditionFailure("every place is announced") }
    return position
  }

  /// The end of the character that goes on at this byte.
  static func endOfCharacter(_ offset: Int, in bytes: [UInt8]) -> Int {
    var end = offset
    while end < bytes.count, bytes[end].isContinuation { end += 1 }
    return end
  }
}

extension UInt8 {
  /// Whether it goes on with a character of UTF-8 that began before it.
  var isContinuation: Bool { self & 0xC0 == 0x80 }
}

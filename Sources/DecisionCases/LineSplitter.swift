/// A line of a batch, with its number.
public struct BatchLine: Sendable, Hashable {
  /// Counted from 1, blank lines too.
  public let number: Int
  /// Without the newline; nil for a line that is too long to be looked at.
  public let bytes: [UInt8]?

  public init(number: Int, bytes: [UInt8]?) {
    self.number = number
    self.bytes = bytes
  }
}

/// Cuts a stream of bytes into lines, however it comes in pieces, and holds back one unfinished line at most.
///
/// Blank lines are left out, and so is a byte order mark before the first line.
public struct LineSplitter: Sendable {
  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  private let lineBytesMax: Int
  private var unfinished: [UInt8] = []
  private var isTooLong = false
  private var number = 1

  public init(lineBytesMax: Int = CaseLimits.lineBytesMax) { self.lineBytesMax = lineBytesMax }

  /// The lines that end in this piece.
  public mutating func add(_ piece: [UInt8]) -> [BatchLine] {
    var lines: [BatchLine] = []
    var start = 0
    while let newline = piece[start...].firstIndex(of: UInt8(ascii: "\n")) {
      append(piece[start..<newline])
      endLine(&lines)
      start = newline + 1
    }
    append(piece[start...])
    return lines
  }

  /// The last line, where no newline ended it.
  public mutating func finish() -> [BatchLine] {
    var lines: [BatchLine] = []
    endLine(&lines)
    return lines
  }

  private mutating func append(_ bytes: ArraySlice<UInt8>) {
    guard !isTooLong else { return }
    if unfinished.count + bytes.count > lineBytesMax {
      isTooLong = true
      unfinished = []
    } else {
      unfinished.append(contentsOf: bytes)
    }
  }

  private mutating func endLine(_ lines: inout [BatchLine]) {
    if number == 1, unfinished.starts(with: Self.byteOrderMark) { unfinished.removeFirst(Self.byteOrderMark.count) }
    if isTooLong {
      lines.append(BatchLine(number: number, bytes: nil))
    } else if !unfinished.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) {
      lines.append(BatchLine(number: number, bytes: unfinished))
    }
    number += 1
    unfinished = []
    isTooLong = false
  }
}

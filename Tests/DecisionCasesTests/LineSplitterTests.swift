import Testing

@testable import DecisionCases

@Suite("LineSplitter")
struct LineSplitterTests {
  private func split(_ text: [UInt8], pieces size: Int, max: Int = 100) -> [BatchLine] {
    var splitter = LineSplitter(lineBytesMax: max)
    var lines: [BatchLine] = []
    for start in stride(from: 0, to: text.count, by: size) {
      lines += splitter.add(Array(text[start..<min(start + size, text.count)]))
    }
    return lines + splitter.finish()
  }

  private func lines(_ numbered: [(Int, String?)]) -> [BatchLine] {
    numbered.map { BatchLine(number: $0, bytes: $1.map { Array($0.utf8) }) }
  }

  @Test("a stream gives the same lines in whatever pieces it comes", arguments: 1...12)
  func pieces(size: Int) {
    let text = "\u{FEFF}one\r\n\n \t\r\ntwo\n\u{FEFF}é\nlast"
    #expect(
      split(Array(text.utf8), pieces: size)
        == lines([(1, "one\r"), (4, "two"), (5, "\u{FEFF}é"), (6, "last")]))
  }

  @Test(
    "nothing, blank lines and a byte order mark alone have no lines", arguments: ["", "\n", " \n\r\n", "\u{FEFF}\n"])
  func nothing(text: String) {
    #expect(split(Array(text.utf8), pieces: 4) == [])
  }

  @Test("a line that is too long is told and the next one is whole", arguments: [1, 3, 1000])
  func tooLong(size: Int) {
    let text = "0123456789\n01234567890\nx\n" + String(repeating: "y", count: 500)
    #expect(
      split(Array(text.utf8), pieces: size, max: 10) == lines([(1, "0123456789"), (2, nil), (3, "x"), (4, nil)]))
  }
}

@Suite("JSONLine")
struct JSONLineTests {
  @Test("texts are escaped so that each answer stays on its line")
  func escapes() {
    var line = JSONLine()
    line.object { line in
      line.member("a", "\"\\/\u{0}\n\u{1F}\u{7F}é😀\u{2028}")
      line.member("b", nil as String?)
      line.member("c", nil as Int?)
      line.list("d", [1, 2]) { $1.member("n", $0) }
      line.list("e", [Int]()) { $1.member("n", $0) }
      line.member("f", -1)
    }
    line.end()
    #expect(
      String(decoding: line.bytes, as: UTF8.self)
        == #"{"a":"\"\\/\u0000\u000a\u001f"# + "\u{7F}é😀\u{2028}"
        + #"","d":[{"n":1},{"n":2}],"e":[],"f":-1}"# + "\n")
  }
}

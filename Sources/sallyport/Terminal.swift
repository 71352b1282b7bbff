#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// What the program says to the person or script that started it.
enum Terminal {
  /// Writes a line to standard output at once, so that a waiting script reads it.
  static func say(_ line: String) { write(line + "\n", to: STDOUT_FILENO) }

  private static func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard written > 0 else { return }
      bytes = bytes.dropFirst(written)
    }
  }
}

/// Colours for people; without them the text is the same.
struct Ink {
  enum Style: String {
    case good = "1;32"
    case bad = "1;31"
    case heading = "1"
    case quiet = "2"
    case mark = "31"
  }

  private let isOn: Bool

  init(isOn: Bool) { self.isOn = isOn }

  /// On for a terminal, unless the environment asks for none (no-color.org).
  static let ofStandardOutput: Ink = {
    let wantsNone = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
    let isDumb = getenv("TERM").map { String(cString: $0) == "dumb" } ?? false
    return Ink(isOn: isatty(STDOUT_FILENO) == 1 && !wantsNone && !isDumb)
  }()

  func callAsFunction(_ style: Style, _ text: String) -> String {
    isOn && !text.isEmpty ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }
}

extension String {
  /// Without what could move a terminal's cursor, change its colours or turn the direction of the text.
  var shown: String {
    var shown = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control where scalar == "\t": shown.append(" ")
      case .control, .format, .lineSeparator, .paragraphSeparator: shown.append("\u{FFFD}")
      default: shown.append(scalar)
      }
    }
    return String(shown)
  }
}

/// Why a command could not do what it was asked: one line for the person who asked.
struct Complaint: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

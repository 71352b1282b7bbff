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

/// Why a command could not do what it was asked: one line for the person who asked.
struct Complaint: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

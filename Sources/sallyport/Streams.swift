#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Why a file could not be read, or standard output not be written.
struct StreamFailure: Error {
  /// Nil where nobody needs to be told: the reader of a pipe has gone.
  let message: String?

  init(_ what: String, _ code: Int32) {
    message = code == EPIPE ? nil : "\(what): \(String(cString: strerror(code)))"
  }
}

/// A file or standard input, piece by piece.
struct InputFile {
  private static let pieceBytesMax = 1 << 20

  private let descriptor: Int32
  private let name: String

  /// - Parameter path: `-` or nil for standard input.
  init(_ path: String?) throws(StreamFailure) {
    name = path ?? "-"
    guard let path, path != "-" else {
      descriptor = STDIN_FILENO
      return
    }
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw StreamFailure("cannot read `\(path)`", errno) }
  }

  /// What there is to read by now, at least one byte; nothing at the end.
  func next() throws(StreamFailure) -> [UInt8] {
    while true {
      var code: Int32 = 0
      var count = 0
      let descriptor = descriptor
      let piece = [UInt8](unsafeUninitializedCapacity: Self.pieceBytesMax) { buffer, initializedCount in
        count = read(descriptor, buffer.baseAddress, buffer.count)
        code = errno
        initializedCount = max(count, 0)
      }
      if count >= 0 { return piece }
      guard code == EINTR else { throw StreamFailure("cannot read `\(name)`", code) }
    }
  }

  func end() {
    if descriptor != STDIN_FILENO { close(descriptor) }
  }
}

/// Standard output, with nothing held back.
enum StandardOutput {
  static func put(_ bytes: [UInt8]) throws(StreamFailure) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        write(STDOUT_FILENO, buffer.baseAddress.map { $0 + written }, buffer.count - written)
      }
      if count >= 0 {
        written += count
      } else if errno != EINTR {
        throw StreamFailure("cannot write the answers", errno)
      }
    }
  }
}

/// What a person is told who may have sent standard output elsewhere.
enum StandardError {
  static func say(_ line: String) {
    write(line + "\n")
  }

  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  static func write(_ text: String) {
    let bytes = Array(text.utf8)
    _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}

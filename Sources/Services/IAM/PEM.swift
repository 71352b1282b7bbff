import AWSCore

/// One block of a PEM text: what it says it is, and its bytes.
struct PEM {
  /// `CERTIFICATE`, `PRIVATE KEY`, …
  let label: String
  let bytes: [UInt8]
  /// Whether the bytes are enciphered, as headers of OpenSSL's older form or the label say.
  let isEncrypted: Bool

  private static let begin = "-----BEGIN "
  private static let end = "-----END "
  private static let dashes = "-----"

  /// The blocks of a text, in its order; nil where the text holds anything else, or a block that is not whole.
  // AWS: text around the blocks is not ignored: what `openssl x509 -text` prints above them makes a chain malformed.
  static func blocks(of text: String) -> [PEM]? {
    var blocks: [PEM] = []
    var open: (label: Substring, lines: [Substring])?
    for line in text.split(whereSeparator: \.isNewline).map(trimmed) where !line.isEmpty {
      if let current = open {
        if line == end + current.label + dashes {
          guard let block = PEM(label: current.label, lines: current.lines) else { return nil }
          blocks.append(block)
          open = nil
        } else {
          open?.lines.append(line)
        }
      } else {
        guard line.hasPrefix(begin), line.hasSuffix(dashes), line.count > begin.count + dashes.count else { return nil }
        open = (line.dropFirst(begin.count).dropLast(dashes.count), [])
      }
    }
    return open == nil ? blocks : nil
  }

  private init?(label: Substring, lines: [Substring]) {
    let headers = lines.prefix { $0.contains(":") }
    isEncrypted = label == "ENCRYPTED PRIVATE KEY" || headers.contains { $0.hasPrefix("Proc-Type: 4,ENCRYPTED") }
    guard let bytes = Base64.decode(lines.dropFirst(headers.count).joined()), !bytes.isEmpty else { return nil }
    self.label = String(label)
    self.bytes = bytes
  }

  private static func trimmed(_ line: Substring) -> Substring {
    guard let last = line.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return line[...last].drop(while: \.isWhitespace)
  }
}

public import AWSCore

/// A value that an answer can hold under a name.
public protocol WireEncodable: Sendable {
  func encode(as name: String, to writer: inout WireWriter)
}

/// A structure of an answer; `encode(to:)` lists its members, each on a line.
public protocol WireOutput: WireEncodable {
  func encode(to writer: inout WireWriter)
}

extension WireOutput {
  public func encode(as name: String, to writer: inout WireWriter) {
    writer.structure(name) { encode(to: &$0) }
  }
}

/// The output of an operation that answers nothing.
public struct EmptyOutput: WireOutput {
  public init() {}
  public func encode(to writer: inout WireWriter) {}
}

/// Writes an answer's bytes directly, as XML of the query protocol or as JSON.
public struct WireWriter: Sendable {
  public enum Format: Sendable { case xml, json }

  public private(set) var bytes: [UInt8] = []
  public let format: Format
  private var needsComma = false

  public init(_ format: Format, reserving capacity: Int = 512) {
    self.format = format
    bytes.reserveCapacity(capacity)
  }

  /// Writes a member; an absent one leaves no trace.
  public mutating func put(_ name: String, _ value: (some WireEncodable)?) {
    value?.encode(as: name, to: &self)
  }

  public mutating func put<S: ConstrainedString>(_ name: String, _ value: S?) {
    if let value { value.text.encode(as: name, to: &self) }
  }

  /// Writes a list, empty ones too: `<Name><member>…</member></Name>` or `"Name":[…]`.
  public mutating func put(_ name: String, _ values: [some WireEncodable]) {
    list(name, values) { value, writer in value.encode(as: "member", to: &writer) }
  }

  public mutating func structure(_ name: String, _ members: (inout WireWriter) -> Void) {
    open(name, 0x7B)
    members(&self)
    close(name, 0x7D)
  }

  /// Writes a map: `<Name><entry><key>…</key><value>…</value></entry></Name>` or `"Name":{"…":…}`.
  public mutating func putMap(_ name: String, _ entries: [(key: String, value: some WireEncodable)]) {
    structure(name) { map in
      for (key, value) in entries {
        switch map.format {
        case .json: map.put(key, value)
        case .xml:
          map.structure("entry") { entry in
            entry.put("key", key)
            entry.put("value", value)
          }
        }
      }
    }
  }

  mutating func list<T>(_ name: String, _ values: [T], _ element: (T, inout WireWriter) -> Void) {
    open(name, 0x5B)
    inList += 1
    for value in values { element(value, &self) }
    inList -= 1
    close(name, 0x5D)
  }

  // INVARIANT: in JSON the elements of a list have no names; structures inside reset this.
  private var inList = 0

  private mutating func open(_ name: String, _ bracket: UInt8) {
    begin(name)
    if format == .json {
      bytes.append(bracket)
      needsComma = false
      outer.append(inList)
      inList = 0
    }
  }

  private var outer: [Int] = []

  private mutating func close(_ name: String, _ bracket: UInt8) {
    if format == .json {
      bytes.append(bracket)
      inList = outer.removeLast()
    }
    end(name)
  }

  private mutating func begin(_ name: String) {
    switch format {
    case .xml:
      bytes.append(0x3C)
      bytes.append(name)
      bytes.append(0x3E)
    case .json:
      if needsComma { bytes.append(0x2C) }
      guard inList == 0 else { return }
      appendJSON(name)
      bytes.append(0x3A)
    }
  }

  private mutating func end(_ name: String) {
    switch format {
    case .xml:
      bytes.append(0x3C)
      bytes.append(0x2F)
      bytes.append(name)
      bytes.append(0x3E)
    case .json: needsComma = true
    }
  }

  mutating func scalar(_ name: String, text: String) {
    if format == .xml, Self.isPlain(text.utf8.span) { return appendElement(name.utf8.span, text.utf8.span) }
    begin(name)
    if format == .xml { appendXML(text) } else { appendJSON(text) }
    end(name)
  }

  mutating func scalar(_ name: String, literal: String) {
    begin(name)
    bytes.append(literal)
    end(name)
  }

  /// Bytes that are already in the format, such as the envelope around an answer.
  public mutating func append(raw text: String) { bytes.append(text) }
}

// MARK: Escaping

extension WireWriter {
  /// Whether each byte stands for itself in XML, whatever is around it.
  private static func isPlain(_ text: Span<UInt8>) -> Bool {
    for index in text.indices {
      let byte = text[index]
      if byte < 0x20 || byte >= 0x80 || byte == 0x26 || byte == 0x3C || byte == 0x3E || byte == 0x22 { return false }
    }
    return true
  }

  /// Appends an element in one piece whose text has nothing to escape.
  private mutating func appendElement(_ name: Span<UInt8>, _ text: Span<UInt8>) {
    bytes.append(addingCapacity: 2 * name.count + text.count + 5) { output in
      output.append(0x3C)
      output.append(name)
      output.append(0x3E)
      output.append(text)
      output.append(0x3C)
      output.append(0x2F)
      output.append(name)
      output.append(0x3E)
    }
  }

  private mutating func appendXML(_ text: String) {
    for byte in text.utf8 {
      switch byte {
      case 0x26: bytes.append(contentsOf: "&amp;".utf8)
      case 0x3C: bytes.append(contentsOf: "&lt;".utf8)
      case 0x3E: bytes.append(contentsOf: "&gt;".utf8)
      case 0x22: bytes.append(contentsOf: "&quot;".utf8)
      case 0x0D: bytes.append(contentsOf: "&#xD;".utf8)
      // What XML 1.0 cannot carry at all.
      case 0x00...0x08, 0x0B, 0x0C, 0x0E...0x1F: bytes.append(contentsOf: "\u{FFFD}".utf8)
      // U+FFFE and U+FFFF, neither: the last of their three bytes makes them U+FFFD.
      case 0xBE, 0xBF: bytes.append(bytes.suffix(2).elementsEqual([0xEF, 0xBF]) ? 0xBD : byte)
      default: bytes.append(byte)
      }
    }
  }

  private static let hexDigits = Array("0123456789abcdef".utf8)

  private mutating func appendJSON(_ text: String) {
    bytes.append(0x22)
    for byte in text.utf8 {
      switch byte {
      case 0x22, 0x5C:
        bytes.append(0x5C)
        bytes.append(byte)
      case 0x0A: bytes.append(contentsOf: "\\n".utf8)
      case 0x00...0x1F:
        bytes.append(contentsOf: "\\u00".utf8)
        bytes.append(Self.hexDigits[Int(byte >> 4)])
        bytes.append(Self.hexDigits[Int(byte & 15)])
      default: bytes.append(byte)
      }
    }
    bytes.append(0x22)
  }
}

// MARK: Scalars

extension String: WireEncodable {
  public func encode(as name: String, to writer: inout WireWriter) { writer.scalar(name, text: self) }
}

extension Int: WireEncodable {
  public func encode(as name: String, to writer: inout WireWriter) { writer.scalar(name, literal: String(self)) }
}

extension Bool: WireEncodable {
  public func encode(as name: String, to writer: inout WireWriter) {
    writer.scalar(name, literal: self ? "true" : "false")
  }
}

extension ARN: WireEncodable {
  public func encode(as name: String, to writer: inout WireWriter) { writer.scalar(name, text: text) }
}

extension AccountID: WireEncodable {
  public func encode(as name: String, to writer: inout WireWriter) { writer.scalar(name, text: description) }
}

extension Timestamp: WireEncodable {
  // AWS: ISO 8601 in XML, seconds since 1970 in JSON.
  public func encode(as name: String, to writer: inout WireWriter) {
    if writer.format == .xml {
      writer.scalar(name, text: iso8601)
    } else {
      writer.scalar(name, literal: String(seconds))
    }
  }
}

/// An Amazon Resource Name: `arn:partition:service:region:account:resource`.
///
/// The text is kept as written; the parts are views of it. The resource part may itself hold colons.
public struct ARN: Sendable, Hashable, Codable, CustomStringConvertible {
  public let text: String

  /// Refuses a text that does not begin with `arn:` or has fewer than six colon-separated parts.
  public init?(_ text: String) {
    guard text.hasPrefix("arn:") else { return nil }
    var colons = 0
    for byte in text.utf8 where byte == 0x3A { colons += 1 }
    guard colons >= 5 else { return nil }
    self.text = text
  }

  public init(partition: String = "aws", service: String, region: String = "", account: AccountID?, resource: String) {
    text = "arn:\(partition):\(service):\(region):\(account?.description ?? ""):\(resource)"
  }

  private init(iam account: AccountID, _ kind: String, _ path: String, _ name: String) {
    let count = 26 + kind.utf8.count + path.utf8.count + name.utf8.count
    text = String(unsafeUninitializedCapacity: count) { buffer in
      var end = 0
      for piece in ["arn:aws:iam::", account.description, ":", kind, path, name] {
        end = piece.utf8.span.withUnsafeBufferPointer { buffer[end...].initialize(fromContentsOf: $0) }
      }
      return end
    }
  }

  /// An IAM resource of an account: `user/division/name` as one text or as its kind, its path and its name.
  public static func iam(_ account: AccountID, _ kind: String, path: String = "", name: String = "") -> ARN {
    ARN(iam: account, kind, path, name)
  }

  // INVARIANT: equal by bytes. Swift holds canonically equal texts to be equal, so an ARN with a Kelvin sign would be
  // found under one with a K, of which the policies that deny it know nothing.
  public static func == (a: ARN, b: ARN) -> Bool { a.text.utf8.elementsEqual(b.text.utf8) }

  public func hash(into hasher: inout Hasher) {
    text.utf8.span.bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
  }

  public var description: String { text }
  public var partition: Substring { part(1) }
  public var service: Substring { part(2) }
  public var region: Substring { part(3) }
  public var account: Substring { part(4) }
  public var resource: Substring { part(5) }
  public var accountID: AccountID? { AccountID(text.utf8.span.extracting(range(of: 4))) }

  /// What follows the last slash of the resource: a user's or role's name without its path.
  public var lastComponent: Substring {
    let resource = resource
    guard let slash = resource.utf8.lastIndex(of: 0x2F) else { return resource }
    return resource[resource.utf8.index(after: slash)...]
  }

  private func part(_ index: Int) -> Substring {
    let range = range(of: index)
    let start = text.utf8.index(text.startIndex, offsetBy: range.lowerBound)
    return text[start..<text.utf8.index(start, offsetBy: range.count)]
  }

  /// Where the bytes of a part stand.
  private func range(of index: Int) -> Range<Int> {
    let bytes = text.utf8.span
    var start = 0
    var part = 0
    for offset in bytes.indices where bytes[offset] == 0x3A {
      if part == index { return start..<offset }
      start = offset + 1
      part += 1
      if part == 5 { break }
    }
    return start..<bytes.count
  }

  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let arn = ARN(text) else {
      throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "not an ARN"))
    }
    self = arn
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}

import AWSCore
public import AWSWire

/// What a call answered, with the look-ups that tests need.
public struct Answer: Sendable {
  public let status: Int
  public let text: String
  public let headers: [Header]

  init(_ response: HTTPResponseMessage) {
    status = response.status
    text = String(decoding: response.body, as: UTF8.self)
    headers = response.headers
  }

  public var isSuccess: Bool { status == 200 }
  /// The error's code; nil where there is none.
  public var code: String? { isSuccess ? nil : self["Code"] }
  public var message: String? { isSuccess ? nil : self["Message"] }

  /// The text of the first element with the name, unescaped.
  public subscript(name: String) -> String? { all(name).first }

  /// The texts of all elements with the name, in order, unescaped.
  public func all(_ name: String) -> [String] {
    var found: [String] = []
    var rest = text[...]
    while let open = rest.firstRange(of: "<\(name)>") {
      rest = rest[open.upperBound...]
      guard let close = rest.firstRange(of: "</\(name)>") else { break }
      found.append(Self.unescaped(rest[..<close.lowerBound]))
      rest = rest[close.upperBound...]
    }
    return found
  }

  /// The credentials in an answer of STS.
  public var credentials: SigV4.Credentials {
    SigV4.Credentials(
      accessKeyID: self["AccessKeyId"] ?? "", secretAccessKey: Secret(self["SecretAccessKey"] ?? ""),
      sessionToken: self["SessionToken"])
  }

  /// The answer itself, if it is no error.
  public func succeeded(_ what: String) throws -> Answer {
    guard isSuccess else { throw UnexpectedAnswer(description: "\(what) answered \(status): \(text)") }
    return self
  }

  private static func unescaped(_ text: Substring) -> String {
    String(text).replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
      .replacing("&#xD;", with: "\r").replacing("&amp;", with: "&")
  }
}

public struct UnexpectedAnswer: Error, CustomStringConvertible {
  public let description: String
}

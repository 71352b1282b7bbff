/// Why a line is no decision case: which member is wrong, and how.
public struct MalformedCase: Error, Sendable, Hashable, CustomStringConvertible {
  /// As in `request.principal` or `policies.scp[0][1]`; empty for the line as a whole.
  public let path: String
  /// Lower-case, what the line gave in backticks.
  public let reason: String
  /// Whether the line is no JSON at all.
  public let isNotJSON: Bool

  init(_ reason: String, at path: CasePath = .line, isNotJSON: Bool = false) {
    self.path = path.description
    self.reason = reason
    self.isNotJSON = isNotJSON
  }

  public var description: String { path.isEmpty ? reason : "\(path): \(reason)" }
}

/// The way from the line to one of its values.
indirect enum CasePath: CustomStringConvertible {
  case line
  case member(String, of: CasePath)
  /// A member that the line names, not the format.
  case key(String, of: CasePath)
  case item(Int, of: CasePath)

  var description: String {
    switch self {
    case .line: ""
    case .member(let name, .line): name
    case .member(let name, let path): "\(path).\(name)"
    case .key(let name, let path): "\(path).\(name.quoted)"
    case .item(let index, let path): "\(path)[\(index)]"
    }
  }
}

extension String {
  /// Characters of a text that an error repeats.
  private static let quotedMax = 120

  /// The text in backticks, cut off where it is long, without what could move a terminal's cursor.
  var quoted: String {
    var shown = String.UnicodeScalarView()
    for scalar in unicodeScalars.prefix(Self.quotedMax) {
      shown.append(scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar)
    }
    let isWhole = unicodeScalars.dropFirst(Self.quotedMax).isEmpty
    return isWhole ? "`\(String(shown))`" : "`\(String(shown))…`"
  }
}

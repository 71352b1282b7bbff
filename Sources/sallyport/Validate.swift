import ArgumentParser
import FoundationEssentials
import PolicyEngine

/// Tells what AWS IAM Access Analyzer would find in policies, for people and for CI.
struct Validate: ParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  static let configuration = CommandConfiguration(
    abstract: "Check policies as AWS IAM Access Analyzer does.",
    discussion: """
      Ends with status 0 where nothing weighs, with 1 where there is an error or a security warning (with --strict, \
      anything at all), and with 2 where a file could not be read.
      """)

  @Argument(help: "Files with one policy each; - is standard input.") var files: [String]
  @Option(
    help: """
      What the policies are for, or the type of the resource that they belong to. [default: identity; resource or \
      trust where a policy names principals]
      """)
  var type: PolicyKind?
  @Option(help: "text, one finding a line, or json, one file a line with its findings in the form of AWS's API.")
  var format = Format.text
  @Flag(help: "Take warnings and suggestions as seriously as errors.") var strict = false

  func validate() throws {
    guard files.count(where: { $0 == PolicyFile.standardInput }) <= 1 else {
      throw ValidationError("standard input can be read once only")
    }
  }

  func run() throws {
    var isUnreadable = false
    var isFound = false
    for path in files {
      do {
        let file = try PolicyFile(path)
        let findings = PolicyValidation.findings(in: file.text, as: type?.type ?? PolicyType(guessedFrom: file.text))
        isFound = isFound || findings.contains { strict || $0.kind == .error || $0.kind == .securityWarning }
        try report(findings, of: file)
      } catch let failure as StreamFailure {
        if let message = failure.message { StandardError.say(message) }
        isUnreadable = true
      } catch let complaint as Complaint {
        StandardError.say(complaint.description)
        isUnreadable = true
      }
    }
    if isUnreadable { throw ExitCode(2) }
    if isFound { throw ExitCode.failure }
  }

  private func report(_ findings: [Finding], of file: PolicyFile) throws {
    var text = ""
    switch format {
    case .text:
      for finding in findings {
        text += FindingLine(file: file.name, finding: finding).text(Ink.ofStandardOutput) + "\n"
      }
    case .json: text = try FindingsReport(file: file.name, findings: findings).json + "\n"
    }
    try StandardOutput.put(Array(text.utf8))
  }
}

/// What `--type` takes.
struct PolicyKind: ExpressibleByArgument {
  private static let types: KeyValuePairs<String, PolicyType> = [
    "identity": .identity, "resource": .resource(nil), "trust": .trust, "scp": .serviceControl,
    "rcp": .resourceControl, "session": .session,
  ]

  let type: PolicyType

  init?(argument: String) {
    if let known = Self.types.first(where: { $0.key == argument }) {
      type = known.value
    } else if let resource = PolicyType.ResourceType(rawValue: argument) {
      type = .resource(resource)
    } else {
      return nil
    }
  }

  static var allValueStrings: [String] { types.map(\.key) + PolicyType.ResourceType.allCases.map(\.rawValue) }
}

/// A file that holds one policy.
private struct PolicyFile {
  static let standardInput = "-"
  /// Many times the largest policy that AWS takes.
  private static let bytesMax = 1 << 20

  let name: String
  let text: String

  init(_ path: String) throws {
    name = path == Self.standardInput ? "<stdin>" : path
    let input = try InputFile(path)
    defer { input.end() }
    var bytes: [UInt8] = []
    while true {
      let piece = try input.next()
      if piece.isEmpty { break }
      bytes += piece
      guard bytes.count <= Self.bytesMax else {
        throw Complaint("`\(name.shown)` is larger than \(Self.bytesMax) bytes")
      }
    }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw Complaint("`\(name.shown)` is not UTF-8") }
    self.text = text
  }
}

/// A file's findings in the form of the answer of AWS's API, with the name of the file.
private struct FindingsReport: Encodable {
  let file: String
  let findings: [Finding]

  var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }
}

/// A finding as a compiler would tell it.
private struct FindingLine {
  let file: String
  let finding: Finding

  func text(_ ink: Ink) -> String {
    let start = finding.locations.first?.span.start
    // People and editors count columns from 1.
    let place = "\(file.shown):\(start?.line ?? 1):\((start?.column ?? 0) + 1):"
    return "\(ink(.heading, place)) \(kind(ink)): \(finding.details.shown) "
      + "[\(finding.code.rawValue)] \(ink(.quiet, finding.learnMoreLink))"
  }

  private func kind(_ ink: Ink) -> String {
    switch finding.kind {
    case .error: ink(.bad, "error")
    case .securityWarning: ink(.bad, "security warning")
    case .warning: ink(.mark, "warning")
    case .suggestion: ink(.good, "suggestion")
    }
  }
}

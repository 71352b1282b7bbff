import ArgumentParser
import DecisionCases
import PolicyEngine

/// Says why cases are decided as they are: for people, or as JSON.
struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say why requests are allowed or denied: which statements decided, and what was missing.",
    discussion: """
      Reads decision cases as `sallyport decide` does, or takes one question from the options. Ends with status 0 \
      where every request is allowed, with 1 where one is denied, and with 2 where the input is of no use; then \
      nothing is explained.
      """)

  @Argument(help: "The file with the cases; standard input where neither it nor an option is given, or for -.")
  var file: String?
  @Option(help: "Explain only the case with this id.") var id: String?
  @Flag(help: "Print JSON, one line for each case.") var json = false
  @OptionGroup(title: "One question") var question: QuestionOptions

  func run() throws {
    var isDenied = false
    do {
      let decider = CaseDecider()
      let names = question.isGiven ? question.names : .places
      for (number, asked) in try cases().enumerated() {
        let explained = decider.explain(asked)
        if !explained.explanation.decision.isAllowed { isDenied = true }
        try StandardOutput.put(json ? explained.line : text(explained, names, isFirst: number == 0))
      }
    } catch let complaint as Complaint {
      StandardError.say(complaint.description)
      throw ExitCode(2)
    } catch let failure as StreamFailure {
      if let message = failure.message { StandardError.say(message) }
      throw ExitCode(2)
    }
    if isDenied { throw ExitCode.failure }
  }

  private func text(_ explained: CaseExplanation, _ names: PolicyNames, isFirst: Bool) -> [UInt8] {
    Array(((isFirst ? "" : "\n") + ExplanationText(explained, names, Ink.ofStandardOutput).text).utf8)
  }

  private func cases() throws -> [DecisionCase] {
    if question.isGiven {
      guard file == nil, id == nil else { throw Complaint("give either a file with cases or one question, not both") }
      return [try question.asked()]
    }
    let cases = try CaseFile(file).cases
    guard let id else { return cases }
    let named = cases.filter { $0.id == id }
    guard !named.isEmpty else { throw Complaint("no case has the id `\(id.shown)`") }
    return named
  }
}

/// The cases of a file: one a line or, for people who write it by hand, a single one over several lines.
private struct CaseFile {
  /// Bytes of a file; `sallyport decide` reads longer ones piece by piece.
  private static let bytesMax = 256 << 20

  let cases: [DecisionCase]

  init(_ path: String?) throws {
    let bytes = try InputFile.all(path, bytesMax: Self.bytesMax)
    var splitter = LineSplitter()
    let lines = splitter.add(bytes) + splitter.finish()
    guard let first = lines.first else { throw Complaint("there is no case in the input") }
    do {
      cases = try lines.map { line throws(MalformedLine) in try Self.read(line) }
    } catch {
      guard error.number == first.number, error.reason.isNotJSON, lines.count > 1 else { throw error.complaint }
      cases = [try Self.whole(lines, orElse: error)]
    }
  }

  private static func read(_ line: BatchLine) throws(MalformedLine) -> DecisionCase {
    do throws(MalformedCase) {
      guard let bytes = line.bytes else { throw .tooLong }
      return try DecisionCase(line: bytes)
    } catch {
      throw MalformedLine(number: line.number, reason: error)
    }
  }

  /// One case over several lines.
  private static func whole(_ lines: [BatchLine], orElse failure: MalformedLine) throws -> DecisionCase {
    do throws(MalformedCase) {
      return try DecisionCase(line: Array(lines.map { $0.bytes ?? [] }.joined(separator: [UInt8(ascii: "\n")])))
    } catch {
      throw error.isNotJSON ? failure.complaint : Complaint("\(error)")
    }
  }
}

private struct MalformedLine: Error {
  let number: Int
  let reason: MalformedCase

  var complaint: Complaint { Complaint("line \(number): \(reason)") }
}

extension InputFile {
  /// The whole of a file or of standard input.
  static func all(_ path: String?, bytesMax: Int) throws -> [UInt8] {
    let input = try InputFile(path)
    defer { input.end() }
    var bytes: [UInt8] = []
    while true {
      let piece = try input.next()
      if piece.isEmpty { return bytes }
      bytes += piece
      guard bytes.count <= bytesMax else {
        throw Complaint("`\((path ?? "-").shown)` is longer than \(bytesMax) bytes")
      }
    }
  }
}

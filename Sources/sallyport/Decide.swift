import ArgumentParser
import DecisionCases
import NIOCore
import NIOPosix

/// Decides cases of policies and requests, so that others can test against the engine.
struct Decide: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Decide cases of policies and requests, one line of JSON each.",
    discussion: """
      Ends with status 0, with 1 where a line was malformed or, with --check, a decision was not as expected, and \
      with 2 where the file could not be read or the answers could not be written.
      """)

  @Argument(help: "The file with the cases; standard input where none is named, or -.") var file: String?
  @Flag(help: "Compare each decision with what its case expects, and tell the differences on standard error.")
  var check = false

  func run() async throws {
    var tally = BatchTally()
    do {
      tally = try await answerAll()
    } catch let failure as StreamFailure {
      if let message = failure.message { StandardError.say(message) }
      throw ExitCode(2)
    }
    if check {
      for complaint in tally.complaints { StandardError.say(complaint) }
      StandardError.say(tally.summary)
    } else if tally.malformed > 0 {
      StandardError.say("\(tally.malformed) of \(tally.lines) lines were malformed")
    }
    if tally.malformed > 0 || (check && tally.notAsExpected > 0) { throw ExitCode.failure }
  }

  /// Answers whatever has come as soon as it has come, so that a program at the other end may wait for an answer
  /// before it asks again.
  private func answerAll() async throws -> BatchTally {
    let input = try InputFile(file)
    defer { input.end() }
    let workers = Workers()
    var splitter = LineSplitter()
    var tally = BatchTally()
    var isAtEnd = false
    while !isAtEnd {
      let piece = try input.next()
      isAtEnd = piece.isEmpty
      for answer in try await workers.answer(isAtEnd ? splitter.finish() : splitter.add(piece)) {
        try StandardOutput.put(answer.text)
        tally.add(answer.tally)
      }
    }
    return tally
  }
}

extension BatchTally {
  fileprivate var summary: String {
    "\(lines) cases: \(asExpected) as expected, \(notAsExpected) not as expected, "
      + "\(withoutExpectation) without an expectation, \(malformed) malformed"
  }
}

/// Shares lines among the event loops, one for each core of the processor, and keeps their order.
private struct Workers {
  /// Fewer lines are not worth the sharing.
  private static let linesEachMin = 16

  private let decider = CaseDecider()
  private let loops = Array(MultiThreadedEventLoopGroup.singleton.makeIterator())

  func answer(_ lines: [BatchLine]) async throws -> [BatchAnswer] {
    let count = min(loops.count, lines.count / Self.linesEachMin)
    guard count > 1 else { return [decider.answer(lines)] }
    let parts = loops.prefix(count).enumerated().map { part, loop in
      let own = lines[lines.count * part / count..<lines.count * (part + 1) / count]
      return loop.submit { [decider] in decider.answer(own) }
    }
    var answers: [BatchAnswer] = []
    for part in parts { answers.append(try await part.get()) }
    return answers
  }
}

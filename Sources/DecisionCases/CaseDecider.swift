internal import PolicyEngine

/// Decides cases, of whatever batch; many threads may use one.
public final class CaseDecider: Sendable {
  let cache: PolicyCache

  public convenience init() { self.init(cache: PolicyCache()) }

  init(cache: PolicyCache) { self.cache = cache }

  public func decide(_ decisionCase: DecisionCase) -> DecisionAnswer {
    var invalid: [InvalidPolicy] = []
    let layers = layers(of: decisionCase, &invalid)
    let verdict = Authorization.verdict(on: decisionCase.request, under: layers)
    return DecisionAnswer(verdict, id: decisionCase.id, invalid: invalid)
  }

  /// Answers lines one after the other, each with one line.
  public func answer(_ lines: some Sequence<BatchLine>) -> BatchAnswer {
    var tally = BatchTally()
    var output = JSONLine()
    for line in lines {
      do throws(MalformedCase) {
        guard let bytes = line.bytes else { throw .tooLong }
        let decisionCase = try DecisionCase(line: bytes)
        let answer = decide(decisionCase)
        answer.write(to: &output)
        tally.count(answer, expected: decisionCase.expectation, line: line.number)
      } catch {
        error.write(to: &output, line: line.number)
        tally.count(error, line: line.number)
      }
      output.end()
    }
    return BatchAnswer(text: output.bytes, tally: tally)
  }
}

/// The answers to some lines of a batch.
public struct BatchAnswer: Sendable {
  /// One line of JSON for each, in their order.
  public let text: [UInt8]
  public let tally: BatchTally
}

/// How many cases of a batch were answered, and how many as they expected.
public struct BatchTally: Sendable, Hashable {
  /// Complaints that are kept.
  private static let complaintsMax = 100

  public private(set) var malformed = 0
  public private(set) var asExpected = 0
  public private(set) var notAsExpected = 0
  public private(set) var withoutExpectation = 0
  /// What was wrong with the first of the cases that were malformed or not as expected.
  public private(set) var complaints: [String] = []

  public init() {}

  public var lines: Int { malformed + asExpected + notAsExpected + withoutExpectation }

  public mutating func add(_ other: BatchTally) {
    malformed += other.malformed
    asExpected += other.asExpected
    notAsExpected += other.notAsExpected
    withoutExpectation += other.withoutExpectation
    for complaint in other.complaints { complain(complaint) }
  }

  mutating func count(_ answer: DecisionAnswer, expected: DecisionCase.Expectation?, line: Int) {
    guard let expected else {
      withoutExpectation += 1
      return
    }
    if answer.decision == expected.decision, expected.layer == nil || expected.layer == answer.layer {
      asExpected += 1
    } else {
      notAsExpected += 1
      let wanted = Self.words(expected.decision, expected.layer)
      complain(
        "line \(line): \(answer.id.quoted) is \(Self.words(answer.decision, answer.layer)), expected \(wanted)")
    }
  }

  mutating func count(_ error: MalformedCase, line: Int) {
    malformed += 1
    complain("line \(line): \(error)")
  }

  private mutating func complain(_ complaint: String) {
    if complaints.count < Self.complaintsMax { complaints.append(complaint) }
  }

  private static func words(_ decision: CaseDecision, _ layer: CaseLayer?) -> String {
    layer.map { "\(decision.rawValue) (\($0.rawValue))" } ?? decision.rawValue
  }
}

extension MalformedCase {
  fileprivate func write(to line: inout JSONLine, line number: Int) {
    line.object { line in
      line.member("line", number)
      line.member("error", description)
    }
  }
}

import Foundation
import PolicyEngine

/// Times decisions for a user with 10 policies of 5 statements each; prints one line of JSON with nanoseconds.
///
/// The only argument is the folder with the policies. What is timed has its own line in `docs/benchmarks.md`.
@main
struct EngineBench {
  static let rounds = 25
  static let decisionsInRound = 20_000
  static let compilationsInRound = 200

  static func main() throws {
    guard CommandLine.arguments.count == 2 else { throw Complaint("usage: engine-bench FOLDER") }
    let texts = try policies(in: CommandLine.arguments[1])
    var compiled: [CompiledPolicy] = []
    for (name, text) in texts {
      let document = try PolicyDocument.parse(text, as: .identity)
      compiled.append(CompiledPolicy(document, source: PolicySource(kind: .managed, name: name)))
    }
    let layers = PolicyLayers(identity: compiled)
    var figures: [String: Double] = [:]
    for question in Question.all {
      figures["decide \(question.name)"] = try decisions(question, under: layers)
    }
    figures["context"] = median(per: decisionsInRound) { sink(Question.getUser.context()) }
    let context = Question.getUser.context()
    figures["request"] = median(per: decisionsInRound) { sink(Question.getUser.request(context)) }
    figures["compile"] = try compilation(of: texts.map(\.1))
    figures["keys"] = Double(context.keys.count)
    figures["statements"] = Double(compiled.map(\.document.statements.count).reduce(0, +))
    figures["conditioned"] = Double(
      compiled.flatMap(\.document.statements).count { !$0.conditions.isEmpty })
    figures["bytes"] = Double(texts.map(\.1.utf8.count).reduce(0, +))
    print(String(decoding: try JSONSerialization.data(withJSONObject: figures), as: UTF8.self))
  }

  private static func policies(in folder: String) throws -> [(String, String)] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }.sorted()
    return try names.map { ($0, try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8)) }
  }

  /// Nanoseconds for one decision, of a request that is there already under policies that are compiled already.
  private static func decisions(_ question: Question, under layers: PolicyLayers) throws -> Double {
    let request = question.request(question.context())
    let verdict = Authorization.decide(request, under: layers)
    guard verdict.decision == question.expected else {
      throw Complaint("\(question.name): \(verdict.decision), not \(question.expected)")
    }
    return median(per: decisionsInRound) {
      sink(Authorization.decide(request, under: layers))
    }
  }

  /// Nanoseconds for one document, from text to compiled.
  private static func compilation(of texts: [String]) throws -> Double {
    var failure: (any Error)?
    let time = median(per: compilationsInRound) {
      for text in texts {
        do {
          let document = try PolicyDocument.parse(text, as: .identity)
          sink(CompiledPolicy(document, source: PolicySource(kind: .managed, name: "timed")))
        } catch {
          failure = error
        }
      }
    }
    if let failure { throw failure }
    return time / Double(texts.count)
  }

  /// The median over the rounds of the nanoseconds that one call takes; a first round warms up.
  private static func median(per calls: Int, _ call: () -> Void) -> Double {
    var times: [Double] = []
    for round in 0...rounds {
      let time = ContinuousClock().measure { for _ in 0..<calls { call() } }
      if round > 0 { times.append(Double(time.components.attoseconds) / 1e9 + Double(time.components.seconds) * 1e9) }
    }
    times.sort()
    return times[times.count / 2] / Double(calls)
  }
}

/// Takes a result so that the optimizer cannot do without it.
@inline(never)
private func sink<Value>(_ value: Value) {
  withExtendedLifetime(value) {}
}

struct Complaint: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

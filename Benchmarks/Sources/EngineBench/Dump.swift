import Foundation
import PolicyEngine

/// The workload as JSON, for the engines that are measured beside this one.
enum Dump {
  static func write(statements: Int, to file: String) throws {
    let workload = try Workload(statements: statements)
    let asked = try workload.asked()
    var questions: [[String: Any]] = []
    for (index, question) in workload.questions.enumerated() {
      let decision = Authorization.decide(asked[index].request, under: asked[index].identityAlone)
      questions.append([
        "principal": question.caller.arn, "action": question.action, "resource": question.resource,
        "context": Dictionary(uniqueKeysWithValues: question.values), "decision": "\(decision.outcome)",
      ])
    }
    let whole: [String: Any] = [
      "seed": String(Workload.seed), "policies": workload.texts, "questions": questions,
    ]
    try JSONSerialization.data(withJSONObject: whole).write(to: URL(filePath: file))
  }
}

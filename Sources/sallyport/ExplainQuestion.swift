import ArgumentParser
import DecisionCases

/// One question from the command line, without a file of cases.
struct QuestionOptions: ParsableArguments {
  @Option(
    name: .customLong("policy"), parsing: .upToNextOption,
    help: ArgumentHelp("Files with the identity policies of the principal.", valueName: "file"))
  var identity: [String] = []
  @Option(help: "The ARN of the principal, or the name of a service; * for an anonymous caller.")
  var principal: String?
  @Option(help: "The action: service:Action.") var action: String?
  @Option(help: "The ARN of the resource; * where none is given.") var resource: String?
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Condition keys of the request; a key that is named again gets another value.", valueName: "key=value"))
  var context: [String] = []
  @Option(help: ArgumentHelp("A file with the policy of the resource.", valueName: "file"))
  var resourcePolicy: String?
  @Option(help: ArgumentHelp("A file with the permissions boundary.", valueName: "file")) var boundary: String?
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Files with service control policies, from the organization's root down; each is a level of its own.",
      valueName: "file"))
  var scp: [String] = []

  var isGiven: Bool {
    principal != nil || action != nil || resource != nil || !identity.isEmpty || !context.isEmpty
      || resourcePolicy != nil || boundary != nil || !scp.isEmpty
  }

  func asked() throws -> DecisionCase {
    guard let principal else { throw Complaint("--principal is missing: who asks?") }
    guard let action else { throw Complaint("--action is missing: what is asked for?") }
    var question = CaseQuestion(id: "question", principal: principal, action: action, resource: resource ?? "*")
    question.context = try contextKeys()
    question.identity = try identity.map(Self.text)
    question.boundary = try boundary.map(Self.text)
    question.resourcePolicy = try resourcePolicy.map(Self.text)
    question.serviceControl = try scp.map(Self.text)
    do throws(MalformedCase) {
      return try question.decisionCase()
    } catch {
      throw Complaint("\(Self.option(error.path)): \(error.reason)")
    }
  }

  /// The policies by their files.
  var names: PolicyNames {
    .files([
      .identity: identity, .boundary: [boundary].compactMap { $0 }, .resource: [resourcePolicy].compactMap { $0 },
      .scp: scp,
    ])
  }

  private static func text(_ path: String) throws -> String {
    let bytes = try InputFile.all(path, bytesMax: CaseLimits.policyBytesMax)
    guard let text = String(validating: bytes, as: UTF8.self) else { throw Complaint("`\(path.shown)` is not UTF-8") }
    return text
  }

  private func contextKeys() throws -> [CaseQuestion.Key] {
    var keys: [CaseQuestion.Key] = []
    for pair in context {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, !parts[0].isEmpty else {
        throw Complaint("--context: `\(pair.shown)` is not written as key=value")
      }
      if let known = keys.firstIndex(where: { $0.name == parts[0] }) {
        keys[known].values.append(parts[1])
      } else {
        keys.append(.init(name: parts[0], values: [parts[1]]))
      }
    }
    return keys
  }

  private static let options: KeyValuePairs = [
    "request.principal": "--principal", "request.action": "--action", "request.resource": "--resource",
    "request.context": "--context", "policies.identity": "--policy", "policies.boundary": "--boundary",
    "policies.resource": "--resource-policy", "policies.scp": "--scp",
  ]

  /// The option that a path of the case comes from.
  private static func option(_ path: String) -> String {
    for (member, option) in options where path.hasPrefix(member) { return option + path.dropFirst(member.count) }
    return path
  }
}

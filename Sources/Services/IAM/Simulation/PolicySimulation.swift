import AWSCore
import AWSWire
import Directory
import PolicyEngine
import ServiceKit

// The policy simulator: hypothetical requests, decided by the engine that decides real ones.

enum PolicySimulation {
  static let operations: [any Operation.Type] = [
    SimulateCustomPolicy.self, SimulatePrincipalPolicy.self, GetContextKeysForCustomPolicy.self,
    GetContextKeysForPrincipalPolicy.self,
  ]
}

extension View {
  /// The access to whoever is simulated; principals of other accounts are refused before permissions are looked at.
  fileprivate func access(_ action: String, toSimulated source: ARNText) throws(Failure) -> Access {
    if let other = ARN(source.text)?.accountID, other != account.id {
      throw .invalidInput(
        "Invalid Policy Source Arn: caller's account \(account.id) does not have access to policies in account "
          + "\(other).")
    }
    return access(action, toSource: source)
  }
}

extension Account {
  /// The user, group or role whose policies a request wants to have looked into.
  fileprivate func holder(_ source: ARNText) throws(Failure) -> AnyPolicyHolder {
    guard let arn = ARN(source.text), arn.holderKind != nil else {
      throw .invalidInput("Invalid ARN provided in the request: \(source)")
    }
    guard let holder = AnyPolicyHolder(arn, in: self) else {
      throw Failure(.noSuchEntity, "Unable to retrieve specified IAM entity.")
    }
    return holder
  }
}

// MARK: Simulate

struct SimulateCustomPolicy: ReadOperation {
  struct Input: WireStruct {
    let question: SimulationQuestion
    let organization: [OrganizationPolicyLevel]

    init(from fields: inout Fields) {
      question = SimulationQuestion(from: &fields, needsPolicies: true)
      organization = fields.list("OrderedOrganizationPolicyInputList", max: OrganizationPolicyLevel.countMax) ?? []
    }
  }

  static let failures: [ErrorCode] = [.invalidInput, .policyEvaluation]
  static func access(_ input: Input, _ view: View) -> Access { Access("iam:SimulateCustomPolicy") }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> SimulationOutput {
    let question = input.question
    var policies = try SimulationPolicies(question)
    try policies.limit(by: input.organization)
    let caller =
      try question.caller.map { name throws(Failure) in try SimulatedCaller(name.text, holder: nil) }
      ?? SimulatedCaller(of: view.account.id)
    var run = SimulationRun(
      try SimulationScene(question, policies, caller, isCallerNamed: question.caller != nil))
    return try run.page(question, grant)
  }
}

struct SimulatePrincipalPolicy: ReadOperation {
  struct Input: WireStruct {
    let source: ARNText
    let question: SimulationQuestion
    let exclusions: [PolicyIdentifier]

    init(from fields: inout Fields) {
      source = fields.required("PolicySourceArn")
      question = SimulationQuestion(from: &fields, needsPolicies: false)
      exclusions = fields.list("PolicyExclusionList", max: PolicyIdentifier.countMax) ?? []
    }
  }

  static let failures: [ErrorCode] = [.noSuchEntity, .invalidInput, .policyEvaluation]

  static func access(_ input: Input, _ view: View) throws(Failure) -> Access {
    try view.access("iam:SimulatePrincipalPolicy", toSimulated: input.source)
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> SimulationOutput {
    let question = input.question
    let holder = try view.account.holder(input.source)
    var policies = try SimulationPolicies(question)
    policies.add(holder, in: view.account, without: try PolicyExclusions(input.exclusions))
    let caller = try SimulatedCaller(question.caller?.text ?? holder.arn.text, holder: holder)
    var run = SimulationRun(try SimulationScene(question, policies, caller, isCallerNamed: true))
    return try run.page(question, grant)
  }
}

// MARK: Context keys

struct ContextKeysOutput: WireOutput {
  let names: [String]

  /// Each key once, as it is written first.
  init(_ documents: [PolicyDocument]) {
    var known: Set<String> = []
    names = documents.flatMap(\.contextKeys).filter { known.insert($0).inserted }
  }

  func encode(to writer: inout WireWriter) { writer.put("ContextKeyNames", names) }
}

extension SimulationPolicies {
  /// The documents of policies of any kind, of which only the condition keys matter.
  fileprivate static func documents(_ texts: [PolicyText]) throws(Failure) -> [PolicyDocument] {
    var documents: [PolicyDocument] = []
    for (index, text) in texts.enumerated() {
      // AWS: policies of resources and trust policies are taken too.
      let read = [PolicyDocument.Kind.identity, .resource, .trust].lazy.compactMap { kind in
        try? PolicyDocument.parse(text.text, as: kind)
      }.first
      guard let read else { throw .invalidInput("Policy input list item \(index + 1) has invalid content") }
      documents.append(read)
    }
    return documents
  }
}

struct GetContextKeysForCustomPolicy: ReadOperation {
  struct Input: WireStruct {
    let policies: [PolicyText]
    init(from fields: inout Fields) { policies = fields.requiredList("PolicyInputList") }
  }

  static let failures: [ErrorCode] = [.invalidInput]
  static func access(_ input: Input, _ view: View) -> Access { Access("iam:GetContextKeysForCustomPolicy") }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> ContextKeysOutput {
    ContextKeysOutput(try SimulationPolicies.documents(input.policies))
  }
}

struct GetContextKeysForPrincipalPolicy: ReadOperation {
  struct Input: WireStruct {
    let source: ARNText
    let policies: [PolicyText]

    init(from fields: inout Fields) {
      source = fields.required("PolicySourceArn")
      policies = fields.list("PolicyInputList") ?? []
    }
  }

  static let failures: [ErrorCode] = [.noSuchEntity, .invalidInput]

  static func access(_ input: Input, _ view: View) throws(Failure) -> Access {
    try view.access("iam:GetContextKeysForPrincipalPolicy", toSimulated: input.source)
  }

  // AWS: the boundary's keys are among them.
  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> ContextKeysOutput {
    let holder = try view.account.holder(input.source)
    let attached = holder.policies(in: view.account) + (holder.boundary(in: view.account) ?? [])
    return ContextKeysOutput(
      attached.map(\.policy.document) + (try SimulationPolicies.documents(input.policies)))
  }
}

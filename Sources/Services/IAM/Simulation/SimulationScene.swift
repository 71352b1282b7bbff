import AWSCore
import Directory
import PolicyEngine
import ServiceKit

/// Who asks in a simulation, and the condition keys that follow from it.
struct SimulatedCaller: Sendable {
  let principal: RequestPrincipal
  let account: AccountID
  let keys: [(name: String, value: String)]

  /// Whoever makes the request of the simulation has its account, but is none of its principals.
  // AWS: the text is the simulator's own.
  init(of account: AccountID) {
    let name = "STUB_PRINCIPAL_FOR_POLICY_SIMULATOR"
    self.account = account
    principal = .user(arn: ARN.iam(account, "user/").text, account: account)
    keys = [("aws:PrincipalAccount", account.description), ("aws:userid", name)]
  }

  /// - Parameter holder: whose policies are simulated; that lends the unique id where it is the caller.
  init(_ text: String, holder: AnyPolicyHolder?) throws(Failure) {
    guard let arn = ARN(text), let kind = arn.holderKind, let account = arn.accountID else {
      throw .invalidInput("Invalid caller - Caller must be an IAM user, role or group in this context.")
    }
    self.account = account
    let id = holder.flatMap { $0.arn == arn ? $0.id : nil }
    let name = String(arn.lastComponent)
    var keys = [
      ("aws:PrincipalArn", arn.text), ("aws:PrincipalAccount", account.description), ("aws:userid", arn.text),
    ]
    switch kind {
    case .user:
      principal = .user(arn: arn.text, account: account, uniqueID: id)
      keys.append(("aws:username", name))
    case .group: principal = .user(arn: arn.text, account: account)
    case .role:
      // INVARIANT: a session without a name, so that no policy can name it.
      let session = ARN(service: "sts", account: account, resource: "assumed-role/\(name)/")
      principal = .roleSession(sessionARN: session.text, roleARN: arn.text, account: account, uniqueID: id)
    }
    self.keys = keys.map { (name: $0.0, value: $0.1) }
  }
}

/// Everything that the requests of a simulation have in common.
struct SimulationScene: Sendable {
  let policies: SimulationPolicies
  let caller: SimulatedCaller
  /// Empty where the requests are on everything.
  let resources: [String]
  /// Who is said to own the resources whose ARNs name nobody.
  let owner: AccountID?
  let context: RequestContext

  /// Resources of one simulation; AWS names no limit.
  static let resourcesMax = 1_000

  init(
    _ question: SimulationQuestion, _ policies: SimulationPolicies, _ caller: SimulatedCaller, isCallerNamed: Bool
  ) throws(Failure) {
    self.policies = policies
    self.caller = caller
    resources = try Self.resources(question)
    owner = try Self.owner(question.resourceOwner)
    context = try Self.context(question.context, caller)
    if let resource = policies.resource { try Self.check(resource, resources, isCallerNamed: isCallerNamed) }
    for action in question.actions where !action.text.utf8.contains(UInt8(ascii: ":")) {
      throw .invalidInput("The action is invalid since it is missing names")
    }
    if let handling = question.handling { try handling.check(question.actions, resources) }
  }

  private static func resources(_ question: SimulationQuestion) throws(Failure) -> [String] {
    let texts = question.resources.map(\.text)
    guard texts.count <= resourcesMax else {
      throw .invalidInput("The list of resources cannot exceed \(resourcesMax) items.")
    }
    if texts == ["*"] { return [] }
    for text in texts where text != "*" && ARN(text) == nil {
      throw .invalidInput("ResourceNames are not in a valid ARN format: \(text).")
    }
    return texts
  }

  private static func owner(_ name: ResourceName?) throws(Failure) -> AccountID? {
    guard let name else { return nil }
    guard let arn = ARN(name.text), arn.service == "iam", let account = arn.accountID, !arn.resource.isEmpty else {
      throw .invalidInput("'\(name)' is not a valid as a Resource Owner.")
    }
    return account
  }

  private static func check(_ policy: SourcedPolicy, _ resources: [String], isCallerNamed: Bool) throws(Failure) {
    guard isCallerNamed else { throw .invalidInput("Invalid caller - Caller cannot be null or empty.") }
    guard !resources.isEmpty, !resources.contains("*") else {
      throw .invalidInput("Invalid Entity Arn: * does not clearly define entity type and name.")
    }
    for statement in policy.policy.document.statements where statement.resources?.values.contains("*") == true {
      throw .invalidInput("ResourceNames are not in a valid ARN format: *.")
    }
  }

  // MARK: Context

  private static func context(
    _ entries: [ContextEntry], _ caller: SimulatedCaller
  ) throws(Failure) -> RequestContext {
    var context = RequestContext()
    var given: Set<String> = []
    for entry in entries {
      guard entry.name != nil || entry.type != nil || !entry.values.isEmpty else { continue }
      guard let name = entry.name?.text else { throw .invalidInput("ContextKeyName cannot be null or empty.") }
      guard given.insert(name.lowercased()).inserted else { throw .invalidInput("Duplicate context key: \(name).") }
      guard !entry.values.isEmpty else {
        throw .invalidInput("Context values for context key \(name) cannot be null or empty.")
      }
      guard let type = entry.type else { throw .invalidInput("Context key \(name) has invalid type null.") }
      guard type.isList || entry.values.count == 1 else {
        throw .invalidInput("Context key \(type.rawValue) expected a single value, but received \(entry.values.count).")
      }
      for value in entry.values where !type.values.canRead(value) {
        throw .invalidInput("Invalid context value for key \(name): expected \(type.values.words).")
      }
      context[name] = entry.values
    }
    for key in caller.keys where context[key.name] == nil { context.set(key.name, key.value) }
    return context
  }
}

extension ContextKeyType {
  var isList: Bool { rawValue.hasSuffix("List") }

  var values: ContextValueType {
    switch self {
    case .string, .stringList: .string
    case .numeric, .numericList: .numeric
    case .boolean, .booleanList: .boolean
    case .ip, .ipList: .ip
    case .binary, .binaryList: .binary
    case .date, .dateList: .date
    }
  }
}

extension ContextValueType {
  /// What AWS says that it expected.
  fileprivate var words: String {
    switch self {
    case .numeric: "numeric format"
    case .date: "DateTime format"
    case .ip: "IP address"
    case .binary: "base-64 encoded binary format"
    case .string, .boolean: "\(rawValue) format"
    }
  }
}

extension ResourceHandling {
  /// The types of resources that each scenario wants; the ones of EC2 alone are documented.
  private static let scenarios: [String: [String]] = [
    "EC2-Classic-InstanceStore": ["instance", "image", "security-group"],
    "EC2-Classic-EBS": ["instance", "image", "security-group", "volume"],
    "EC2-VPC-InstanceStore": ["instance", "image", "security-group", "network-interface"],
    "EC2-VPC-InstanceStore-Subnet": ["instance", "image", "security-group", "network-interface", "subnet"],
    "EC2-VPC-EBS": ["instance", "image", "security-group", "network-interface", "volume"],
    "EC2-VPC-EBS-Subnet": ["instance", "image", "security-group", "network-interface", "subnet", "volume"],
  ]

  fileprivate func check(_ actions: [ActionName], _ resources: [String]) throws(Failure) {
    guard let wanted = Self.scenarios[text] else {
      throw .invalidInput("Invalid input resource handling options: \(text).")
    }
    for action in actions where action.text.lowercased() != "ec2:runinstances" {
      throw .invalidInput(
        "Invalid input resource handling options. Action does not support resource handling options: \(action).")
    }
    let given = Set(resources.compactMap { ARN($0)?.resource.split(separator: "/").first.map(String.init) })
    let missing = wanted.filter { !given.contains($0) }
    guard missing.isEmpty else {
      throw .invalidInput(
        "Invalid input resource handling options. \(text) needs resources of the types: "
          + missing.joined(separator: ", ") + ".")
    }
  }
}

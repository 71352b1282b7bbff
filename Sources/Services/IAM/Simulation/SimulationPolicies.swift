import AWSCore
import Directory
import PolicyEngine
import ServiceKit

/// All policies of a simulation, by the part that they play.
struct SimulationPolicies: Sendable {
  var identity: [SourcedPolicy] = []
  /// Nil without a boundary.
  var boundary: [SourcedPolicy]?
  /// Nil without a policy of the resources.
  var resource: SourcedPolicy?
  /// Of each level, from the organization's root down; nil outside of an organization.
  var serviceControl: [[Policy]]?

  /// Those that come with the request.
  init(_ question: SimulationQuestion) throws(Failure) {
    identity = try Self.parse(question.policies, as: .identity, from: "PolicyInputList", "Policy input list")
    let boundaries = try Self.parse(
      question.boundaries, as: .identity, from: "PermissionsBoundaryPolicyInputList",
      "Permissions boundary policy input list")
    guard boundaries.count <= 1 else {
      throw .invalidInput("The list of Permissions Boundary policies cannot exceed 1 items.")
    }
    if !boundaries.isEmpty { boundary = boundaries }
    guard let text = question.resourcePolicy else { return }
    let document = try Self.document(text, as: .resource, orElse: "Resource policy has invalid content")
    let source = PolicySource(kind: .resource, name: "ResourcePolicy")
    resource = SourcedPolicy(
      policy: Policy(document, source: source), id: "ResourcePolicy", attachment: .resource)
  }

  /// Puts those of a user, group or role before those of the request; a boundary of the request takes the place of its
  /// own.
  mutating func add(_ holder: AnyPolicyHolder, in account: Account, without exclusions: PolicyExclusions) {
    identity = holder.policies(in: account).filter { !exclusions.contains($0) } + identity
    if boundary == nil, !exclusions.leavesOutBoundary { boundary = holder.boundary(in: account) }
  }

  mutating func limit(by levels: [OrganizationPolicyLevel]) throws(Failure) {
    guard !levels.isEmpty else { return }
    var limits: [[Policy]] = []
    for level in levels {
      let name = "Service control policy input list"
      limits.append(
        try Self.parse(level.policies, as: .identity, from: "ServiceControlPolicyInputList", name).map(\.policy))
    }
    serviceControl = limits
  }

  /// Every condition key that its policies mention, but for those of the organization.
  var contextKeys: [String] {
    let policies = identity + (boundary ?? []) + (resource.map { [$0] } ?? [])
    return policies.flatMap(\.policy.document.contextKeys)
  }

  var layers: PolicyLayers {
    PolicyLayers(
      identity: PolicySet(identity.map(\.policy)), boundary: boundary.map { PolicySet($0.map(\.policy)) },
      resource: resource.map { PolicySet([$0.policy]) },
      serviceControl: serviceControl.map { PolicyLevels($0.map { PolicySet($0) }) } ?? .none)
  }

  /// The policy that a statement of some layer is in.
  func policy(of decider: Verdict.Decider) -> SourcedPolicy? {
    switch decider.layer {
    case .identity: identity[decider.statement.policy]
    case .boundary: boundary?[decider.statement.policy]
    case .resource: resource
    default: nil
    }
  }

  // MARK: Reading

  /// - Parameters:
  ///   - list: the member of the request, as `SourcePolicyId` names it.
  ///   - name: the same in words.
  static func parse(
    _ texts: [PolicyText], as kind: PolicyDocument.Kind, from list: String, _ name: String
  ) throws(Failure) -> [SourcedPolicy] {
    var policies: [SourcedPolicy] = []
    for (index, text) in texts.enumerated() {
      let document = try document(text, as: kind, orElse: "\(name) item \(index + 1) has invalid content")
      let id = "\(list).\(index + 1)"
      let source = PolicySource(kind: .inline, name: id)
      policies.append(SourcedPolicy(policy: Policy(document, source: source), id: id, attachment: .input))
    }
    return policies
  }

  static func document(
    _ text: PolicyText, as kind: PolicyDocument.Kind, orElse message: String
  ) throws(Failure) -> PolicyDocument {
    do throws(PolicyDocumentError) {
      return try PolicyDocument.parse(text.text, as: kind)
    } catch {
      throw Failure(.invalidInput, message, reason: error.description)
    }
  }
}

/// The attached policies that a simulation leaves out.
struct PolicyExclusions: Sendable {
  private var types: Set<ExcludedPolicyType> = []
  private var managed: [ARNPattern] = []
  private var inline: [InlinePolicyIdentifier] = []

  init(_ identifiers: [PolicyIdentifier]) throws(Failure) {
    for identifier in identifiers {
      switch (identifier.type, identifier.arn, identifier.inline) {
      case (let type?, nil, nil): types.insert(type)
      case (nil, let arn?, nil): managed.append(try ARNPattern(arn))
      case (nil, nil, let policy?): inline.append(policy)
      default: throw .invalidInput("A policy identifier must have exactly one of its members.")
      }
    }
  }

  var leavesOutBoundary: Bool { types.contains(.boundary) }

  func contains(_ policy: SourcedPolicy) -> Bool {
    switch policy.attachment {
    case .input, .resource: return false
    case .managed(let arn):
      return types.contains(arn.account == "aws" ? .awsManaged : .userManaged) || managed.contains { $0.matches(arn) }
    case .inline(let type, let holder):
      let name = policy.policy.source.name
      return types.contains(.inline)
        || inline.contains {
          $0.attachmentType == type && $0.attachmentName.text.lowercased() == holder.lowercased()
            && $0.policyName.text.lowercased() == name.lowercased()
        }
    }
  }

  /// The ARN of a managed policy whose name may have one `*` and any number of `?`.
  private struct ARNPattern: Sendable {
    let head: [UInt8]
    /// What follows the `*`; nil where there is none.
    let tail: [UInt8]?

    init(_ text: ARNText) throws(Failure) {
      let arn = try ARN(policy: text)
      let stars = text.text.utf8.count { $0 == UInt8(ascii: "*") }
      let isPlain = !text.text.dropLast(arn.lastComponent.count).utf8.contains { "*?".utf8.contains($0) }
      guard isPlain, stars <= 1 else { throw .invalidInput("ARN \(text) is not valid.") }
      let parts = text.text.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
      head = Array(parts[0])
      tail = parts.count > 1 ? Array(parts[1]) : nil
    }

    func matches(_ arn: ARN) -> Bool {
      let bytes = Array(arn.text.utf8)
      func isSame(_ pattern: [UInt8], _ part: some Collection<UInt8>) -> Bool {
        pattern.count == part.count && zip(pattern, part).allSatisfy { $0 == $1 || $0 == UInt8(ascii: "?") }
      }
      guard let tail else { return isSame(head, bytes) }
      return bytes.count >= head.count + tail.count && isSame(head, bytes.prefix(head.count))
        && isSame(tail, bytes.suffix(tail.count))
    }
  }
}

public import PolicyEngine

/// One question of a batch: who asks what under which policies, and what the answer should be.
public struct DecisionCase: Sendable {
  public let id: String
  /// The page of AWS's documentation that the expectation follows from.
  public let source: String?
  public let policies: CasePolicies
  public let request: AuthorizationRequest
  public let rules: CaseRules
  public let expectation: Expectation?

  public struct Expectation: Sendable, Hashable {
    public let decision: CaseDecision
    /// Nil where any will do.
    public let layer: CaseLayer?
  }
}

/// The three answers.
public enum CaseDecision: String, Sendable, CaseIterable {
  case allowed = "Allowed"
  case explicitlyDenied = "ExplicitlyDenied"
  case implicitlyDenied = "ImplicitlyDenied"
}

/// The kinds of policies; a role's trust policy is its `resource` policy.
public enum CaseLayer: String, Sendable, CaseIterable {
  case identity, boundary, session, resource, endpoint, scp, rcp
}

// MARK: Reading

extension DecisionCase {
  private static let members = ["id", "source", "policies", "request", "settings", "expect"]

  /// Reads one line.
  ///
  /// - Parameter line: without its newline; a carriage return before it does no harm.
  public init(line: [UInt8]) throws(MalformedCase) {
    let members = try CaseValue(node: Self.parse(line), path: .line).object(admitting: Self.members)
    let named = try members.required("id")
    id = try named.text()
    guard !id.isEmpty else { throw named.malformed("must not be empty") }
    source = try members.optional("source")?.text()
    let settings = try members.optional("settings").map(CaseSettings.init) ?? CaseSettings()
    request = try CaseRequest(members.required("request")).request(settings)
    rules = CaseRules(settings, for: request)
    policies = try CasePolicies(
      members.required("policies"), in: line, emptyMeansNothing: settings.emptyMeansNothing)
    expectation = try members.optional("expect").map(Expectation.init)
  }

  private static func parse(_ line: [UInt8]) throws(MalformedCase) -> JSONNode {
    guard line.count <= CaseLimits.lineBytesMax else { throw .tooLong }
    guard String(validating: line, as: UTF8.self) != nil else { throw MalformedCase("not UTF-8") }
    do {
      return try JSONParser.parse(
        line, by: .envelope(depthMax: CaseLimits.depthMax, treeDepthMax: CaseLimits.treeDepthMax))
    } catch {
      let column = 1 + line.prefix(error.offset).count { $0 & 0xC0 != 0x80 }
      throw MalformedCase(
        "not JSON from column \(column) on, or deeper than \(CaseLimits.depthMax) levels", isNotJSON: true)
    }
  }
}

extension DecisionCase.Expectation {
  private static let members = ["decision", "layer"]

  init(_ value: CaseValue) throws(MalformedCase) {
    let members = try value.object(admitting: Self.members)
    decision = try members.required("decision").word(CaseDecision.self)
    let denying = members.optional("layer")
    layer = try denying?.word(CaseLayer.self)
    if decision == .allowed, let denying { throw denying.malformed("no layer denies an allowed request") }
  }
}

extension MalformedCase {
  public static let tooLong = MalformedCase("longer than \(CaseLimits.lineBytesMax) bytes")
}

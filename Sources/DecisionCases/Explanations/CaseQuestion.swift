/// One question in the making, so that it means what the same case means; keys that follow from the principal are
/// added.
public struct CaseQuestion: Sendable {
  public struct Key: Sendable {
    public let name: String
    public var values: [String]

    public init(name: String, values: [String]) {
      self.name = name
      self.values = values
    }
  }

  public let id: String
  public let principal: String
  public let action: String
  public let resource: String
  public var context: [Key] = []
  /// The texts of policies.
  public var identity: [String] = []
  public var boundary: String?
  public var resourcePolicy: String?
  /// One for each level, from the organization's root down; without any there is no organization.
  public var serviceControl: [String] = []

  public init(id: String, principal: String, action: String, resource: String) {
    self.id = id
    self.principal = principal
    self.action = action
    self.resource = resource
  }

  /// - Throws: what a line with the same members would be refused for.
  public func decisionCase() throws(MalformedCase) -> DecisionCase {
    var line = JSONLine()
    line.object { line in
      line.member("id", id)
      line.object("policies") { putPolicies(to: &$0) }
      line.object("request") { putRequest(to: &$0) }
      line.object("settings") { $0.member("derive", true) }
    }
    return try DecisionCase(line: line.bytes)
  }

  private func putPolicies(to line: inout JSONLine) {
    line.texts("identity", identity)
    line.texts("boundary", boundary.map { [$0] })
    line.member("resource", resourcePolicy)
    if !serviceControl.isEmpty { line.lists("scp", serviceControl.map { [$0] }) }
  }

  private func putRequest(to line: inout JSONLine) {
    line.member("principal", principal)
    line.member("action", action)
    line.member("resource", resource)
    line.object("context") { line in
      for key in context { line.texts(named: key.name, key.values) }
    }
  }
}

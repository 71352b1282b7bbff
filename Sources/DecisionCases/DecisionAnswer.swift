public import PolicyEngine

/// What is answered to a case: the decision and what made it.
public struct DecisionAnswer: Sendable {
  public let id: String
  public let decision: CaseDecision
  /// Which layer denied; nil for an allowed request.
  public let layer: CaseLayer?
  /// The denying statement, or one allowing statement for each layer that had to allow, or the layer that was silent.
  public let reasons: [Reason]
  public let invalid: [InvalidPolicy]

  public struct Reason: Sendable, Hashable {
    public let layer: CaseLayer
    /// Of an organization, counted from 0.
    public var level: Int?
    /// In its list, counted from 0; nil for the policy of the resource.
    public var policy: Int?
    /// Nil for a layer that was silent.
    public var statement: Statement?
  }

  public struct Statement: Sendable, Hashable {
    /// Counted from 0.
    public let index: Int
    public let sid: String?
    /// Where it begins in the policy's text, counted from 1.
    public let line: Int
    public let column: Int
  }
}

/// A policy of a case that AWS would not have accepted; it was left out.
public struct InvalidPolicy: Sendable, Hashable {
  public let layer: CaseLayer
  /// Of an organization, counted from 0.
  public let level: Int?
  /// In its list, counted from 0; nil for the policy of the resource.
  public let index: Int?
  public let error: PolicyDocumentError
}

extension DecisionAnswer {
  /// The answer as one line of JSON.
  func write(to line: inout JSONLine) {
    line.object { writeMembers(to: &$0) }
  }

  /// What an explanation begins with, too.
  func writeMembers(to line: inout JSONLine) {
    line.member("id", id)
    line.member("decision", decision.rawValue)
    line.list("by", reasons) { $0.write(to: &$1) }
    if !invalid.isEmpty { line.list("invalid", invalid) { $0.write(to: &$1) } }
  }
}

extension DecisionAnswer.Reason {
  func write(to line: inout JSONLine) {
    line.member("layer", layer.rawValue)
    line.member("level", level)
    line.member("policy", policy)
    guard let statement else { return }
    line.member("statement", statement.index)
    line.member("sid", statement.sid)
    line.member("line", statement.line)
    line.member("column", statement.column)
  }
}

extension InvalidPolicy {
  fileprivate func write(to line: inout JSONLine) {
    line.member("layer", layer.rawValue)
    line.member("level", level)
    line.member("policy", index)
    line.member("message", error.message)
    line.member("line", error.line)
    line.member("column", error.column)
  }
}

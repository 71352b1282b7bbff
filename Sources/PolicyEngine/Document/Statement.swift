/// One statement of a policy document, as written and checked.
public struct Statement: Sendable {
  public enum Effect: String, Sendable, BitwiseCopyable { case allow = "Allow", deny = "Deny" }

  /// Counted from 0, in the order of the document.
  public let index: Int
  public let sid: String?
  public let effect: Effect
  /// `Action` or, negated, `NotAction`.
  public let actions: PatternList
  /// `Resource` or, negated, `NotResource`; nil in a role's trust policy.
  public let resources: PatternList?
  /// What `Principal` or `NotPrincipal` lists; empty in a policy that has neither.
  public let principals: [Principal]
  /// Whether `principals` are the ones left out, not the ones meant.
  public let isNotPrincipal: Bool
  /// All of them must hold.
  public let conditions: [ConditionClause]
  /// Where the statement's brace stands.
  public let position: SourcePosition

  /// Texts with wildcards, and whether they are the ones meant or the ones left out.
  public struct PatternList: Sendable, Hashable {
    public let values: [String]
    public let isNegated: Bool
  }
}

/// One operator with one key and the values that it is compared with.
public struct ConditionClause: Sendable, Hashable {
  public let conditionOperator: ConditionOperator
  /// As written; condition keys are compared without letter case.
  public let key: String
  public let values: [String]
}

/// Whom a `Principal` or `NotPrincipal` element names.
// AWS: `"*"` and `{"AWS": "*"}` mean the same (reference_policies_elements_principal.md, "All principals").
public enum Principal: Sendable, Hashable {
  case any
  /// An account id, an ARN of an account, user, role or session, or a unique id.
  case aws(String)
  case service(String)
  case federated(String)
  case canonicalUser(String)
}

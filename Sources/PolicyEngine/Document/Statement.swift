/// One statement of a policy document, as written and checked.
public struct Statement: Sendable {
  /// What a statement does to the requests that it speaks of.
  public enum Effect: String, Sendable, BitwiseCopyable {
    /// Grants, or in a policy that limits lets pass.
    case allow = "Allow"
    /// Denies, whatever allows.
    case deny = "Deny"
  }

  /// Counted from 0, in the order of the document.
  public let index: Int
  /// The statement's own name; nil for none.
  public let sid: String?
  /// Whether it allows or denies.
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
    /// As written.
    public let values: [String]
    /// Whether `values` are the ones left out.
    public let isNegated: Bool
  }
}

/// One operator with one key and the values that it is compared with.
public struct ConditionClause: Sendable, Hashable {
  /// How the key's values are compared.
  public let conditionOperator: ConditionOperator
  /// As written; condition keys are compared without letter case.
  public let key: String
  /// As written; numbers and truth values as texts.
  public let values: [String]
}

/// Whom a `Principal` or `NotPrincipal` element names.
// AWS: `"*"` and `{"AWS": "*"}` mean the same (reference_policies_elements_principal.md, "All principals").
public enum Principal: Sendable, Hashable {
  /// Everybody, also those who did not sign in.
  case any
  /// An account id, an ARN of an account, user, role or session, or a unique id.
  case aws(String)
  /// A service of AWS, by its name: `ec2.amazonaws.com`.
  case service(String)
  /// An identity provider, by its ARN or name.
  case federated(String)
  /// An account as S3 names it.
  case canonicalUser(String)
}

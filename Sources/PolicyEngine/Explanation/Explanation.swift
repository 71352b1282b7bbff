public import AWSCore

/// Why a request is allowed or denied, as far as the policies that were given can tell.
///
/// The decision is made as always, and each element of each statement is compared by the code that decides, so that
/// the explanation cannot tell another story. Where something was not given, it says so.
///
/// ```swift
/// let explanation = Authorization.explain(request, under: layers)
/// for report in explanation.layers where report.say == .silent { show(report.layer.name, report.nearMisses) }
/// ```
public struct Explanation: Sendable {
  /// The decision and the statements that made it.
  public let verdict: Verdict
  /// Every layer in the order in which they are asked; each level of an organization has a report of its own.
  public let layers: [LayerReport]
  /// Condition keys that the request lacks, and with which a layer could have said something else.
  public let missingKeys: [MissingKey]
  /// What counts and was not given, and how it was taken.
  public let assumptions: [Assumption]
  /// What AWS's service reference says against the request as such.
  public let remarks: [Remark]

  /// As `Authorization.decide` makes it.
  public var decision: Decision { verdict.decision }
}

extension Explanation {
  /// What one layer, or one level of an organization, says of the request.
  public struct LayerReport: Sendable {
    /// The part that its policies play.
    public let layer: Layer
    /// Counted from 0, from the organization's root down; 0 in layers without levels.
    public let level: Int
    /// What the layer says of the request.
    public let say: Say
    /// Whether its Allow was needed.
    public let need: Need
    /// All statements that deny or, where none does, all that allow.
    public let deciding: [StatementReport]
    /// The statements that come nearest to changing what the layer says, the nearest first; a few at most.
    public let nearMisses: [NearMiss]
    /// The policies of the layer; those of a statement's reference are counted in this list.
    public let policies: [Policy]
    /// How many statements are about the request's action, whatever else they say.
    public let statementsOnAction: Int

    /// How many statements its policies have together.
    public var statementCount: Int { policies.reduce(0) { $0 + $1.document.statements.count } }
  }

  /// What a layer says of a request.
  public enum Say: Sendable, Hashable {
    /// A statement denies.
    case denies
    /// It allows; the policy of a resource to whom, since that decides which other layers must allow.
    case allows(to: Grantee?)
    /// No statement speaks of the request.
    case silent
    /// The request came without such policies.
    case notGiven
    /// Whatever its policies say, they have no part in this request.
    case exempt(Exemption)
  }

  /// Whom a statement of a resource's policy names, from the farthest to the nearest.
  public enum Grantee: String, Sendable {
    /// The principal's account, which leaves it to the account's own policies.
    case account
    /// The role of the session, or the user who made it: boundary and session policies still limit.
    case origin
    /// The user: session policies still limit.
    case user
    /// The session itself, or everybody: nothing in the principal's account must allow any more.
    case principal
  }

  /// Whether the request needs the layer's Allow.
  public enum Need: String, Sendable {
    /// Without it the request is denied.
    case required
    /// The policy of the resource or the policies of the principal must allow; one of both is enough.
    case eitherSide
    /// What it allows makes no difference.
    case notNeeded
  }

  /// Why a layer has no part in a request.
  public enum Exemption: String, Sendable {
    /// Whoever has credentials may do the action.
    case openAction
    /// The principal belongs to no account whose policies would apply.
    case noAccount
    /// Such policies cannot be attached to the root user.
    case rootUser
    /// The organization does not limit service-linked roles.
    case serviceLinkedRole
    /// The account manages the organization, whose service control policies do not limit it.
    case managementAccount
    /// Resource control policies do not affect the action, or no resource of its service.
    case beyondResourceControl
  }

  /// A statement that decided.
  public struct StatementReport: Sendable, Hashable {
    /// The statement, and where it stands.
    public let reference: StatementReference
    /// Whether it allows or denies.
    public let effect: Statement.Effect
    /// Behind the statement's last character.
    public let end: SourcePosition
  }

  /// A condition key that the request lacks.
  public struct MissingKey: Sendable, Hashable {
    /// As a policy writes it.
    public let name: String
    /// Where it matters.
    public let uses: [Use]

    /// A statement for which the key matters.
    public struct Use: Sendable, Hashable {
      /// The layer that has the statement.
      public let layer: Layer
      /// Counted from 0, from the organization's root down.
      public let level: Int
      /// The statement, and where it stands.
      public let statement: StatementReference
      /// Whether it allows or denies.
      public let effect: Statement.Effect
      /// Whether the statement could speak of the request if it had the key; otherwise it does, and could cease to.
      public let couldMatch: Bool
      /// Keys, this one among them, with which it would. They have been tried, but are one choice of many.
      public let changes: [RequestChange]
    }
  }

  /// Something that was not given.
  public enum Assumption: Sendable, Hashable {
    /// Taken as: there are none.
    case noPolicies(Layer)
    /// The account that owns the resource; taken as the principal's own.
    case resourceAccount(AccountID)
    /// The name of the role's session; taken as one that no policy names.
    case sessionName
    /// Who made the federated user's session; taken as a user whom no policy names.
    case sessionIssuer
    /// The unique id of the user or role; taken as one that no policy names.
    case uniqueID
  }

  /// What AWS's service reference says against a request, or a policy's pattern.
  public enum Remark: Sendable, Hashable {
    /// The reference, which may be older than the action, has no such action; the nearest names it has.
    case unknownAction(String, nearest: [String])
    /// The action has no resource: only statements on `*` speak of it.
    case actionWithoutResource(String)
    /// The action is on resources of certain types, and the text names none of them.
    case otherResource(action: String, text: String, isTypes: [String], expected: [ResourceForm])
  }

  /// A type of resource and how its ARNs look.
  public struct ResourceForm: Sendable, Hashable {
    /// AWS's name of the type: `bucket`.
    public let type: String
    /// With placeholders: `arn:${Partition}:s3:::${BucketName}`.
    public let pattern: String
  }
}

public import AWSCore

/// What a partner asks of a customer: permissions for a time, which an identity of the customer's account may grant.
///
/// It lies in the registry: until somebody takes it on it may belong to no account at all.
public struct DelegationRequestRecord: Record {
  public static let kind = "delegation-request"

  public enum State: String, Sendable, Codable {
    case unassigned = "UNASSIGNED"
    case assigned = "ASSIGNED"
    case pendingApproval = "PENDING_APPROVAL"
    case accepted = "ACCEPTED"
    case finalized = "FINALIZED"
    case rejected = "REJECTED"
    /// By time alone; never stored.
    case expired = "EXPIRED"
  }

  /// A value of the policy template, as the partner gave it.
  public struct Parameter: Sendable, Codable {
    public let name: String
    public let values: [String]
    public let isList: Bool

    public init(name: String, values: [String], isList: Bool) {
      self.name = name
      self.values = values
      self.isList = isList
    }
  }

  /// An identity at the time when it acted.
  public struct Identity: Sendable, Codable, Hashable {
    public let arn: ARN
    /// As `aws:userid` has it: who has the ARN later is somebody else.
    public let userID: String

    public init(arn: ARN, userID: String) {
      self.arn = arn
      self.userID = userID
    }
  }

  public let id: String
  /// The partner's account.
  public let requestor: AccountID
  public let requestorName: String
  /// The partner's own id for the matter, unique among its requests.
  public let workflowID: String
  public let description: String
  public let requestMessage: String?
  public let template: ARN
  public let parameters: [Parameter]
  /// The template with its values in place: what would be granted.
  public let policy: String
  /// The topic to be told of changes.
  public let notificationChannel: ARN
  public let redirectURL: String?
  /// Seconds, from the sending of the token on.
  public let sessionDuration: Int
  public let onlySendByOwner: Bool
  public let createDate: Timestamp
  public var ownerAccount: AccountID?
  public var owner: Identity?
  public var approver: Identity?
  public private(set) var state: State
  /// Of the last change of state.
  public private(set) var updateDate: Timestamp
  public var notes: String?
  public var rejectionReason: String?

  public init(
    id: String, requestor: AccountID, requestorName: String, workflowID: String, description: String,
    requestMessage: String?, template: ARN, parameters: [Parameter], policy: String, notificationChannel: ARN,
    redirectURL: String?, sessionDuration: Int, onlySendByOwner: Bool, createDate: Timestamp, ownerAccount: AccountID?
  ) {
    self.id = id
    self.requestor = requestor
    self.requestorName = requestorName
    self.workflowID = workflowID
    self.description = description
    self.requestMessage = requestMessage
    self.template = template
    self.parameters = parameters
    self.policy = policy
    self.notificationChannel = notificationChannel
    self.redirectURL = redirectURL
    self.sessionDuration = sessionDuration
    self.onlySendByOwner = onlySendByOwner
    self.createDate = createDate
    self.ownerAccount = ownerAccount
    state = .unassigned
    updateDate = createDate
  }

  public mutating func enter(_ state: State, at now: Timestamp) {
    self.state = state
    updateDate = now
  }

  // AWS: a day for somebody to take it on, then seven days in each state
  // (temporary-delegation-building-integration.html).
  public var expiration: Timestamp { updateDate.adding(seconds: state == .unassigned ? 86_400 : 7 * 86_400) }

  /// How long an expired request can still be seen; AWS names no time.
  private static let retentionSeconds: Int64 = 30 * 86_400

  public func state(at now: Timestamp) -> State { now < expiration ? state : .expired }
  public func isForgotten(at now: Timestamp) -> Bool { now >= expiration.adding(seconds: Self.retentionSeconds) }
}

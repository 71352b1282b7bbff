import AWSCore
import AWSWire
import Directory
import PolicyEngine
import ServiceKit

// Who may act on a delegation request, and when.

extension DelegationRequestRecord {
  var arnResource: String { "delegation-request/\(id)" }

  /// Whether the caller is the identity that took the request on, and not somebody who has its ARN by now.
  func isOwned(by caller: ResolvedCaller) -> Bool {
    owner == Identity(arn: caller.arn, userID: caller.userID)
  }
}

extension Registry {
  /// The request, if it is still there for the account: unclaimed ones are there for everybody.
  func delegationRequest(
    _ id: DelegationRequestID, for account: AccountID, at now: Timestamp
  ) throws(Failure) -> DelegationRequestRecord {
    guard let request = delegationRequests[id: id.text], !request.isForgotten(at: now),
      request.ownerAccount == nil || request.ownerAccount == account
    else { throw Failure(.noSuchEntity, "The delegation request with id \(id) cannot be found.") }
    return request
  }
}

extension View {
  private var registry: Registry { call.environment.directory.registry }

  func delegationRequest(_ id: DelegationRequestID) throws(Failure) -> DelegationRequestRecord {
    try registry.delegationRequest(id, for: caller.account, at: call.now)
  }

  /// The requests that somebody in the account has taken on, oldest first.
  func delegationRequests() -> [DelegationRequestRecord] {
    var found: [DelegationRequestRecord] = []
    registry.delegationRequests.forEach { request in
      guard request.owner != nil, request.ownerAccount == caller.account, !request.isForgotten(at: call.now) else {
        return
      }
      found.append(request)
    }
    return found.sorted { ($0.createDate, $0.id) < ($1.createDate, $1.id) }
  }

  /// The access to a request of the caller's account, of another, or of none.
  // AWS: a request that nobody has claimed counts as one of the caller's account, whichever that is.
  func access(_ action: String, toDelegationRequest id: DelegationRequestID) throws(Failure) -> Access {
    let request = registry.delegationRequests[id: id.text]
    let account = request?.ownerAccount ?? caller.account
    var access = Access(action, on: .iam(account, "delegation-request/\(id)"))
    guard let request, let owner = request.owner else { return access }
    access.keys.append(.one("iam:DelegationRequestOwner", owner.arn.text))
    if request.isOwned(by: try ResolvedCaller(caller, in: callerAccount)) {
      access.resourcePolicy = DelegationDefaults.policy(for: owner.arn)
    }
    return access
  }
}

/// What the owner of a request may do with it where nothing denies it.
private enum DelegationDefaults {
  // AWS: to see it and to hand it on for approval; to grant or refuse it takes a permission.
  static func policy(for owner: ARN) -> Policy? {
    let text = TemplateText(
      #"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"@{owner}"},"Resource":"*","#
        + #""Action":["iam:GetDelegationRequest","iam:GetHumanReadableSummary","iam:UpdateDelegationRequest"]}}"#)
    guard let filled = text.filledJSON(with: ["owner": [owner.text]]) else { return nil }
    do throws(PolicyDocumentError) {
      let document = try PolicyDocument.parse(filled, as: .resource)
      return Policy(document, source: PolicySource(kind: .resource, name: "delegation request"))
    } catch {
      // An ARN that cannot be a principal, such as one with a wildcard in its path, gets nothing by default.
      return nil
    }
  }
}

// MARK: States

extension Transaction {
  /// The request, if it is in one of the states.
  ///
  /// - Parameter code: what the operation's API model has for the wrong state.
  func delegationRequest(
    _ id: DelegationRequestID, in states: Set<DelegationRequestRecord.State>, _ grant: Grant,
    orThrow code: ErrorCode = .invalidInput
  ) throws(Failure) -> DelegationRequestRecord {
    let request = try registry.delegationRequest(id, for: grant.caller.account, at: grant.now)
    let state = request.state(at: grant.now)
    guard states.contains(state) else {
      throw Failure(code, "The delegation request \(id) is in the state \(state.rawValue), which does not allow this.")
    }
    return request
  }

  /// Drops what nobody can see any more.
  mutating func forgetOldDelegationRequests(now: Timestamp) throws(Failure) {
    var old: [DelegationRequestRecord] = []
    registry.delegationRequests.forEach { if $0.isForgotten(at: now) { old.append($0) } }
    for request in old { try unregister(request) }
  }
}

import AWSCore
import Directory
import PolicyEngine

/// The global condition keys that every request here carries.
///
/// Source: IAM User Guide, reference_policies_condition-keys. Keys that a request does not have stay absent, which
/// is not the same as empty.
enum RequestKeys {
  static func common(_ caller: ResolvedCaller, _ view: View) -> RequestContext {
    var context = principal(caller, in: view.callerSnapshot)
    request(view.call, into: &context)
    if let session = view.caller.session { self.session(session, view.call.now, into: &context) }
    return context
  }

  /// The keys of a request by somebody whom an identity provider vouches for: what the assertion says comes with the
  /// access.
  static func vouched(_ call: Call) -> RequestContext {
    var context = RequestContext()
    request(call, into: &context)
    return context
  }

  /// The keys that follow from who calls. A user's are the same in every request until its account changes, a role's
  /// but for the name of the session.
  private static func principal(_ caller: ResolvedCaller, in account: AccountSnapshot) -> RequestContext {
    switch caller.record {
    case .user(let user): return account.conditionKeys(ofPrincipal: user.id) { record(of: caller) }
    case .role(let role, _):
      var context = account.conditionKeys(ofPrincipal: role.id) { record(of: caller) }
      context.set("aws:userid", caller.userID)
      return context
    case .root, .federatedUser: return record(of: caller)
    }
  }

  private static func request(_ call: Call, into context: inout RequestContext) {
    context.set("aws:CurrentTime", call.now.iso8601)
    context.set("aws:EpochTime", String(call.now.seconds))
    context.set("aws:SourceIp", call.sourceIP)
    context.set("aws:SecureTransport", call.isSecure ? "true" : "false")
    context.set("aws:RequestedRegion", call.region)
    if let userAgent = call.userAgent { context.set("aws:UserAgent", userAgent) }
    if let referer = call.referer { context.set("aws:Referer", referer) }
  }

  private static func record(of caller: ResolvedCaller) -> RequestContext {
    var context = RequestContext()
    context.set("aws:PrincipalAccount", caller.account.description)
    context.set("aws:PrincipalIsAWSService", "false")
    context.set("aws:ViaAWSService", "false")
    for tag in caller.tags { context.set("aws:PrincipalTag/", tag.key.text, tag.value.text) }
    switch caller.record {
    case .root:
      context.set("aws:PrincipalType", "Account")
      context.set("aws:userid", caller.userID)
      context.set("aws:PrincipalArn", caller.arn.text)
    case .user(let user):
      context.set("aws:PrincipalType", "User")
      context.set("aws:userid", caller.userID)
      context.set("aws:PrincipalArn", caller.arn.text)
      context.set("aws:username", user.name)
    case .role(let role, _):
      context.set("aws:PrincipalType", "AssumedRole")
      // AWS: for a role's session the key holds the role's ARN, not the session's.
      context.set("aws:PrincipalArn", role.arn.text)
    case .federatedUser:
      context.set("aws:PrincipalType", "FederatedUser")
      context.set("aws:userid", caller.userID)
      context.set("aws:PrincipalArn", caller.arn.text)
    }
    return context
  }

  private static func session(_ session: Session, _ now: Timestamp, into context: inout RequestContext) {
    context.set("aws:TokenIssueTime", session.issued.iso8601)
    // AWS: present in every request with temporary credentials, absent with long-term keys.
    context.set("aws:MultiFactorAuthPresent", session.authenticatedByMFA == nil ? "false" : "true")
    if let proven = session.authenticatedByMFA {
      context.set("aws:MultiFactorAuthAge", String(max(0, now.seconds(since: proven))))
    }
    if let federation = session.federation {
      context.set("aws:FederatedProvider", federation.provider)
      for key in federation.keys { context[key.name] = key.values }
    }
    if let identity = session.sourceIdentity { context.set("aws:SourceIdentity", identity) }
    // A session's tag replaces one of the principal's with the same key, ignoring case.
    for tag in session.tags { context.set("aws:PrincipalTag/", tag.key.text, tag.value.text) }
  }
}

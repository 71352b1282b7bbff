import AWSCore
import Directory
import PolicyEngine

/// The global condition keys that every request here carries.
///
/// Source: IAM User Guide, reference_policies_condition-keys. Keys that a request does not have stay absent, which
/// is not the same as empty.
enum RequestKeys {
  static func common(_ caller: ResolvedCaller, _ view: View) -> RequestContext {
    var context = RequestContext()
    request(view.call, into: &context)
    principal(caller, into: &context)
    if let session = view.caller.session { self.session(session, view.call.now, into: &context) }
    tags(of: caller, view.caller.session, into: &context)
    return context
  }

  private static func request(_ call: Call, into context: inout RequestContext) {
    context.set("aws:CurrentTime", call.now.iso8601)
    context.set("aws:EpochTime", String(call.now.seconds))
    context.set("aws:SourceIp", call.sourceIP)
    context.set("aws:SecureTransport", call.isSecure ? "true" : "false")
    context.set("aws:RequestedRegion", call.region)
    context.set("aws:ViaAWSService", "false")
    if let userAgent = call.userAgent { context.set("aws:UserAgent", userAgent) }
    if let referer = call.referer { context.set("aws:Referer", referer) }
  }

  private static func principal(_ caller: ResolvedCaller, into context: inout RequestContext) {
    context.set("aws:PrincipalAccount", caller.account.description)
    context.set("aws:PrincipalIsAWSService", "false")
    context.set("aws:userid", caller.userID)
    switch caller.record {
    case .root:
      context.set("aws:PrincipalType", "Account")
      context.set("aws:PrincipalArn", caller.arn.text)
    case .user(let user):
      context.set("aws:PrincipalType", "User")
      context.set("aws:PrincipalArn", caller.arn.text)
      context.set("aws:username", user.name)
    case .role(let role, _):
      context.set("aws:PrincipalType", "AssumedRole")
      // AWS: for a role's session the key holds the role's ARN, not the session's.
      context.set("aws:PrincipalArn", role.arn.text)
    case .federatedUser:
      context.set("aws:PrincipalType", "FederatedUser")
      context.set("aws:PrincipalArn", caller.arn.text)
    }
  }

  private static func session(_ session: Session, _ now: Timestamp, into context: inout RequestContext) {
    context.set("aws:TokenIssueTime", session.issued.iso8601)
    // AWS: present in every request with temporary credentials, absent with long-term keys.
    context.set("aws:MultiFactorAuthPresent", session.authenticatedByMFA == nil ? "false" : "true")
    if let proven = session.authenticatedByMFA {
      context.set("aws:MultiFactorAuthAge", String(max(0, now.seconds(since: proven))))
    }
    if let identity = session.sourceIdentity { context.set("aws:SourceIdentity", identity) }
  }

  /// The principal's tags; a session's tag replaces one of the same key, ignoring case.
  private static func tags(of caller: ResolvedCaller, _ session: Session?, into context: inout RequestContext) {
    for tag in caller.tags { context.set("aws:PrincipalTag/", tag.key.text, tag.value.text) }
    for tag in session?.tags ?? [] { context.set("aws:PrincipalTag/", tag.key.text, tag.value.text) }
  }
}

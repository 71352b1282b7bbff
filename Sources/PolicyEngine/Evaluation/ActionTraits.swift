/// What is special about an action for all policies.
struct ActionTraits: OptionSet, Sendable, BitwiseCopyable {
  let rawValue: UInt8

  /// Whoever has credentials may do it, whatever policies say.
  // AWS: sts:GetCallerIdentity needs no permission and cannot be denied (API reference).
  static let isOpenToCallers = ActionTraits(rawValue: 1)
  /// Users may do it, whatever policies say.
  // AWS: id_credentials_temp_control-access_getsessiontoken.md
  static let isOpenToUsers = ActionTraits(rawValue: 2)
  /// Resource control policies do not affect it.
  // AWS: "Resources and entities not restricted by RCPs" (orgs_manage_policies_rcps.md).
  static let isBeyondResourceControl = ActionTraits(rawValue: 4)

  /// Of the service that gives out credentials of roles, whose resources' policies are the trust policies.
  static let isOfSTS = ActionTraits(rawValue: 8)

  init(rawValue: UInt8) { self.rawValue = rawValue }

  init(_ folded: Span<UInt8>, _ id: ActionID?) {
    self = hasPrefix(folded, "sts:".utf8.span) ? .isOfSTS : []
    guard let id else {
      if Self.isBeyondResourceControl(unknown: folded) { insert(.isBeyondResourceControl) }
      return
    }
    if id == Self.getCallerIdentity {
      insert(.isOpenToCallers)
    } else if id == Self.getSessionToken {
      insert(.isOpenToUsers)
    }
    if id == Self.retireGrant || !ServiceReference.Action(id).service.supportsResourceControlPolicies {
      insert(.isBeyondResourceControl)
    }
  }

  /// Whether an action that the reference does not know is of a service that it does know, and that has no such
  /// policies; of any other service it may have.
  private static func isBeyondResourceControl(unknown folded: Span<UInt8>) -> Bool {
    let colon = folded.indices.first { folded[$0] == UInt8(ascii: ":") } ?? folded.count
    guard let service = ServiceReference.service(withPrefix: folded.extracting(0..<colon)) else { return false }
    return !service.supportsResourceControlPolicies
  }

  private static let getCallerIdentity = ServiceReference.actionID(of: Array("sts:GetCallerIdentity".utf8).span)
  private static let getSessionToken = ServiceReference.actionID(of: Array("sts:GetSessionToken".utf8).span)
  private static let retireGrant = ServiceReference.actionID(of: Array("kms:RetireGrant".utf8).span)
}

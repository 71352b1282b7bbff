internal import AWSCore
internal import PolicyEngine

/// The `request` of a case, as it stands there.
struct CaseRequest {
  private let principal: NamedPrincipal
  private let action: String
  /// `*` for an action that has no resource.
  private let resource: String
  private let owner: AccountID?
  private let context: RequestContext

  private static let members = ["principal", "action", "resource", "resourceAccount", "context", "wildcardOnly"]

  init(_ value: CaseValue) throws(MalformedCase) {
    let members = try value.object(admitting: Self.members)
    let action = try Self.action(members.required("action"))
    self.action = action
    principal = try NamedPrincipal(members.required("principal"), action: action)
    let given = try Self.resource(members.required("resource"))
    let isWildcardOnly = try members.optional("wildcardOnly")?.truth() ?? false
    resource = isWildcardOnly ? "*" : given
    owner = try members.optional("resourceAccount").map(Self.account) ?? ARN(resource)?.accountID
    context = try members.optional("context").map(Self.context) ?? RequestContext()
  }

  func request(_ settings: CaseSettings) throws(MalformedCase) -> AuthorizationRequest {
    let principal = try principal.principal(settings, roleARN: context["aws:PrincipalArn"])
    try settings.check(against: principal)
    var context = context
    if settings.derivesKeys { Self.addDerivedKeys(principal, owner, to: &context) }
    return AuthorizationRequest(
      principal: principal, action: action, resource: resource, resourceAccount: owner, context: context)
  }

  private static func action(_ value: CaseValue) throws(MalformedCase) -> String {
    let action = try value.text()
    let parts = action.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    let isPlain = action.utf8.allSatisfy {
      $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "*") && $0 != UInt8(ascii: "?")
    }
    guard isPlain, parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else {
      throw value.malformed("must be written as service:Action without wildcards, not \(action.quoted)")
    }
    return action
  }

  private static func resource(_ value: CaseValue) throws(MalformedCase) -> String {
    let resource = try value.text()
    guard resource == "*" || ARN(resource) != nil else {
      throw value.malformed("must be an ARN or *, not \(resource.quoted)")
    }
    return resource
  }

  private static func account(_ value: CaseValue) throws(MalformedCase) -> AccountID {
    let text = try value.text()
    guard let account = AccountID(text) else {
      throw value.malformed("must have twelve digits, not \(text.quoted)")
    }
    return account
  }

  // MARK: Condition keys

  private static func context(_ value: CaseValue) throws(MalformedCase) -> RequestContext {
    let members = try value.members()
    guard members.count <= CaseLimits.contextKeysMax else {
      throw value.malformed("more than \(CaseLimits.contextKeysMax) keys")
    }
    var context = RequestContext()
    var valueCount = 0
    for member in members {
      guard (1...CaseLimits.textBytesMax).contains(member.key.utf8.count) else {
        throw value.malformed("a key must have 1 to \(CaseLimits.textBytesMax) bytes")
      }
      let path = CasePath.key(member.key, of: value.path)
      guard context[member.key] == nil else { throw MalformedCase("given twice; letter case does not count", at: path) }
      let values = try values(CaseValue(node: member.node, path: path))
      context[member.key] = values
      valueCount += values.count
      guard valueCount <= CaseLimits.contextValuesMax else {
        throw value.malformed("more than \(CaseLimits.contextValuesMax) values")
      }
    }
    return context
  }

  private static func values(_ value: CaseValue) throws(MalformedCase) -> [String] {
    switch value.node.value {
    case .string: [try value.text()]
    case .array: try value.items().map { item throws(MalformedCase) in try item.text() }
    default: throw value.malformed("must be a string or a list of strings")
    }
  }

  /// Adds the keys that follow from who asks and from the resource, where the case does not give them itself.
  ///
  /// Source: reference_policies_condition-keys.md and the table of principals in reference_policies_variables.md.
  private static func addDerivedKeys(
    _ principal: RequestPrincipal, _ owner: AccountID?, to context: inout RequestContext
  ) {
    var derived: [(key: String, value: String)] = []
    if let account = principal.account { derived.append(("aws:PrincipalAccount", account.description)) }
    if let account = owner ?? principal.account { derived.append(("aws:ResourceAccount", account.description)) }
    switch principal {
    case .root(let account):
      derived.append(("aws:PrincipalType", "Account"))
      derived.append(("aws:PrincipalArn", ARN.iam(account, "root").text))
    case .user(let arn, _, _):
      derived.append(("aws:PrincipalType", "User"))
      derived.append(("aws:PrincipalArn", arn))
      if let name = ARN(arn)?.lastComponent { derived.append(("aws:username", String(name))) }
    case .roleSession(_, let roleARN, _, _):
      derived.append(("aws:PrincipalType", "AssumedRole"))
      derived.append(("aws:PrincipalArn", roleARN))
    case .federatedUser(let arn, _, _):
      derived.append(("aws:PrincipalType", "FederatedUser"))
      derived.append(("aws:PrincipalArn", arn))
    case .anonymous:
      // AWS: of an anonymous request both keys say "anonymous", and there is no ARN.
      derived.append(("aws:PrincipalType", "Anonymous"))
      derived.append(("aws:PrincipalAccount", "anonymous"))
    case .federated, .service: break
    }
    for (key, value) in derived where context[key] == nil { context.set(key, value) }
  }
}

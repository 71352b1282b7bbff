import AWSCore
import AWSWire
import Directory
import ServiceKit

/// Whose policies a list shows.
enum PolicyScope: String, WireEnum {
  case all = "All"
  case aws = "AWS"
  case local = "Local"
}

/// What a policy is used as.
enum PolicyUsage: String, WireEnum {
  case permissionsPolicy = "PermissionsPolicy"
  case permissionsBoundary = "PermissionsBoundary"
}

/// What a policy can be attached to; the last two come from a list that other operations share.
enum EntityKind: String, WireEnum {
  case user = "User"
  case role = "Role"
  case group = "Group"
  case localManagedPolicy = "LocalManagedPolicy"
  case awsManagedPolicy = "AWSManagedPolicy"
}

// MARK: Policies

struct ListPolicies: ReadOperation {
  struct Input: WireStruct {
    let scope: PolicyScope?
    let onlyAttached: Bool?
    let pathPrefix: PolicyPath?
    let usage: PolicyUsage?
    let page: PageRequest

    init(from fields: inout Fields) {
      scope = fields.optional("Scope")
      onlyAttached = fields.optional("OnlyAttached")
      pathPrefix = fields.optional("PathPrefix")
      usage = fields.optional("PolicyUsageFilter")
      page = PageRequest(from: &fields)
    }

    var filters: [String?] { [scope?.rawValue, onlyAttached?.description, pathPrefix?.text, usage?.rawValue] }

    func includes(_ policy: AnyManagedPolicy, in account: Account) -> Bool {
      if let pathPrefix, !policy.path.hasPrefix(pathPrefix.text) { return false }
      if onlyAttached == true, account.attachmentCount(of: policy.arn) == 0 { return false }
      return switch usage {
      case nil: true
      case .permissionsPolicy: account.attachmentCount(of: policy.arn) > 0
      case .permissionsBoundary: account.boundaryUsageCount(of: policy.arn) > 0
      }
    }
  }

  static let failures: [ErrorCode] = [.serviceFailure]

  static func access(_ input: Input, _ view: View) -> Access { Access("iam:ListPolicies") }

  struct Output: WireOutput {
    let policies: Page<ManagedPolicyOutput>
    func encode(to writer: inout WireWriter) { policies.encode(as: "Policies", to: &writer) }
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    let account = view.account
    let pager = Pager(grant, filters: input.filters)
    let after = try pager.position(input.page.marker) ?? ""
    // One more than the page holds of each kind is enough to cut it and to know whether there are more.
    let most = input.page.size + 1
    var found: [ListedPolicy] = []
    if input.scope != .aws {
      account.policies.walk { record in
        let listed = ListedPolicy(.customer(record))
        if listed.key > after, input.includes(listed.policy, in: account) { found.append(listed) }
        return found.count < most
      }
    }
    if input.scope != .local {
      let managed = ListedPolicy.aws.lazy.filter { $0.key > after && input.includes($0.policy, in: account) }
      found += managed.prefix(most)
    }
    found.sort { $0.key < $1.key }
    let page = try pager.page(of: found, by: \.key, input.page)
    return Output(policies: page.map { ManagedPolicyOutput($0.policy, in: account, isDetailed: false) })
  }
}

/// A policy with its place in lists.
private struct ListedPolicy: Sendable {
  let key: String
  let policy: AnyManagedPolicy

  init(_ policy: AnyManagedPolicy) {
    key = policy.arn.policyListKey
    self.policy = policy
  }

  /// All of AWS's policies in the order of lists, sorted once.
  static let aws: [ListedPolicy] = ManagedPolicyLibrary.aws.all
    .compactMap { policy in ARN(policy.arn).map { ListedPolicy(.aws(policy, $0)) } }
    .sorted { $0.key < $1.key }
}

// MARK: Entities

struct ListEntitiesForPolicy: ReadOperation {
  struct Input: WireStruct {
    let policyARN: ARNText
    let kind: EntityKind?
    let pathPrefix: Path?
    let usage: PolicyUsage?
    let page: PageRequest

    init(from fields: inout Fields) {
      policyARN = fields.required("PolicyArn")
      kind = fields.optional("EntityFilter")
      pathPrefix = fields.optional("PathPrefix")
      usage = fields.optional("PolicyUsageFilter")
      page = PageRequest(from: &fields)
    }

    var filters: [String?] { [policyARN.text, kind?.rawValue, pathPrefix?.text, usage?.rawValue] }
  }

  static let failures: [ErrorCode] = [.noSuchEntity, .invalidInput, .serviceFailure]

  static func access(_ input: Input, _ view: View) -> Access {
    view.access("iam:ListEntitiesForPolicy", toPolicy: input.policyARN)
  }

  struct Output: WireOutput {
    let entities: Page<PolicyEntity>

    func encode(to writer: inout WireWriter) {
      writer.put("PolicyGroups", entities.elements.filter { $0.kind == .group })
      writer.put("PolicyUsers", entities.elements.filter { $0.kind == .user })
      writer.put("PolicyRoles", entities.elements.filter { $0.kind == .role })
      writer.put("IsTruncated", entities.next != nil)
      writer.put("Marker", entities.next)
    }
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    let arn = try view.account.anyPolicy(input.policyARN).arn
    var ids: Set<String> = []
    if input.usage != .permissionsBoundary { ids.formUnion(view.account.attachedIDs(of: arn)) }
    if input.usage != .permissionsPolicy { ids.formUnion(view.account.boundaryIDs(of: arn)) }
    let prefix = input.pathPrefix?.text ?? "/"
    let entities = ids.compactMap { PolicyEntity(id: $0, in: view.account) }
      .filter { (input.kind ?? $0.kind) == $0.kind && $0.path.text.hasPrefix(prefix) }
      .sorted { $0.listKey < $1.listKey }
    return Output(entities: try Pager(grant, filters: input.filters).page(of: entities, by: \.listKey, input.page))
  }
}

/// A user, group or role that a policy is used by.
struct PolicyEntity: WireOutput {
  let kind: EntityKind
  let id: String
  let name: String
  let path: Path

  init?(id: String, in account: Account) {
    self.id = id
    if let group = account.groups[id: id] {
      (kind, name, path) = (.group, group.name, group.path)
    } else if let user = account.users[id: id] {
      (kind, name, path) = (.user, user.name, user.path)
    } else if let role = account.roles[id: id] {
      (kind, name, path) = (.role, role.name, role.path)
    } else {
      return nil
    }
  }

  /// Its place in the list: kind by kind, in each by name.
  var listKey: String { "\(kind.rawValue) \(name.lowercased())" }

  func encode(to writer: inout WireWriter) {
    writer.put("\(kind.rawValue)Name", name)
    writer.put("\(kind.rawValue)Id", id)
  }
}

import AWSCore
import Directory
import PolicyEngine
import ServiceKit

/// A policy with what a simulation calls it and how it is attached.
struct SourcedPolicy: Sendable {
  enum Attachment: Sendable {
    /// Given with the request.
    case input
    case inline(AttachmentType, holder: String)
    case managed(ARN)
    case resource
  }

  let policy: Policy
  /// What `SourcePolicyId` says.
  let id: String
  let attachment: Attachment

  /// What `SourcePolicyType` says.
  var type: String {
    switch attachment {
    case .input: "none"
    case .inline(let holder, _): holder.rawValue
    case .managed(let arn): arn.account == "aws" ? "aws-managed" : "user-managed"
    case .resource: "resource"
    }
  }
}

/// A user, group or role whose policies an operation looks into.
enum AnyPolicyHolder: Sendable {
  case user(UserRecord)
  case group(GroupRecord)
  case role(RoleRecord)

  /// The holder of policies that an ARN names.
  // AWS: the name alone decides; a path that is another is passed over.
  init?(_ arn: ARN, in account: Account) {
    guard arn.accountID == account.id else { return nil }
    let name = String(arn.lastComponent)
    switch arn.holderKind {
    case .user: if let user = account.users[name: name] { self = .user(user) } else { return nil }
    case .group: if let group = account.groups[name: name] { self = .group(group) } else { return nil }
    case .role: if let role = account.roles[name: name] { self = .role(role) } else { return nil }
    case nil: return nil
    }
  }

  private var holder: any PolicyHolder {
    switch self {
    case .user(let user): user
    case .group(let group): group
    case .role(let role): role
    }
  }

  var kind: AttachmentType {
    switch self {
    case .user: .user
    case .group: .group
    case .role: .role
    }
  }

  var path: Path {
    switch self {
    case .user(let user): user.path
    case .group(let group): group.path
    case .role(let role): role.path
    }
  }

  var arn: ARN { holder.arn }
  var name: String { holder.name }
  var id: String { holder.id }

  /// Its own policies and, of a user, those of its groups; a managed policy once, however often it is attached.
  func policies(in account: Account) -> [SourcedPolicy] {
    var found: [SourcedPolicy] = []
    var managed: Set<ARN> = []
    func add(_ holder: any PolicyHolder, _ type: AttachmentType) {
      for stored in holder.inlinePolicies {
        found.append(
          SourcedPolicy(
            policy: stored.policy, id: "\(type.rawValue)_\(holder.name)_\(stored.name)",
            attachment: .inline(type, holder: holder.name)))
      }
      for arn in holder.attachedPolicies where managed.insert(arn).inserted {
        if let policy = account.sourcedPolicy(arn) { found.append(policy) }
      }
    }
    switch self {
    case .user(let user):
      add(user, .user)
      for group in account.groups(of: user) { add(group, .group) }
    case .group(let group): add(group, .group)
    case .role(let role): add(role, .role)
    }
    return found
  }

  /// The permissions boundary; one whose policy is gone allows nothing.
  func boundary(in account: Account) -> [SourcedPolicy]? {
    let arn: ARN? =
      switch self {
      case .user(let user): user.permissionsBoundary
      case .role(let role): role.permissionsBoundary
      case .group: nil
      }
    return arn.map { account.sourcedPolicy($0).map { [$0] } ?? [] }
  }
}

extension Account {
  fileprivate func sourcedPolicy(_ arn: ARN) -> SourcedPolicy? {
    managedPolicy(arn).map { SourcedPolicy(policy: $0, id: String(arn.lastComponent), attachment: .managed(arn)) }
  }
}

extension ARN {
  /// What kind of holder of policies it names; nil where it names none.
  var holderKind: AttachmentType? {
    guard partition == "aws", service == "iam", region.isEmpty, accountID != nil, !lastComponent.isEmpty else {
      return nil
    }
    let parts = resource.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    return parts.count == 2 ? AttachmentType(rawValue: String(parts[0])) : nil
  }
}

extension View {
  /// The access to a user, group or role, whether there is one or not; what the ARN says counts where it is nobody's.
  func access(_ action: String, toSource text: ARNText) -> Access {
    guard let arn = ARN(text.text) else { return Access(action, on: .iam(account.id, "user/*")) }
    switch AnyPolicyHolder(arn, in: account) {
    case .user(let user)?: return Access(action, on: user.arn).on(tagged: user)
    case .role(let role)?: return Access(action, on: role.arn).on(tagged: role)
    case .group(let group)?: return Access(action, on: group.arn)
    case nil: return Access(action, on: arn)
    }
  }
}

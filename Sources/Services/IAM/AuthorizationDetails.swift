import AWSCore
import AWSWire
import Directory
import ServiceKit

/// A kind of what the authorization details tell of.
enum DetailKind: String, WireEnum {
  case user = "User"
  case role = "Role"
  case group = "Group"
  case localPolicy = "LocalManagedPolicy"
  case awsPolicy = "AWSManagedPolicy"

  /// The order in which pages show them.
  static let inOrder: [DetailKind] = [.user, .group, .role, .localPolicy, .awsPolicy]
}

struct GetAccountAuthorizationDetails: ReadOperation {
  struct Input: WireStruct {
    let filter: [DetailKind]
    let page: PageRequest

    init(from fields: inout Fields) {
      filter = fields.list("Filter", max: DetailKind.filterCountMax) ?? []
      page = PageRequest(from: &fields)
    }

    /// Everything where no kind is named.
    var kinds: [DetailKind] {
      filter.isEmpty ? DetailKind.inOrder : DetailKind.inOrder.filter(filter.contains)
    }
  }

  static let failures: [ErrorCode] = [.serviceFailure]
  static func access(_ input: Input, _ view: View) -> Access { Access("iam:GetAccountAuthorizationDetails") }

  struct Output: WireOutput {
    var users: [UserDetailOutput] = []
    var groups: [GroupDetailOutput] = []
    var roles: [RoleDetailOutput] = []
    var policies: [ManagedPolicyDetailOutput] = []
    var next: Marker?

    func encode(to writer: inout WireWriter) {
      writer.put("UserDetailList", users)
      writer.put("GroupDetailList", groups)
      writer.put("RoleDetailList", roles)
      writer.put("Policies", policies)
      writer.put("IsTruncated", next != nil)
      writer.put("Marker", next)
    }
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    let pager = Pager(grant, filters: input.kinds.map(\.rawValue))
    var walk = DetailWalk(size: input.page.size, after: try pager.position(input.page.marker))
    for kind in input.kinds where !walk.isFull { walk.visit(kind, of: view.account, grant) }
    var output = walk.output
    output.next = walk.next.map(pager.marker)
    return output
  }
}

extension DetailKind {
  /// How often a request may name kinds; naming one twice does nothing.
  static let filterCountMax = 100
}

/// Collects one page of details over the kinds, each in the order of its names.
private struct DetailWalk {
  typealias Output = GetAccountAuthorizationDetails.Output

  private let size: Int
  /// Where the last page ended: the kind and the name in it.
  private var start: (kind: DetailKind, name: String)?
  private var count = 0
  private var last: String?
  private(set) var output = Output()
  /// Whether there is more than what the page holds.
  private(set) var isFull = false

  init(size: Int, after position: String?) {
    self.size = size
    guard let position else { return }
    let parts = position.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, let kind = DetailKind(rawValue: String(parts[0])) else { return }
    start = (kind, String(parts[1]))
  }

  /// The position of the last element, where there is more.
  var next: String? { isFull ? last : nil }

  mutating func visit(_ kind: DetailKind, of account: Account, _ grant: Grant) {
    var after: String?
    if let start {
      guard start.kind == kind else { return }
      after = start.name
      self.start = nil
    }
    switch kind {
    case .user:
      account.users.walk(after: after) { user in
        take(kind, user.name.lowercased()) { $0.users.append(UserDetailOutput(user, in: account)) }
      }
    case .group:
      account.groups.walk(after: after) { group in
        take(kind, group.name.lowercased()) { $0.groups.append(GroupDetailOutput(group: group)) }
      }
    case .role:
      account.roles.walk(after: after) { role in
        take(kind, role.name.lowercased()) { $0.roles.append(RoleDetailOutput(role, in: account, grant)) }
      }
    case .localPolicy:
      account.policies.walk(after: after) { policy in
        take(kind, policy.name.lowercased()) {
          $0.policies.append(ManagedPolicyDetailOutput(.customer(policy), in: account))
        }
      }
    case .awsPolicy:
      for (arn, policy) in account.awsPoliciesInUse where after.map({ arn.text > $0 }) ?? true {
        let goesOn = take(kind, arn.text) {
          $0.policies.append(ManagedPolicyDetailOutput(.aws(policy, arn), in: account))
        }
        guard goesOn else { return }
      }
    }
  }

  /// Adds an element to the page, or notes that the page is full; answers whether to go on.
  private mutating func take(_ kind: DetailKind, _ name: String, _ add: (inout Output) -> Void) -> Bool {
    guard count < size else {
      isFull = true
      return false
    }
    add(&output)
    count += 1
    last = "\(kind.rawValue) \(name)"
    return true
  }
}

extension Account {
  /// The policies of AWS that are attached to anything or are anybody's boundary, by ARN.
  fileprivate var awsPoliciesInUse: [(arn: ARN, policy: ManagedPolicy)] {
    var used: [(arn: ARN, policy: ManagedPolicy)] = []
    for policy in ManagedPolicyLibrary.aws.all {
      guard let arn = ARN(policy.arn), attachmentCount(of: arn) + boundaryUsageCount(of: arn) > 0 else { continue }
      used.append((arn, policy))
    }
    return used.sorted { $0.arn.text < $1.arn.text }
  }
}

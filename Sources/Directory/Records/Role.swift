public import AWSCore
import FoundationEssentials

/// Which version of a role template a role was made from.
public struct RoleTemplateSource: Sendable, Codable, Hashable {
  public let arn: ARN
  public let minorVersion: Int

  public init(arn: ARN, minorVersion: Int) {
    self.arn = arn
    self.minorVersion = minorVersion
  }
}

/// An IAM role, service-linked ones included.
public struct RoleRecord: BoundaryHolder, Taggable {
  public static let kind = "role"
  public static let maxSessionDurationDefault = 3600
  public let id: String
  public let account: AccountID
  public let roleName: RoleName
  public let path: Path
  public let createDate: Timestamp
  /// Set by ``trust(_:at:)``.
  public private(set) var trustPolicy: StoredPolicy
  /// When the trust policy was written.
  public private(set) var trustDate: Timestamp
  /// The unique ids that users and roles of the account, named by ARN in the trust policy, had when it was written.
  public private(set) var trustedIDs: [String: String] = [:]
  public var description: String?
  /// Seconds, 3,600 to 43,200.
  public var maxSessionDuration: Int
  public var tags: [Tag]
  public var permissionsBoundary: ARN?
  public var inlinePolicies: [StoredPolicy] = []
  public var attachedPolicies: [ARN] = []
  /// The service principal that a service-linked role belongs to; nil for every other role.
  public var linkedService: String?
  /// The template that the role was made from; nil for one that was made by hand.
  public var template: RoleTemplateSource?

  public init(
    id: String, account: AccountID, roleName: RoleName, path: Path, createDate: Timestamp, trustPolicy: StoredPolicy,
    description: String?, maxSessionDuration: Int = RoleRecord.maxSessionDurationDefault, tags: [Tag] = [],
    permissionsBoundary: ARN? = nil, linkedService: String? = nil
  ) {
    self.id = id
    self.account = account
    self.roleName = roleName
    self.path = path
    self.createDate = createDate
    self.trustPolicy = trustPolicy
    trustDate = createDate
    self.description = description
    self.maxSessionDuration = maxSessionDuration
    self.tags = tags
    self.permissionsBoundary = permissionsBoundary
    self.linkedService = linkedService
  }

  public var name: String { roleName.text }
  public var recordName: String? { name }
  public var arn: ARN { .iam(account, "role", path: path.text, name: name) }

  /// Sets the trust policy and whom the ARNs in it mean from now on.
  public mutating func trust(_ policy: StoredPolicy, ids: [String: String], at date: Timestamp) {
    trustPolicy = policy
    trustedIDs = ids
    trustDate = date
  }
}

// MARK: Whom the trust policy means

// AWS: a trust policy keeps the unique id of a user or role that it names; one that is deleted and made again has the
// ARN of the old one, but not its trust (reference_policies_elements_principal.md, "IAM user principals").

extension RoleRecord {
  /// Whether a principal's ARN in the trust policy means somebody else: one who had the ARN before.
  ///
  /// Principals of other accounts are told apart by their dates: one made after the policy is not the one it means.
  public func meansAnother(by arn: ARN, than id: String, created: Timestamp) -> Bool {
    if let trusted = trustedIDs[arn.text] { return trusted != id }
    return created > trustDate
  }

  /// The ARN by which the trust policy knows the principal, also after a change of name; its id, which no ARN matches,
  /// where the policy means another one by the ARN.
  public func trustSpelling(of arn: ARN, id: String, created: Timestamp) -> String {
    if let known = trustedIDs.first(where: { $0.value == id })?.key { return known }
    return meansAnother(by: arn, than: id, created: created) ? id : arn.text
  }

  /// The trust policy's text with principals spelled anew; `spelling` answers nil for those that stay.
  public func trustText(spelling: (_ principal: String) -> String?) -> String {
    let bytes = Array(trustPolicy.text.utf8)
    var scan = PrincipalScan(bytes: bytes)
    return String(decoding: scan.rewritten(spelling), as: UTF8.self)
  }
}

extension Account {
  /// The trust policy's text as IAM shows it: with the unique id in place of an ARN whose principal is gone, and with
  /// the new ARN of one that was renamed.
  public func trustText(of role: RoleRecord) -> String {
    var changed: [String: String] = [:]
    for (arn, id) in role.trustedIDs where principalID(arn) != id {
      changed[arn] = users[id: id]?.arn.text ?? roles[id: id]?.arn.text ?? id
    }
    return changed.isEmpty ? role.trustPolicy.text : role.trustText { changed[$0] }
  }

  /// The unique id of the user or role of this account with exactly that ARN.
  public func principalID(_ text: String) -> String? {
    guard let arn = ARN(text), arn.accountID == id else { return nil }
    let name = String(arn.lastComponent)
    if let user = users[name: name], user.arn == arn { return user.id }
    if let role = roles[name: name], role.arn == arn { return role.id }
    return nil
  }
}

/// Finds the principals in the text of a policy that is known to be well-formed.
private struct PrincipalScan {
  let bytes: [UInt8]
  private var index = 0
  private var depth = 0
  /// How deep the `Principal` object lies that the scan is in.
  private var principalDepth: Int?
  private var isAfterPrincipalKey = false

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func rewritten(_ spelling: (String) -> String?) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    while index < bytes.count {
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "\""):
        let literal = nextLiteral()
        let text = (try? JSONDecoder().decode(String.self, from: Data(literal))) ?? ""
        isAfterPrincipalKey = principalDepth == nil && text == "Principal"
        if principalDepth != nil, let new = spelling(text) {
          output.append(contentsOf: "\"\(new)\"".utf8)
        } else {
          output.append(contentsOf: literal)
        }
        continue
      case UInt8(ascii: "{"):
        depth += 1
        if isAfterPrincipalKey { principalDepth = depth }
        isAfterPrincipalKey = false
      case UInt8(ascii: "}"):
        if principalDepth == depth { principalDepth = nil }
        depth -= 1
      case UInt8(ascii: ":"), UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): break
      default: isAfterPrincipalKey = false
      }
      output.append(byte)
      index += 1
    }
    return output
  }

  /// The string literal that begins here, with its quotation marks.
  private mutating func nextLiteral() -> [UInt8] {
    let start = index
    index += 1
    while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
      index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    index = min(index + 1, bytes.count)
    return Array(bytes[start..<index])
  }
}

/// The request to delete a service-linked role, and what came of it.
public struct RoleDeletionRecord: Record {
  public static let kind = "role-deletion"
  public enum Status: String, Sendable, Codable {
    case succeeded = "SUCCEEDED"
    case inProgress = "IN_PROGRESS"
    case failed = "FAILED"
    case notStarted = "NOT_STARTED"
  }
  /// The task id: `task/aws-service-role/SERVICE/ROLE/UUID`.
  public let id: String
  public let role: ARN
  public let createDate: Timestamp
  public var status: Status
  /// Why it failed, in words.
  public var reason: String?
  /// The ARNs of the resources that still use the role.
  public var usedBy: [String]

  public init(
    id: String, role: ARN, createDate: Timestamp, status: Status, reason: String? = nil, usedBy: [String] = []
  ) {
    self.id = id
    self.role = role
    self.createDate = createDate
    self.status = status
    self.reason = reason
    self.usedBy = usedBy
  }
}

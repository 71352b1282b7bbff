import AWSCore
import AWSWire
import Directory
import PolicyEngine
import ServiceKit

enum AccountProperties {
  static let operations: [any Operation.Type] = [
    GetAccountProperties.self, PutAccountProperties.self, SetSecurityTokenServicePreferences.self,
  ]

  /// The one property that AWS documents: whether role manager is on.
  static let roleManager = "RoleManager"
  static let roleManagerEnabled = "RoleManager/Enabled"
}

/// The name of an account property: `Namespace/PropertyName`.
struct AccountPropertyKey: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(
    1...50, pattern: "^[A-Za-z][A-Za-z0-9/_-]*$",
    matches: { bytes in
      guard let first = bytes.first, ByteClass("", ranges: ByteClass.letters).contains(first) else { return false }
      return ByteClass.word(and: "/-").containsAll(bytes)
    })
  let text: String
  init(unchecked text: String) { self.text = text }

  /// What stands before the one slash; nil where there is not exactly one, with something on both sides.
  var namespace: Substring? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
    return parts[0]
  }
}

struct AccountPropertyValue: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(1...1024)
  let text: String
  init(unchecked text: String) { self.text = text }
}

struct GetAccountProperties: ReadOperation {
  typealias Input = EmptyInput
  static let failures: [ErrorCode] = [.invalidInput, .serviceFailure]

  static func access(_ input: Input, _ view: View) -> Access {
    Access(
      "iam:GetAccountProperties", keys: [.init("iam:AccountPropertyNamespaces", [AccountProperties.roleManager])])
  }

  struct Output: WireOutput {
    let isRoleManagerEnabled: Bool

    func encode(to writer: inout WireWriter) {
      writer.putMap("Properties", [(AccountProperties.roleManagerEnabled, String(isRoleManagerEnabled))])
    }
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    Output(isRoleManagerEnabled: view.account.settings?.isRoleManagerEnabled ?? false)
  }
}

struct PutAccountProperties: WriteOperation {
  struct Input: WireStruct {
    let properties: [(key: AccountPropertyKey, value: AccountPropertyValue)]
    init(from fields: inout Fields) { properties = fields.map("Properties", isRequired: true) ?? [] }

    func value(of key: String) -> String? { properties.last { $0.key.text == key }?.value.text }
    var enablesRoleManager: Bool { value(of: AccountProperties.roleManagerEnabled) == "true" }
  }

  static let failures: [ErrorCode] = [.invalidInput, .concurrentModification, .serviceFailure]

  static func access(_ input: Input, _ view: View) -> Access {
    let namespaces = Set(input.properties.compactMap { $0.key.namespace.map(String.init) }).sorted()
    let access = Access("iam:PutAccountProperties", keys: [.init("iam:AccountPropertyNamespaces", namespaces)])
    guard input.enablesRoleManager else { return access }
    // AWS: whoever turns role manager on makes its role, also where the role is there already.
    let role = ServiceLinkedRole.roleManager
    return access.also(
      Access(
        "iam:CreateServiceLinkedRole", on: .iam(view.account.id, "role\(role.path)\(role.roleName)"),
        keys: [.one("iam:AWSServiceName", role.service)]))
  }

  struct Output: WireOutput {
    func encode(to writer: inout WireWriter) {}
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> Output {
    let isEnabled = try roleManager(input)
    var settings = try tx.settings()
    if isEnabled { try tx.makeRoleManagerRole(grant) }
    settings.isRoleManagerEnabled = isEnabled
    try tx.put(settings)
    return Output()
  }

  /// What role manager is to be; anything else that a request can say is refused.
  // AWS: other properties of the namespace are ignored where `Enabled` is there.
  private static func roleManager(_ input: Input) throws(Failure) -> Bool {
    var namespaces: Set<Substring> = []
    for property in input.properties {
      guard let namespace = property.key.namespace else {
        throw .invalidInput("Property key must be in format Namespace/PropertyName: \(property.key)")
      }
      namespaces.insert(namespace)
    }
    guard namespaces.count <= 1 else { throw .invalidInput("All properties must belong to the same namespace") }
    guard let namespace = namespaces.first else { throw .invalidInput("Properties must not be empty") }
    guard namespace == AccountProperties.roleManager else {
      throw .invalidInput("Unsupported namespace: \(namespace)")
    }
    switch input.value(of: AccountProperties.roleManagerEnabled) {
    case "true": return true
    case "false": return false
    case nil: throw .invalidInput("RoleManager namespace requires Enabled property")
    case _?: throw .invalidInput("Enabled must be 'true' or 'false'")
    }
  }
}

extension ServiceLinkedRole {
  /// The role by which role manager acts.
  fileprivate static let roleManager = ServiceLinkedRole(
    service: "role-manager.iam.amazonaws.com", roleName: "AWSServiceRoleForIAMRoleManager",
    policyName: "AWSIAMRoleManagerServiceRolePolicy")
}

extension Transaction {
  /// Makes the service-linked role of role manager where it is not there.
  fileprivate mutating func makeRoleManagerRole(_ grant: Grant) throws(Failure) {
    let linked = ServiceLinkedRole.roleManager
    if let role = account.roles[name: linked.roleName] {
      guard role.linkedService == linked.service else {
        throw .invalidInput(
          "Service role name \(linked.roleName) has been taken in this account, please try a different suffix.")
      }
      return
    }
    let document = try PolicyText(unchecked: linked.trustPolicy).document(as: .trust)
    var role = RoleRecord(
      id: grant.entropy.uniqueID(.role), account: account.id, roleName: RoleName(unchecked: linked.roleName),
      path: Path(unchecked: linked.path), createDate: grant.now,
      trustPolicy: StoredPolicy(name: "trust policy", document: document, kind: .trust), description: nil,
      linkedService: linked.service)
    role.attachedPolicies = [ARN(linked.policyARN)].compactMap { $0 }
    try put(role)
  }
}

// MARK: Session tokens

/// Which session tokens the global endpoint of STS issues.
enum GlobalEndpointTokenVersion: String, WireEnum {
  case first = "v1Token"
  case second = "v2Token"
}

// AWS: tokens of version 1 hold in the regions that are on by default only; here all regions are one.
struct SetSecurityTokenServicePreferences: WriteOperation {
  struct Input: WireStruct {
    let version: GlobalEndpointTokenVersion
    init(from fields: inout Fields) { version = fields.required("GlobalEndpointTokenVersion") }
  }

  static let failures: [ErrorCode] = [.serviceFailure]
  static func access(_ input: Input, _ view: View) -> Access { Access("iam:SetSecurityTokenServicePreferences") }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    var settings = try tx.settings()
    settings.globalEndpointTokenVersion = input.version == .first ? 1 : 2
    try tx.put(settings)
    return EmptyOutput()
  }
}

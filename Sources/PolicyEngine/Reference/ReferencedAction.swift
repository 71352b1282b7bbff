extension ServiceReference {
  /// An action and what AWS says of it.
  public struct Action: Sendable, Hashable, CustomStringConvertible {
    let id: ActionID

    init(_ id: ActionID) { self.id = id }

    private var record: Int { ReferenceFile.record(id.index, of: .actions) }

    /// The service whose action it is.
    public var service: Service { Service(Int(ReferenceBytes.u16(at: record + 12))) }

    /// Without the service, in AWS's letter case: `GetObject`.
    public var name: String {
      let full = ReferenceFile.actionName(id.index)
      let colon = ReferenceBytes.withBytes(full) { bytes in bytes.indices.first { bytes[$0] == UInt8(ascii: ":") } ?? 0
      }
      return ReferenceBytes.string(full.lowerBound + colon + 1..<full.upperBound)
    }

    /// With the service: `s3:GetObject`.
    public var description: String { ReferenceBytes.string(ReferenceFile.actionName(id.index)) }

    /// How much it can do.
    public var accessLevel: AccessLevel { AccessLevel.allCases[Int(ReferenceBytes.u8(at: record + 14))] }

    /// Whether the action has no resource, so that only `*` as the `Resource` grants it.
    public var isWildcardOnly: Bool { list(0).isEmpty }

    /// The types of resource on which the action can be allowed.
    public var resourceTypes: [ActionResource] {
      let entries = list(0)
      return stride(from: 0, to: entries.count, by: 2).map { ActionResource(entries[$0], keys: entries[$0 + 1]) }
    }

    /// The condition keys that requests for the action may carry whatever the resource; see also those of the
    /// `resourceTypes` and the global ones.
    public var conditionKeys: [ConditionKey] { list(4).map(ConditionKey.init) }

    /// What the caller must be allowed besides, so that the action succeeds: `iam:PassRole`, for instance.
    public var dependentActions: [Action] { list(8).map { Action(ActionID(UInt32($0))) } }

    private func list(_ field: Int) -> ReferenceList { ReferenceList(offset: ReferenceFile.u32(record + field)) }
  }

  /// A type of resource as one action knows it.
  public struct ActionResource: Sendable, Hashable {
    /// The type of resource.
    public let type: ResourceType
    /// Whether every request names such a resource; otherwise only some do.
    public let isRequired: Bool
    private let keysOffset: Int

    fileprivate init(_ entry: Int, keys: Int) {
      type = ResourceType(entry & 0x7FFF_FFFF)
      isRequired = entry >> 31 == 1
      keysOffset = keys
    }

    /// The condition keys that the action has with this type only.
    public var conditionKeys: [ConditionKey] { ReferenceList(offset: keysOffset).map(ConditionKey.init) }
  }

  /// A type of resource of a service.
  public struct ResourceType: Sendable, Hashable, CustomStringConvertible {
    let index: Int

    init(_ index: Int) { self.index = index }

    private func field(_ place: Int) -> Int {
      ReferenceFile.u32(ReferenceFile.record(index, of: .resourceTypes) + 4 * place)
    }

    /// In AWS's letter case: `bucket`.
    public var name: String { ReferenceFile.text(at: field(0)) }

    public var description: String { name }

    /// The service whose resources they are.
    public var service: Service { Service(field(3)) }

    /// How its ARNs look, with placeholders: `arn:${Partition}:s3:::${BucketName}`. Most types have one pattern.
    public var arnPatterns: [String] { ReferenceList(offset: field(1)).map(ReferenceFile.text) }

    /// The condition keys that depend on such a resource, its tags for instance.
    public var conditionKeys: [ConditionKey] { ReferenceList(offset: field(2)).map(ConditionKey.init) }
  }
}

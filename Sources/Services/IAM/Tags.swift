import AWSCore
import AWSWire
import Directory
import ServiceKit

enum Tags {
  static let operations: [any Operation.Type] = [
    TagUser.self, UntagUser.self, ListUserTags.self, TagRole.self, UntagRole.self, ListRoleTags.self, TagPolicy.self,
    UntagPolicy.self, ListPolicyTags.self, TagInstanceProfile.self, UntagInstanceProfile.self,
    ListInstanceProfileTags.self, TagMFADevice.self, UntagMFADevice.self, ListMFADeviceTags.self,
  ]
}

// MARK: Tag

struct TagInput<Target: TagTarget>: WireStruct {
  let name: Target.Name
  let tags: [Tag]

  init(from fields: inout Fields) {
    name = fields.required(Target.nameMember)
    tags = fields.requiredList("Tags", max: 50)
  }
}

/// What tagging is, whatever is tagged.
protocol TagOperation: WriteOperation where Input == TagInput<Target>, Output == EmptyOutput {
  associatedtype Target: TagTarget
}

extension TagOperation {
  static var failures: [ErrorCode] {
    [.noSuchEntity, .limitExceeded, .invalidInput, .concurrentModification, .serviceFailure]
  }

  static func access(_ input: Input, _ view: View) -> Access {
    Target.access("iam:\(name)", toTagsOf: input.name, view).requesting(tags: input.tags)
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    var target = try Target.named(input.name, in: tx.account)
    let merged = try input.tags.checked(against: tx.quotas).merged(into: target.tags)
    guard merged.count <= tx.quotas.tagsPerResource else {
      throw Failure(.limitExceeded, "The number of tags has reached the maximum limit.")
    }
    target.tags = merged
    try target.put(into: &tx)
    return EmptyOutput()
  }
}

struct TagUser: TagOperation { typealias Target = UserRecord }
struct TagRole: TagOperation { typealias Target = RoleRecord }
struct TagPolicy: TagOperation { typealias Target = PolicyRecord }
struct TagInstanceProfile: TagOperation { typealias Target = InstanceProfileRecord }
struct TagMFADevice: TagOperation { typealias Target = MFADeviceRecord }
struct TagOpenIDConnectProvider: TagOperation { typealias Target = OpenIDConnectProviderRecord }

// MARK: Untag

struct UntagInput<Target: TagTarget>: WireStruct {
  let name: Target.Name
  let keys: [TagKey]

  init(from fields: inout Fields) {
    name = fields.required(Target.nameMember)
    keys = fields.requiredList("TagKeys", max: 50)
  }
}

/// What taking tags away is, whatever has them.
protocol UntagOperation: WriteOperation where Input == UntagInput<Target>, Output == EmptyOutput {
  associatedtype Target: TagTarget
}

extension UntagOperation {
  static var failures: [ErrorCode] { [.noSuchEntity, .concurrentModification, .serviceFailure] }

  static func access(_ input: Input, _ view: View) -> Access {
    Target.access("iam:\(name)", toTagsOf: input.name, view).requesting(tagKeys: input.keys)
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    var target = try Target.named(input.name, in: tx.account)
    let gone = Set(input.keys.map { $0.text.lowercased() })
    target.tags.removeAll { gone.contains($0.key.text.lowercased()) }
    try target.put(into: &tx)
    return EmptyOutput()
  }
}

struct UntagUser: UntagOperation { typealias Target = UserRecord }
struct UntagRole: UntagOperation { typealias Target = RoleRecord }

struct UntagPolicy: UntagOperation {
  typealias Target = PolicyRecord
  static let failures: [ErrorCode] = [.noSuchEntity, .invalidInput, .concurrentModification, .serviceFailure]
}

struct UntagInstanceProfile: UntagOperation {
  typealias Target = InstanceProfileRecord
  static let failures: [ErrorCode] = [.noSuchEntity, .invalidInput, .concurrentModification, .serviceFailure]
}

struct UntagMFADevice: UntagOperation {
  typealias Target = MFADeviceRecord
  static let failures: [ErrorCode] = [.noSuchEntity, .invalidInput, .concurrentModification, .serviceFailure]
}

struct UntagOpenIDConnectProvider: UntagOperation {
  typealias Target = OpenIDConnectProviderRecord
  static let failures: [ErrorCode] = [.noSuchEntity, .invalidInput, .concurrentModification, .serviceFailure]
}

// MARK: List

struct ListTagsInput<Target: TagTarget>: WireStruct {
  let name: Target.Name
  let page: PageRequest

  init(from fields: inout Fields) {
    name = fields.required(Target.nameMember)
    page = PageRequest(from: &fields)
  }
}

struct TagsOutput: WireOutput {
  let tags: Page<Tag>
  func encode(to writer: inout WireWriter) { tags.encode(as: "Tags", to: &writer) }
}

/// What listing tags is, whatever has them.
protocol ListTagsOperation: ReadOperation where Input == ListTagsInput<Target>, Output == TagsOutput {
  associatedtype Target: TagTarget
}

extension ListTagsOperation {
  static var failures: [ErrorCode] { [.noSuchEntity, .serviceFailure] }

  static func access(_ input: Input, _ view: View) -> Access {
    Target.access("iam:\(name)", toTagsOf: input.name, view)
  }

  // AWS: sorted by key (API_ListUserTags.html); very long keys that begin alike come in an order of their own.
  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> TagsOutput {
    let target = try Target.named(input.name, in: view.account)
    let tags = target.tags.sorted { $0.listKey < $1.listKey }
    return TagsOutput(tags: try Pager(grant, filters: [target.id]).page(of: tags, by: \.listKey, input.page))
  }
}

extension Tag {
  fileprivate var listKey: String { Pager.key(of: key.text) }
}

struct ListUserTags: ListTagsOperation { typealias Target = UserRecord }
struct ListRoleTags: ListTagsOperation { typealias Target = RoleRecord }
struct ListInstanceProfileTags: ListTagsOperation { typealias Target = InstanceProfileRecord }

struct ListPolicyTags: ListTagsOperation {
  typealias Target = PolicyRecord
  static let failures: [ErrorCode] = [.noSuchEntity, .invalidInput, .serviceFailure]
}

struct ListMFADeviceTags: ListTagsOperation {
  typealias Target = MFADeviceRecord
  static let failures: [ErrorCode] = [.noSuchEntity, .invalidInput, .serviceFailure]
}

struct ListOpenIDConnectProviderTags: ListTagsOperation {
  typealias Target = OpenIDConnectProviderRecord
  static let failures: [ErrorCode] = [.noSuchEntity, .invalidInput, .serviceFailure]
}

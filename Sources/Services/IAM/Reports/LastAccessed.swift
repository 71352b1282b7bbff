import AWSCore
import AWSWire
import Directory
import PolicyEngine
import ServiceKit

// When services were last accessed, from the record of what was called.

enum LastAccessed {
  static let operations: [any Operation.Type] = [
    GenerateServiceLastAccessedDetails.self, GetServiceLastAccessedDetails.self,
    GetServiceLastAccessedDetailsWithEntities.self,
  ]
}

enum JobStatus: String, WireEnum {
  case inProgress = "IN_PROGRESS"
  case completed = "COMPLETED"
  case failed = "FAILED"
}

// MARK: Generate

struct GenerateServiceLastAccessedDetails: ShortLivedOperation {
  struct Input: WireStruct {
    let arn: ARNText
    let granularity: AccessGranularity?

    init(from fields: inout Fields) {
      arn = fields.required("Arn")
      granularity = fields.optional("Granularity")
    }
  }

  static let failures: [ErrorCode] = [.noSuchEntity, .invalidInput]

  static func access(_ input: Input, _ view: View) -> Access {
    let action = "iam:GenerateServiceLastAccessedDetails"
    if ARN(input.arn.text)?.resource.hasPrefix("policy/") == true { return view.access(action, toPolicy: input.arn) }
    return view.access(action, toSource: input.arn)
  }

  struct Output: WireOutput {
    let id: String
    func encode(to writer: inout WireWriter) { writer.put("JobId", id) }
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) async throws(Failure) -> Output {
    let subject = try subject(input.arn, in: view.account)
    let job = AccessJob(
      subject.policies, entities: subject.entities, granularity: input.granularity ?? .service, grant)
    return Output(id: try await job.keep(in: view.account, grant))
  }

  /// The policies that a report is about, and the users and roles who have them.
  private static func subject(
    _ text: ARNText, in account: Account
  ) throws(Failure) -> (policies: [Policy], entities: [String]) {
    let arn = try ARN(iam: text)
    if arn.resource.hasPrefix("policy/") {
      guard let policy = account.managedPolicy(arn) else { throw .noSuchARN(text) }
      return ([policy], account.entities(with: arn))
    }
    let holder = try account.holder(text, orElse: "Invalid Entity Arn: \(text) is not supported.")
    let policies = holder.policies(in: account).map(\.policy)
    guard case .group(let group) = holder else { return (policies, [holder.id]) }
    return (policies, account.users(in: group).map(\.id))
  }
}

extension Account {
  /// The users and roles that have a managed policy, by themselves or by a group.
  fileprivate func entities(with policy: ARN) -> [String] {
    var holders: Set<String> = []
    holders.formUnion(attachedIDs(of: policy))
    var found: Set<String> = []
    for id in holders {
      if let group = groups[id: id] { found.formUnion(users(in: group).map(\.id)) } else { found.insert(id) }
    }
    return found.sorted()
  }
}

// MARK: By service

struct GetServiceLastAccessedDetails: ShortLivedOperation {
  struct Input: WireStruct {
    let id: JobID
    let page: PageRequest

    init(from fields: inout Fields) {
      id = fields.required("JobId")
      page = PageRequest(from: &fields)
    }
  }

  static let failures: [ErrorCode] = [.noSuchEntity, .invalidInput]
  static func access(_ input: Input, _ view: View) -> Access { Access("iam:GetServiceLastAccessedDetails") }

  struct Output: WireOutput {
    let job: AccessJob
    let services: Page<ServiceAccess>

    func encode(to writer: inout WireWriter) {
      writer.put("JobStatus", JobStatus.completed)
      writer.put("JobType", job.granularity)
      writer.put("JobCreationDate", job.created)
      services.encode(as: "ServicesLastAccessed", to: &writer)
      writer.put("JobCompletionDate", job.created)
    }
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) async throws(Failure) -> Output {
    let job = try await AccessJob.find(input.id, in: view.account, grant)
    let page = try Pager(grant, filters: [input.id.text]).page(of: job.services, by: { $0 }, input.page)
    return Output(job: job, services: page.map { ServiceAccess($0, job, in: view.account) })
  }
}

/// When a service was last accessed, and by whom.
struct ServiceAccess: WireOutput {
  private let prefix: String
  private let name: String
  private let last: AccessMark?
  private let count: Int
  private let actions: [ActionAccess]?

  init(_ prefix: String, _ job: AccessJob, in account: Account) {
    let uses = job.uses(of: prefix)
    self.prefix = prefix
    name = ServiceReference.service(prefix)?.name ?? prefix
    last = uses.first.map { AccessMark($0.mark, by: $0.entity, in: account) }
    count = uses.count
    actions = job.trackedActions[prefix]?.map { action in
      let use = job.uses(of: action, in: prefix).first
      return ActionAccess(name: action, last: use.map { AccessMark($0.mark, by: $0.entity, in: account) })
    }
  }

  func encode(to writer: inout WireWriter) {
    writer.put("ServiceName", name)
    writer.put("LastAuthenticated", last?.mark.at)
    writer.put("ServiceNamespace", prefix)
    writer.put("LastAuthenticatedEntity", last?.entity)
    writer.put("LastAuthenticatedRegion", last?.mark.region)
    writer.put("TotalAuthenticatedEntities", count)
    if let actions, !actions.isEmpty { writer.put("TrackedActionsLastAccessed", actions) }
  }
}

/// A mark with whose it is.
private struct AccessMark: Sendable {
  let mark: LastUsed.Mark
  /// Nil where the user or role is gone.
  let entity: ARN?

  init(_ mark: LastUsed.Mark, by id: String, in account: Account) {
    self.mark = mark
    entity = account.users[id: id]?.arn ?? account.roles[id: id]?.arn
  }
}

private struct ActionAccess: WireOutput {
  let name: String
  let last: AccessMark?

  func encode(to writer: inout WireWriter) {
    writer.put("ActionName", name)
    writer.put("LastAccessedEntity", last?.entity)
    writer.put("LastAccessedTime", last?.mark.at)
    writer.put("LastAccessedRegion", last?.mark.region)
  }
}

// MARK: By user and role

struct GetServiceLastAccessedDetailsWithEntities: ShortLivedOperation {
  struct Input: WireStruct {
    let id: JobID
    let namespace: ServiceNamespace
    let page: PageRequest

    init(from fields: inout Fields) {
      id = fields.required("JobId")
      namespace = fields.required("ServiceNamespace")
      page = PageRequest(from: &fields)
    }
  }

  static let failures: [ErrorCode] = [.noSuchEntity, .invalidInput]
  static func access(_ input: Input, _ view: View) -> Access { Access("iam:GetServiceLastAccessedDetailsWithEntities") }

  struct Output: WireOutput {
    let job: AccessJob
    let entities: Page<EntityAccess>

    func encode(to writer: inout WireWriter) {
      writer.put("JobStatus", JobStatus.completed)
      writer.put("JobCreationDate", job.created)
      writer.put("JobCompletionDate", job.created)
      entities.encode(as: "EntityDetailsList", to: &writer)
    }
  }

  /// Those who have used the service, the latest first, then the others.
  static func perform(_ input: Input, _ view: View, _ grant: Grant) async throws(Failure) -> Output {
    let job = try await AccessJob.find(input.id, in: view.account, grant)
    let service = try input.namespace.service().prefix
    var entities: [EntityAccess] = []
    // AWS: a service that the policies do not allow is nobody's.
    if job.services.contains(service) {
      let used = job.uses(of: service)
      let unused = Set(job.entities).subtracting(used.map(\.entity)).sorted()
      entities = used.compactMap { EntityAccess(id: $0.entity, lastUsed: $0.mark.at, in: view.account) }
      entities += unused.compactMap { EntityAccess(id: $0, lastUsed: nil, in: view.account) }
    }
    let page = try Pager(grant, filters: [input.id.text, service]).page(of: entities, input.page)
    return Output(job: job, entities: page)
  }
}

/// A user or role, and when it last accessed a service.
struct EntityAccess: WireOutput {
  private let holder: AnyPolicyHolder
  private let lastUsed: Timestamp?

  /// Nil where the user or role is gone.
  init?(id: String, lastUsed: Timestamp?, in account: Account) {
    if let user = account.users[id: id] {
      holder = .user(user)
    } else if let role = account.roles[id: id] {
      holder = .role(role)
    } else {
      return nil
    }
    self.lastUsed = lastUsed
  }

  func encode(to writer: inout WireWriter) {
    writer.structure("EntityInfo") { info in
      info.put("Arn", holder.arn)
      info.put("Name", holder.name)
      info.put("Type", holder.kind.rawValue.uppercased())
      info.put("Id", holder.id)
      info.put("Path", holder.path)
    }
    writer.put("LastAuthenticated", lastUsed)
  }
}

import AWSCore
import AWSWire
import Directory
import PolicyEngine
import ServiceKit

/// A report of what was last accessed, as it was when it was made.
struct AccessJob: Codable, Sendable {
  /// Whoever had it made, who alone may read it.
  let owner: String
  let granularity: AccessGranularity
  let created: Timestamp
  /// The prefixes of the services that the policies could allow, in their order.
  let services: [String]
  /// Users and roles, by their unique ids.
  let entities: [String]
  /// What each of them has called of those services.
  let uses: [String: LastUsed.Uses]
  /// What is told of each service beside the service itself; empty at service level.
  let trackedActions: [String: [String]]

  /// How long a report can be read; AWS names no limit.
  private static let secondsMax: Int64 = 7 * 86_400
  /// The services whose actions are told of one by one: those that can be called here.
  private static let trackedServices = ["iam", "sts"]
  // AWS: iam:PassRole is not tracked (access_policies_access-advisor.md).
  private static let untrackedActions = ["iam:PassRole"]

  /// - Parameters:
  ///   - policies: what could allow the services.
  ///   - entities: whose calls count.
  init(
    _ policies: [Policy], entities: [String], granularity: AccessGranularity, _ grant: Grant
  ) {
    let granted = GrantedActions(policies)
    let services = granted.services
    let names = Set(services.map(\.prefix))
    let lastUsed = grant.call.environment.lastUsed
    owner = Self.owner(grant.caller)
    self.granularity = granularity
    created = grant.now
    self.services = services.map(\.prefix)
    self.entities = entities
    uses = Dictionary(
      entities.map { id in (id, lastUsed.uses(of: id, now: grant.now).filter { names.contains($0.value.service) }) },
      uniquingKeysWith: { first, _ in first })
    var tracked: [String: [String]] = [:]
    for service in services where granularity == .action && Self.trackedServices.contains(service.prefix) {
      tracked[service.prefix] = granted.actions(of: service).filter {
        !Self.untrackedActions.contains($0.description)
      }.map(\.name)
    }
    trackedActions = tracked
  }

  // AWS: the same user, or the same session of a role; access_policies_access-advisor.md, "Report owner".
  private static func owner(_ caller: Caller) -> String {
    switch caller.principal {
    case .root: "root"
    case .user(let id): "user/\(id)"
    case .role, .federated: "session/\(caller.accessKeyID ?? "")"
    case .vouched: "nobody"
    }
  }

  private static func jobs(of account: Account, _ grant: Grant) -> ShortLivedValues<AccessJob> {
    ShortLivedValues("access-job", of: account.id, grant)
  }

  /// Keeps the report and answers its id.
  func keep(in account: Account, _ grant: Grant) async throws(Failure) -> String {
    let id = grant.entropy.requestID()
    try await Self.jobs(of: account, grant)
      .put(self, under: id, expires: grant.now.adding(seconds: Self.secondsMax))
    return id
  }

  /// The report with the id, if it is the caller's.
  static func find(_ id: JobID, in account: Account, _ grant: Grant) async throws(Failure) -> AccessJob {
    guard let job = try await jobs(of: account, grant).value(id.text), job.owner == owner(grant.caller) else {
      throw .noSuchJob(id)
    }
    return job
  }

  // MARK: What it tells

  /// The last use of a service by each who used it, the latest first.
  func uses(of service: String) -> [(entity: String, mark: LastUsed.Mark)] {
    latest { _, mark in mark.service == service }
  }

  /// The same of one action.
  func uses(of action: String, in service: String) -> [(entity: String, mark: LastUsed.Mark)] {
    latest { name, _ in name == "\(service):\(action)" }
  }

  private func latest(
    _ isMeant: (String, LastUsed.Mark) -> Bool
  ) -> [(entity: String, mark: LastUsed.Mark)] {
    entities.compactMap { id in
      let marks = uses[id]?.filter { isMeant($0.key, $0.value) }.values
      return marks?.max { $0.at < $1.at }.map { (entity: id, mark: $0) }
    }
    .sorted { ($1.mark.at, $0.entity) < ($0.mark.at, $1.entity) }
  }
}

enum AccessGranularity: String, WireEnum {
  case service = "SERVICE_LEVEL"
  case action = "ACTION_LEVEL"
}

/// The id of a report.
struct JobID: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(36...36)
  let text: String
  init(unchecked text: String) { self.text = text }
}

/// The prefix of a service in action names.
struct ServiceNamespace: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(1...64, pattern: #"[\w-]*"#, of: .word(and: "-"))
  let text: String
  init(unchecked text: String) { self.text = text }

  /// The service, if AWS has one of that name.
  func service() throws(Failure) -> ServiceReference.Service {
    guard let service = ServiceReference.service(text) else {
      throw .invalidInput("Invalid service namespace: [\(text)]")
    }
    return service
  }
}

extension Failure {
  static func noSuchJob(_ id: JobID) -> Failure { Failure(.noSuchEntity, "Job \(id) does not exist.") }
  static func noSuchARN(_ text: ARNText) -> Failure { Failure(.noSuchEntity, "ARN \(text) does not exist.") }
}

extension Account {
  /// The user, group or role that a report is about.
  ///
  /// - Parameter refusal: AWS's words for what is neither.
  func holder(_ text: ARNText, orElse refusal: String) throws(Failure) -> AnyPolicyHolder {
    let arn = try ARN(iam: text)
    guard arn.holderKind != nil else { throw .invalidInput(refusal) }
    guard let holder = AnyPolicyHolder(arn, in: self) else { throw .noSuchARN(text) }
    return holder
  }
}

extension ARN {
  /// The ARN of something of IAM's, or AWS's error for what is none.
  init(iam text: ARNText) throws(Failure) {
    let arn = try ARN(parsing: text)
    guard arn.partition == "aws" else { throw Failure(.validationError, "Invalid ARN partition") }
    guard arn.service == "iam" else { throw Failure(.validationError, "Invalid service in ARN") }
    self = arn
  }
}

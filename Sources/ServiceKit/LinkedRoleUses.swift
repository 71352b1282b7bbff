public import AWSCore
public import Directory

/// What still uses a service-linked role: each service is asked about its own before the role is deleted.
public struct LinkedRoleUses: Sendable {
  /// The resources that use a role, as the account stands inside the transaction that would delete it: nothing can
  /// come to use the role in between.
  public typealias Question = @Sendable (RoleRecord, Account) -> [ARN]

  private let questions: [String: Question]

  /// - Parameter services: each brings the questions of its principals.
  public init(of services: [ServiceDescription]) {
    questions = services.reduce(into: [:]) { all, service in all.merge(service.linkedRoleUses) { $1 } }
  }

  /// None where nobody answers for the role's service.
  public func resources(using role: RoleRecord, in account: Account) -> [ARN] {
    guard let service = role.linkedService, let question = questions[service] else { return [] }
    return question(role, account)
  }
}

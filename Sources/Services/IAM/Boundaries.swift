import AWSCore
import AWSWire
import Directory
import ServiceKit

enum Boundaries {
  static let operations: [any Operation.Type] = [
    PutUserPermissionsBoundary.self, PutRolePermissionsBoundary.self, DeleteUserPermissionsBoundary.self,
    DeleteRolePermissionsBoundary.self,
  ]
}

/// A permissions boundary as IAM's answers show it.
struct BoundaryOutput: WireOutput {
  let policy: ARN

  func encode(to writer: inout WireWriter) {
    // AWS: the API model knows `PermissionsBoundaryPolicy` alone, but `Policy` is what is documented and answered.
    writer.put("PermissionsBoundaryType", "Policy")
    writer.put("PermissionsBoundaryArn", policy)
  }
}

extension Transaction {
  /// The boundary that a request names, if it is a managed policy that there is.
  func boundary(_ text: ARNText?) throws(Failure) -> ARN? {
    guard let text else { return nil }
    let arn = try ARN(policy: text)
    guard !arn.isServiceRolePolicy, account.managedPolicy(arn) != nil else {
      throw Failure(.noSuchEntity, "Scope ARN: \(arn) does not exist or is not attachable.")
    }
    return arn
  }
}

// MARK: Put

struct PutBoundaryInput<Name: HolderName>: WireStruct {
  let name: Name
  let boundary: ARNText

  init(from fields: inout Fields) {
    name = fields.required(Name.member)
    boundary = fields.required("PermissionsBoundary")
  }
}

/// What setting a boundary is, for users and roles.
protocol PutBoundaryOperation: WriteOperation where Input == PutBoundaryInput<Name>, Output == EmptyOutput {
  associatedtype Name: HolderName where Name.Holder: BoundaryHolder
}

extension PutBoundaryOperation {
  static var failures: [ErrorCode] {
    [.noSuchEntity, .invalidInput, .policyNotAttachable, .serviceFailure] + Name.Holder.changeFailures
  }

  // AWS: the condition key is the boundary to be, not the one that it takes the place of.
  static func access(_ input: Input, _ view: View) -> Access {
    input.name.access("iam:\(name)", view).bounded(by: view.policyARN(input.boundary))
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    var holder = try input.name.modifiable(in: tx)
    guard try !ARN(policy: input.boundary).isServiceRolePolicy else {
      throw Failure(.policyNotAttachable, "Cannot use a Service Role Policy as a permissions boundary.")
    }
    holder.permissionsBoundary = try tx.boundary(input.boundary)
    try holder.put(into: &tx)
    return EmptyOutput()
  }
}

struct PutUserPermissionsBoundary: PutBoundaryOperation { typealias Name = NewUserName }
struct PutRolePermissionsBoundary: PutBoundaryOperation { typealias Name = RoleName }

// MARK: Delete

struct DeleteBoundaryInput<Name: HolderName>: WireStruct {
  let name: Name
  init(from fields: inout Fields) { name = fields.required(Name.member) }
}

/// What removing a boundary is, for users and roles; where there is none, it changes nothing.
protocol DeleteBoundaryOperation: WriteOperation where Input == DeleteBoundaryInput<Name>, Output == EmptyOutput {
  associatedtype Name: HolderName where Name.Holder: BoundaryHolder
}

extension DeleteBoundaryOperation {
  static var failures: [ErrorCode] { [.noSuchEntity, .serviceFailure] + Name.Holder.changeFailures }

  static func access(_ input: Input, _ view: View) -> Access { input.name.accessToChange("iam:\(name)", view) }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    var holder = try input.name.modifiable(in: tx)
    guard holder.permissionsBoundary != nil else { return EmptyOutput() }
    holder.permissionsBoundary = nil
    try holder.put(into: &tx)
    return EmptyOutput()
  }
}

struct DeleteUserPermissionsBoundary: DeleteBoundaryOperation { typealias Name = NewUserName }
struct DeleteRolePermissionsBoundary: DeleteBoundaryOperation { typealias Name = RoleName }

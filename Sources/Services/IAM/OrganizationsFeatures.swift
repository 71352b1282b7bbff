import AWSCore
import AWSWire
import Directory
import ServiceKit

enum OrganizationsFeatures {
  static let operations: [any Operation.Type] = [
    EnableOrganizationsRootCredentialsManagement.self, DisableOrganizationsRootCredentialsManagement.self,
    EnableOrganizationsRootSessions.self, DisableOrganizationsRootSessions.self, ListOrganizationsFeatures.self,
  ]
}

extension ErrorCode {
  // AWS: these go by the name of their shape, which the API model gives no shorter one.
  fileprivate static let serviceAccessNotEnabled = ErrorCode("ServiceAccessNotEnabledException", status: 400)
  fileprivate static let notAdministrator = ErrorCode(
    "AccountNotManagementOrDelegatedAdministratorException", status: 400)
  fileprivate static let organizationNotFound = ErrorCode("OrganizationNotFoundException", status: 400)
  fileprivate static let notAllFeatures = ErrorCode("OrganizationNotInAllFeaturesModeException", status: 400)
  fileprivate static let notManagement = ErrorCode("CallerIsNotManagementAccountException", status: 400)
}

/// The organization whose root users the account may manage, with what is turned on.
private struct OrganizationRecord {
  let id: String
  var features: [String]

  /// Every account here stands for itself.
  init(managedBy account: Account) throws(Failure) {
    throw Failure(.organizationNotFound, "No organization is associated with your account.")
  }
}

/// What central management of root users an organization has.
struct OrganizationsFeaturesOutput: WireOutput {
  fileprivate let organization: OrganizationRecord

  func encode(to writer: inout WireWriter) {
    writer.put("OrganizationId", organization.id)
    writer.put("EnabledFeatures", organization.features)
  }
}

/// What turning a feature on or off is, whichever it is.
protocol OrganizationsFeatureChange: WriteOperation
where Input == EmptyInput, Output == OrganizationsFeaturesOutput {}

extension OrganizationsFeatureChange {
  static func access(_ input: Input, _ view: View) -> Access { Access("iam:\(name)") }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> Output {
    OrganizationsFeaturesOutput(organization: try OrganizationRecord(managedBy: tx.account))
  }
}

private let readFailures: [ErrorCode] = [
  .serviceAccessNotEnabled, .notAdministrator, .organizationNotFound, .notAllFeatures,
]

struct EnableOrganizationsRootCredentialsManagement: OrganizationsFeatureChange {
  static let failures = readFailures + [.notManagement]
}

struct DisableOrganizationsRootCredentialsManagement: OrganizationsFeatureChange {
  static let failures = readFailures
}

struct EnableOrganizationsRootSessions: OrganizationsFeatureChange {
  static let failures = readFailures + [.notManagement]
}

struct DisableOrganizationsRootSessions: OrganizationsFeatureChange {
  static let failures = readFailures
}

struct ListOrganizationsFeatures: ReadOperation {
  typealias Input = EmptyInput
  static let failures = readFailures
  static func access(_ input: Input, _ view: View) -> Access { Access("iam:ListOrganizationsFeatures") }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> OrganizationsFeaturesOutput {
    OrganizationsFeaturesOutput(organization: try OrganizationRecord(managedBy: view.account))
  }
}

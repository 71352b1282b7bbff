import AWSCore
import AWSWire
import Directory
import PolicyEngine

/// A blueprint of roles that AWS maintains: what a role made from it is called, trusts and may do.
///
/// Source: IAM User Guide, id_roles_create_role-template.
struct RoleTemplate {
  /// A value that the template takes.
  struct Parameter {
    let name: String
    let description: String
    /// Nil where a value must be given.
    let defaultValue: String?
  }

  /// With the major version: `arn:aws:iam::aws:role-template/SERVICE/NAME:1`.
  let arn: ARN
  let name: String
  let versionID: String
  let description: String
  let majorVersion: Int
  let minorVersion: Int
  /// The service that maintains it.
  let service: String
  let roleName: String
  let rolePath: Path
  let trustPolicy: String
  let managedPolicies: [ARN]
  let parameters: [Parameter]
  let maxSessionDuration: Int

  var source: RoleTemplateSource { RoleTemplateSource(arn: arn, minorVersion: minorVersion) }

  /// Those whose content AWS documents, by ARN.
  static let catalog: [ARN: RoleTemplate] = Dictionary(
    uniqueKeysWithValues: [powerUser].compactMap { $0 }.map { ($0.arn, $0) })

  private static let powerUser: RoleTemplate? = {
    guard let arn = ARN("arn:aws:iam::aws:role-template/iam.amazonaws.com/PowerUserRoleTemplate:1"),
      let policy = ARN("arn:aws:iam::aws:policy/PowerUserAccess")
    else { return nil }
    return RoleTemplate(
      arn: arn, name: "PowerUserRoleTemplate", versionID: "PowerUserRoleTemplate1v0",
      description: "A role for one service that may do everything but manage users, groups and the account.",
      majorVersion: 1, minorVersion: 0, service: "iam.amazonaws.com", roleName: "@{RoleName}", rolePath: .root,
      trustPolicy: #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","#
        + #""Principal":{"Service":"@{AWSServiceName}"},"Action":"sts:AssumeRole"}]}"#,
      managedPolicies: [policy],
      parameters: [
        Parameter(
          name: "AWSServiceName", description: "The principal of the service that is to assume the role.",
          defaultValue: nil),
        Parameter(name: "RoleName", description: "The name of the role.", defaultValue: "PowerUserRole"),
      ],
      maxSessionDuration: RoleRecord.maxSessionDurationDefault)
  }()

  /// The values of the parameters, defaults among them.
  ///
  /// - Throws: `InvalidInput` for one that is missing or unknown, and for several where one is wanted.
  func values(_ given: [String: [String]]) throws(Failure) -> [String: [String]] {
    if let unknown = Set(given.keys).subtracting(parameters.map(\.name)).min() {
      throw .invalidInput("The role template has no parameter \(unknown).")
    }
    var values: [String: [String]] = [:]
    for parameter in parameters {
      guard let value = given[parameter.name] ?? parameter.defaultValue.map({ [$0] }) else {
        throw .invalidInput("The parameter \(parameter.name) of the role template has no value.")
      }
      guard value.count == 1 else {
        throw .invalidInput("The parameter \(parameter.name) of the role template takes one value.")
      }
      values[parameter.name] = value
    }
    return values
  }

  func roleName(_ values: [String: [String]]) throws(Failure) -> RoleName {
    guard let name = TemplateText(roleName).filled(with: values), let checked = RoleName(checking: name) else {
      throw .invalidInput("The values of the role template make no valid role name.")
    }
    return checked
  }
}

/// A role template as answers show it.
struct RoleTemplateOutput: WireOutput {
  let template: RoleTemplate

  func encode(to writer: inout WireWriter) {
    writer.put("TemplateArn", template.arn)
    writer.put("TemplateName", template.name)
    writer.put("TemplateVersionId", template.versionID)
    writer.put("Description", template.description)
    writer.put("MajorVersion", template.majorVersion)
    writer.put("DefaultMinorVersion", template.minorVersion)
    writer.put("ManagedByType", "Service")
    writer.put("ManagedByValue", template.service)
    writer.put("Enabled", true)
    writer.put("MinorVersion", template.minorVersion)
    writer.put("RoleNamePattern", template.roleName)
    writer.put("RolePathPattern", template.rolePath)
    writer.put("AssumeRolePolicyDocumentTemplate", template.trustPolicy.urlEncoded)
    writer.put("InlinePolicyTemplates", [String]())
    writer.put("ManagedPolicyArns", template.managedPolicies)
    writer.put("ParametersDefinition", template.parameters.map(ParameterOutput.init))
    writer.put("MaxSessionDuration", template.maxSessionDuration)
    writer.put("VersionEnabled", true)
  }

  private struct ParameterOutput: WireOutput {
    let parameter: RoleTemplate.Parameter

    func encode(to writer: inout WireWriter) {
      writer.put("Name", parameter.name)
      writer.put("Type", "String")
      writer.put("Description", parameter.description)
      writer.put("IsRequired", parameter.defaultValue == nil)
      writer.put("DefaultValue", parameter.defaultValue)
    }
  }
}

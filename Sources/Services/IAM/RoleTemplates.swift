import AWSCore
import AWSWire
import Directory
import ServiceKit

enum RoleTemplates {
  static let operations: [any Operation.Type] = [GetRoleTemplateVersion.self, AcquireRole.self]

  /// The template that a request names, in its one minor version.
  static func template(_ text: ARNText, minorVersion: Int?) throws(Failure) -> RoleTemplate {
    let arn = try ARN(parsing: text)
    guard let template = RoleTemplate.catalog[arn], minorVersion == nil || minorVersion == template.minorVersion else {
      throw Failure(.noSuchEntity, "The role template \(arn) cannot be found.")
    }
    return template
  }
}

extension View {
  fileprivate func access(toTemplate text: ARNText) -> Access {
    Access("iam:GetRoleTemplateVersion", on: ARN(text.text) ?? .iam(account.id, "role-template/*"))
  }
}

struct GetRoleTemplateVersion: ReadOperation {
  struct Input: WireStruct {
    let template: ARNText
    let minorVersion: Int?

    init(from fields: inout Fields) {
      template = fields.required("TemplateArn")
      minorVersion = fields.optional("MinorVersion")
    }
  }

  static let failures: [ErrorCode] = [.noSuchEntity, .invalidInput, .serviceFailure]
  static func access(_ input: Input, _ view: View) -> Access { view.access(toTemplate: input.template) }

  struct Output: WireOutput {
    let template: RoleTemplate
    func encode(to writer: inout WireWriter) {
      writer.put("RoleTemplateVersion", RoleTemplateOutput(template: template))
    }
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    Output(template: try RoleTemplates.template(input.template, minorVersion: input.minorVersion))
  }
}

/// The values for one parameter of a role template.
struct ReplacementValueEntry: WireStruct {
  let values: [String]
  init(from fields: inout Fields) { values = fields.requiredList("Values", min: 1, max: 20) }
}

// AWS: no action goes by this name: permission is needed for each of the things that it does
// (id_roles_create_role-manager_enable-use.html).
struct AcquireRole: WriteOperation {
  struct Input: WireStruct {
    let template: ARNText
    let minorVersion: Int?
    let replacements: [(key: String, value: ReplacementValueEntry)]

    init(from fields: inout Fields) {
      template = fields.required("TemplateArn")
      minorVersion = fields.optional("TemplateMinorVersion")
      replacements = fields.map("ReplacementValues", max: 30) ?? []
    }

    /// What is to be made of it.
    func plan() throws(Failure) -> (template: RoleTemplate, name: RoleName, trust: PolicyText) {
      let template = try RoleTemplates.template(self.template, minorVersion: minorVersion)
      var given: [String: [String]] = [:]
      for (name, entry) in replacements { given[name] = entry.values }
      let values = try template.values(given)
      guard let trust = TemplateText(template.trustPolicy).filledJSON(with: values) else {
        throw .invalidInput("The values of the role template make no valid trust policy.")
      }
      return (template, try template.roleName(values), PolicyText(unchecked: trust))
    }
  }

  static let failures: [ErrorCode] = [
    .limitExceeded, .invalidInput, .entityAlreadyExists, .roleModified, .nameConflict, .malformedPolicyDocument,
    .concurrentModification, .serviceFailure, .noSuchEntity, .roleTemplateDisabled,
  ]

  static func access(_ input: Input, _ view: View) -> Access {
    let template = view.access(toTemplate: input.template)
    let plan: (template: RoleTemplate, name: RoleName, trust: PolicyText)
    do throws(Failure) {
      plan = try input.plan()
    } catch {
      // What is wrong with the input is told to whoever may see the template.
      return template
    }
    let key = Access.Key.one("iam:RoleTemplateARN", plan.template.arn.text)
    if view.account.roles[name: plan.name.text] != nil {
      var access = view.access("iam:GetRole", toRole: plan.name)
      access.keys.append(key)
      return template.also(access)
    }
    let arn = ARN.iam(view.account.id, "role", path: plan.template.rolePath.text, name: plan.name.text)
    var access = template.also(Access("iam:CreateRole", on: arn, keys: [key]))
    for policy in plan.template.managedPolicies {
      access = access.also(
        Access("iam:AttachRolePolicy", on: arn, keys: [key, .one("iam:PolicyARN", policy.text)]))
    }
    return access
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> OneRoleOutput {
    let plan = try input.plan()
    let trust = try tx.trust(plan.trust)
    if let role = tx.account.roles[name: plan.name.text] {
      guard role.template == plan.template.source else {
        throw Failure(.nameConflict, "The role name \(plan.name) is that of a role that the template did not make.")
      }
      guard role.trustPolicy.text == trust.policy.text, role.permissionsBoundary == nil,
        Set(role.attachedPolicies).isSuperset(of: plan.template.managedPolicies)
      else {
        throw Failure(.roleModified, "The role \(plan.name) was changed since the template made it.")
      }
      return OneRoleOutput(role: RoleOutput(role, in: tx.account))
    }
    try tx.requireRoomForRole()
    var role = RoleRecord(
      id: grant.entropy.uniqueID(.role), account: tx.account.id, roleName: plan.name, path: plan.template.rolePath,
      createDate: grant.now, trustPolicy: trust.policy, description: nil,
      maxSessionDuration: plan.template.maxSessionDuration)
    role.trust(trust.policy, ids: trust.ids, at: grant.now)
    role.attachedPolicies = plan.template.managedPolicies
    role.template = plan.template.source
    try tx.put(role)
    return OneRoleOutput(role: RoleOutput(role, in: tx.account))
  }
}

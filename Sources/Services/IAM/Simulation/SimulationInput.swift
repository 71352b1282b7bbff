import AWSCore
import AWSWire
import Directory
import ServiceKit

/// What both kinds of simulation are asked, whosever policies they are about.
struct SimulationQuestion: Sendable {
  let policies: [PolicyText]
  let boundaries: [PolicyText]
  let actions: [ActionName]
  let resources: [ResourceName]
  let resourcePolicy: PolicyText?
  let resourceOwner: ResourceName?
  let caller: ResourceName?
  let context: [ContextEntry]
  let handling: ResourceHandling?
  let page: PageRequest

  init(from fields: inout Fields, needsPolicies: Bool) {
    policies = fields.list("PolicyInputList", isRequired: needsPolicies) ?? []
    boundaries = fields.list("PermissionsBoundaryPolicyInputList") ?? []
    actions = fields.requiredList("ActionNames")
    resources = fields.list("ResourceArns") ?? []
    resourcePolicy = fields.optional("ResourcePolicy")
    resourceOwner = fields.optional("ResourceOwner")
    caller = fields.optional("CallerArn")
    context = fields.list("ContextEntries") ?? []
    handling = fields.optional("ResourceHandlingOption")
    page = PageRequest(from: &fields)
  }
}

/// The name of an action to simulate: `service:Action`.
struct ActionName: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(3...128)
  let text: String
  init(unchecked text: String) { self.text = text }
}

/// A resource, or whoever owns one or asks for one, by its ARN.
struct ResourceName: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(1...2048)
  let text: String
  init(unchecked text: String) { self.text = text }
}

/// Which resources a simulation is to name.
struct ResourceHandling: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(1...64)
  let text: String
  init(unchecked text: String) { self.text = text }
}

// MARK: Context

struct ContextKeyName: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(5...256)
  let text: String
  init(unchecked text: String) { self.text = text }
}

enum ContextKeyType: String, WireEnum {
  case string, stringList, numeric, numericList, boolean, booleanList, ip, ipList, binary, binaryList, date, dateList
}

/// A condition key with its values, as a simulation is to take it.
struct ContextEntry: WireStruct {
  let name: ContextKeyName?
  let values: [String]
  let type: ContextKeyType?

  init(from fields: inout Fields) {
    name = fields.optional("ContextKeyName")
    values = fields.list("ContextKeyValues") ?? []
    type = fields.optional("ContextKeyType")
  }
}

// MARK: Organizations

/// The service control policies of one level, of which the organization's root is the first.
struct OrganizationPolicyLevel: WireStruct {
  static let countMax = 7
  let policies: [PolicyText]
  init(from fields: inout Fields) { policies = fields.list("ServiceControlPolicyInputList") ?? [] }
}

// MARK: Exclusions

enum ExcludedPolicyType: String, WireEnum {
  case inline
  case awsManaged = "aws-managed"
  case userManaged = "user-managed"
  case boundary = "permission-boundary"
  case serviceControl = "scp"
  case resourceControl = "rcp"
}

enum AttachmentType: String, WireEnum {
  case user, group, role
}

/// The name of a user, group or role whose inline policy is meant.
struct AttachmentName: ConstrainedString, WireDecodable {
  static let constraint = PolicyName.constraint
  let text: String
  init(unchecked text: String) { self.text = text }
}

/// An inline policy by its name and whose it is.
struct InlinePolicyIdentifier: WireStruct {
  let policyName: PolicyName
  let attachmentType: AttachmentType
  let attachmentName: AttachmentName

  init(from fields: inout Fields) {
    policyName = fields.required("PolicyName")
    attachmentType = fields.required("AttachmentType")
    attachmentName = fields.required("AttachmentName")
  }
}

/// Policies that a simulation is to leave out: one of the three.
struct PolicyIdentifier: WireStruct {
  static let countMax = 256
  let type: ExcludedPolicyType?
  let arn: ARNText?
  let inline: InlinePolicyIdentifier?

  init(from fields: inout Fields) {
    type = fields.optional("PolicyType")
    arn = fields.optional("PolicyArn")
    inline = fields.optional("InlinePolicyIdentifier")
  }
}

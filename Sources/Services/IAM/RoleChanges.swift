import AWSCore
import AWSWire
import Directory
import PolicyEngine
import ServiceKit

// What can be changed of a role that there is: its description, its session duration, its trust policy.

/// What a role is for, in words.
struct RoleDescription: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(0...1000, pattern: Alphabet.prose + "*", matches: Alphabet.isProse)
  let text: String
  init(unchecked text: String) { self.text = text }
}

struct UpdateRole: WriteOperation {
  struct Input: WireStruct {
    let roleName: RoleName
    let description: RoleDescription?
    let maxSessionDuration: Int?

    init(from fields: inout Fields) {
      roleName = fields.required("RoleName")
      description = fields.optional("Description")
      maxSessionDuration = fields.optional("MaxSessionDuration", in: RoleRecord.sessionDurations)
    }
  }

  static let failures: [ErrorCode] = [.unmodifiableEntity, .noSuchEntity, .serviceFailure]
  static func access(_ input: Input, _ view: View) -> Access { input.roleName.accessToChange("iam:UpdateRole", view) }

  struct Output: WireOutput {
    func encode(to writer: inout WireWriter) {}
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> Output {
    // AWS: of a service-linked role the account may change the description, nothing else.
    var role =
      input.maxSessionDuration == nil ? try tx.account.role(input.roleName) : try tx.modifiableRole(input.roleName)
    if let description = input.description { role.description = description.text }
    if let seconds = input.maxSessionDuration { role.maxSessionDuration = seconds }
    try tx.put(role)
    return Output()
  }
}

struct UpdateRoleDescription: WriteOperation {
  struct Input: WireStruct {
    let roleName: RoleName
    let description: RoleDescription

    init(from fields: inout Fields) {
      roleName = fields.required("RoleName")
      description = fields.required("Description")
    }
  }

  static let failures: [ErrorCode] = [.noSuchEntity, .unmodifiableEntity, .serviceFailure]

  static func access(_ input: Input, _ view: View) -> Access {
    input.roleName.accessToChange("iam:UpdateRoleDescription", view)
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> OneRoleOutput {
    var role = try tx.account.role(input.roleName)
    role.description = input.description.text
    try tx.put(role)
    return OneRoleOutput(role: RoleOutput(role, in: tx.account))
  }
}

struct UpdateAssumeRolePolicy: WriteOperation {
  struct Input: WireStruct {
    let roleName: RoleName
    let trustPolicy: PolicyText

    init(from fields: inout Fields) {
      roleName = fields.required("RoleName")
      trustPolicy = fields.required("PolicyDocument")
    }
  }

  static let failures: [ErrorCode] = [
    .noSuchEntity, .malformedPolicyDocument, .limitExceeded, .unmodifiableEntity, .serviceFailure,
  ]

  static func access(_ input: Input, _ view: View) -> Access {
    input.roleName.accessToChange("iam:UpdateAssumeRolePolicy", view)
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    var role = try tx.modifiableRole(input.roleName)
    let trust = try tx.trust(input.trustPolicy)
    role.trust(trust.policy, ids: trust.ids, at: grant.now)
    try tx.put(role)
    return EmptyOutput()
  }
}

// MARK: The trust policy

extension Transaction {
  /// A trust policy as a request has it, with the unique ids of the account's users and roles that it names.
  ///
  /// - Throws: `MalformedPolicyDocument` for a document that is none, and for one that names a user or role of the
  ///   account that does not exist.
  func trust(_ text: PolicyText) throws(Failure) -> (policy: StoredPolicy, ids: [String: String]) {
    let document = try text.document(as: .trust, sizeMax: quotas.trustPolicySize, quota: "ACLSizePerRole")
    var ids: [String: String] = [:]
    for principal in document.statements.flatMap(\.principals) {
      guard case .aws(let name) = principal, let arn = ARN(name), arn.accountID == account.id, arn.service == "iam",
        arn.resource.hasPrefix("user/") || arn.resource.hasPrefix("role/")
      else { continue }
      guard let id = account.principalID(name) else {
        throw Failure(.malformedPolicyDocument, "Invalid principal in policy: \"AWS\":\"\(name)\"")
      }
      ids[name] = id
    }
    return (StoredPolicy(name: "trust policy", document: document, kind: .trust), ids)
  }
}

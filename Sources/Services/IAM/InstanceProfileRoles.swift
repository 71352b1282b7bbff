import AWSCore
import AWSWire
import Directory
import ServiceKit

// Putting a role into an instance profile and taking it out again.

struct InstanceProfileRoleInput: WireStruct {
  let profileName: InstanceProfileName
  let roleName: RoleName

  init(from fields: inout Fields) {
    profileName = fields.required("InstanceProfileName")
    roleName = fields.required("RoleName")
  }
}

struct AddRoleToInstanceProfile: WriteOperation {
  typealias Input = InstanceProfileRoleInput
  static let failures: [ErrorCode] = [
    .noSuchEntity, .entityAlreadyExists, .limitExceeded, .unmodifiableEntity, .serviceFailure,
  ]

  // AWS: whoever puts a role into a profile passes it to EC2, to whichever instance gets the profile
  // (API_AddRoleToInstanceProfile.html).
  static func access(_ input: Input, _ view: View) -> Access {
    var passing = view.access("iam:PassRole", toRole: input.roleName)
    passing.keys.append(.one("iam:PassedToService", "ec2.amazonaws.com"))
    passing.keys.append(.one("iam:AssociatedResourceArn", "arn:aws:ec2:*:\(view.account.id):instance/*"))
    return view.access("iam:AddRoleToInstanceProfile", toProfile: input.profileName).also(passing)
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    var profile = try tx.account.instanceProfile(input.profileName)
    let role = try tx.modifiableRole(input.roleName)
    guard profile.role == nil else {
      throw .limitExceeded("InstanceSessionsPerInstanceProfile", tx.quotas.rolesPerInstanceProfile)
    }
    profile.role = role.id
    try tx.put(profile)
    return EmptyOutput()
  }
}

struct RemoveRoleFromInstanceProfile: WriteOperation {
  typealias Input = InstanceProfileRoleInput
  static let failures: [ErrorCode] = [.noSuchEntity, .limitExceeded, .unmodifiableEntity, .serviceFailure]

  static func access(_ input: Input, _ view: View) -> Access {
    view.access("iam:RemoveRoleFromInstanceProfile", toProfile: input.profileName)
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    var profile = try tx.account.instanceProfile(input.profileName)
    let role = try tx.modifiableRole(input.roleName)
    guard profile.role == role.id else { throw .noSuchRole(input.roleName.text) }
    profile.role = nil
    try tx.put(profile)
    return EmptyOutput()
  }
}

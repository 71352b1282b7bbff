import AWSCore
import AWSWire
import Directory
import ServiceKit

// The look-ups that every resource's operations share: by name, with AWS's error; and the ARN that access is about.

extension Account {
  func user(_ name: UserName) throws(Failure) -> UserRecord {
    guard let user = users[name: name.text] else { throw .noSuchUser(name.text) }
    return user
  }

  func group(_ name: GroupName) throws(Failure) -> GroupRecord {
    guard let group = groups[name: name.text] else { throw .noSuchGroup(name.text) }
    return group
  }

  func role(_ name: RoleName) throws(Failure) -> RoleRecord {
    guard let role = roles[name: name.text] else { throw .noSuchRole(name.text) }
    return role
  }

  func instanceProfile(_ name: InstanceProfileName) throws(Failure) -> InstanceProfileRecord {
    guard let profile = instanceProfiles[name: name.text] else {
      throw Failure(.noSuchEntity, "Instance Profile \(name) cannot be found.")
    }
    return profile
  }
}

extension View {
  // AWS: access is about the resource's real ARN, path included; a name that nothing has counts as one without a path.
  func userARN(_ name: UserName) -> ARN { account.users[name: name.text]?.arn ?? .iam(account.id, "user/\(name)") }
  func groupARN(_ name: GroupName) -> ARN { account.groups[name: name.text]?.arn ?? .iam(account.id, "group/\(name)") }
  func roleARN(_ name: RoleName) -> ARN { account.roles[name: name.text]?.arn ?? .iam(account.id, "role/\(name)") }

  func profileARN(_ name: InstanceProfileName) -> ARN {
    account.instanceProfiles[name: name.text]?.arn ?? .iam(account.id, "instance-profile/\(name)")
  }

  /// The ARN of a policy as the request wrote it; what is no ARN is looked up by nobody.
  func policyARN(_ text: ARNText) -> ARN { ARN(text.text) ?? .iam(account.id, "policy/\(text)") }

  /// The access to a user that exists or not, with its tags as condition keys.
  func access(_ action: String, toUser name: UserName) -> Access {
    guard let user = account.users[name: name.text] else { return Access(action, on: userARN(name)) }
    return Access(action, on: user.arn).on(tagged: user)
  }

  func access(_ action: String, toRole name: RoleName) -> Access {
    guard let role = account.roles[name: name.text] else { return Access(action, on: roleARN(name)) }
    return Access(action, on: role.arn).on(tagged: role)
  }

  func access(_ action: String, toProfile name: InstanceProfileName) -> Access {
    guard let profile = account.instanceProfiles[name: name.text] else { return Access(action, on: profileARN(name)) }
    return Access(action, on: profile.arn).on(tagged: profile)
  }
}

extension ARN {
  /// The ARN of a request's text, or AWS's error for what is none.
  init(parsing text: ARNText) throws(Failure) {
    guard let arn = ARN(text.text) else { throw .invalidInput("ARN \(text) is not valid.") }
    self = arn
  }
}

/// The input of the lists that are filtered by the beginning of a path.
struct ListByPathInput: WireStruct {
  let pathPrefix: PathPrefix?
  let page: PageRequest

  init(from fields: inout Fields) {
    pathPrefix = fields.optional("PathPrefix")
    page = PageRequest(from: &fields)
  }

  /// The beginning that is asked for; every path has the slash.
  var prefix: String { pathPrefix?.text ?? "/" }
}

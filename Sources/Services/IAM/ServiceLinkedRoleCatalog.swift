// The services that have a service-linked role here: those that AWS documents one for.

extension ServiceLinkedRole {
  /// By service principal.
  static let catalog: [String: ServiceLinkedRole] = {
    var catalog: [String: ServiceLinkedRole] = [:]
    for line in table.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      precondition(words.count >= 3, "a line of the table has a service, a role and a policy")
      let service = words[0] + ".amazonaws.com"
      catalog[service] = ServiceLinkedRole(
        service: service, roleName: "AWSServiceRoleFor" + words[1], policyName: words[2],
        takesSuffix: words.count == 4)
    }
    return catalog
  }()
}

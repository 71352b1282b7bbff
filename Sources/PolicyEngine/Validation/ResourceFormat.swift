/// How AWS wants a resource to be written.
enum ResourceFormat {
  private static let partitions = [
    "aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc", "*",
  ]

  /// What an IAM resource's path may begin with, in the order of AWS's message.
  private static let iamPaths = [
    "user/", "federated-user/", "role/", "group/", "instance-profile/", "mfa/", "server-certificate/", "policy/",
    "sms-mfa/", "saml-provider/", "oidc-provider/", "report/", "access-report/",
  ]

  /// Kinds of S3 resources that do have a region.
  private static let regionalS3Resources = [
    "accesspoint/", "job/", "storage-lens/", "storage-lens-group/", "async-request/", "access-grants/",
  ]

  /// AWS's message for a resource that is not written as it should be, if it is not.
  static func fault(of resource: String) -> String? {
    if resource == "*" || isPlain(resource) { return nil }
    let parts = resource.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 5, omittingEmptySubsequences: false)
      .map { String(Substring($0)) }
    guard parts.count >= 2 else { return notARN(resource) }
    guard partitions.contains(parts[1]) else { return wrongPartition(resource, parts) }
    guard parts[0] == "arn" else { return notARN(resource) }
    guard parts.count > 2 else { return "Resource vendor must be fully qualified and cannot contain regexes." }
    guard parts.count == 6 else { return nil }
    switch parts[2] {
    case "iam":
      if !parts[3].isEmpty { return "IAM resource \(resource) cannot contain region information." }
      // AWS: managed policies of its own name the root user and AWS's role templates, which the message leaves out.
      let isOwn = parts[5] == "root" || (parts[4] == "aws" && parts[5].hasPrefix("role-template/"))
      if !isOwn, !mayBegin(parts[5], with: iamPaths) {
        let paths = iamPaths.joined(separator: ", ")
        return "IAM resource path must either be \"*\" or start with \(paths)."
      }
    case "s3" where !parts[3].isEmpty && parts[3] != "*":
      if !mayBegin(parts[5], with: regionalS3Resources) {
        return "Resource \(resource) can not contain region information."
      }
    default: break
    }
    return nil
  }

  /// Whether AWS's older parser also understands a resource that `fault(of:)` lets pass.
  static func passesLegacyParsing(_ resource: String) -> Bool {
    if resource == "*" || isPlain(resource) { return true }
    let parts = resource.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    let hasEmptyPart = parts.dropFirst().dropLast().contains(where: \.isEmpty)
    return (parts.count >= 6 || !hasEmptyPart) && parts.count > 2 && !parts[2].isEmpty
  }

  /// Whether a resource has six parts, a service and nothing that has rules of its own: most need not be taken apart.
  private static func isPlain(_ resource: String) -> Bool {
    let text = resource.utf8.span
    guard PolicyEngine.hasPrefix(text, "arn:aws:".utf8.span) else { return false }
    for prefix in ["arn:aws::", "arn:aws:iam:"] where PolicyEngine.hasPrefix(text, prefix.utf8.span) { return false }
    if PolicyEngine.hasPrefix(text, "arn:aws:s3:".utf8.span), !PolicyEngine.hasPrefix(text, "arn:aws:s3:::".utf8.span) {
      return false
    }
    var colons = 0
    for index in text.indices where text[index] == UInt8(ascii: ":") { colons += 1 }
    return colons >= 5
  }

  private static func notARN(_ resource: String) -> String {
    "Resource \(resource) must be in ARN format or \"*\"."
  }

  // AWS: the message shows the resource as it was understood, with `*` for what was not there.
  private static func wrongPartition(_ resource: String, _ parts: [String]) -> String {
    let shown = (2..<6).map { index in
      index < parts.count && (index != 2 || !parts[2].isEmpty || parts.count > 3) ? parts[index] : "*"
    }
    return "Partition \"\(parts[1])\" is not valid for resource \"arn:\(parts[1]):\(shown.joined(separator: ":"))\"."
  }

  /// Whether a resource pattern can stand for a text with one of these beginnings.
  private static func mayBegin(_ pattern: String, with beginnings: [String]) -> Bool {
    let head = pattern.utf8.prefix { $0 != UInt8(ascii: "*") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "$") }
    let isOpen = head.count < pattern.utf8.count
    return beginnings.contains { head.starts(with: $0.utf8) || (isOpen && $0.utf8.starts(with: head)) }
  }
}

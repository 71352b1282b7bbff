import AWSCore
public import AWSWire
public import Directory

// The names of IAM's resources on the wire; every service that takes them reads them alike.

extension UserName: WireDecodable {}
extension NewUserName: WireDecodable {}
extension GroupName: WireDecodable {}
extension RoleName: WireDecodable {}
extension PolicyName: WireDecodable {}
extension SAMLProviderName: WireDecodable {}
extension InstanceProfileName: WireDecodable {}
extension ServerCertificateName: WireDecodable {}
extension Path: WireDecodable {}
extension PolicyPath: WireDecodable {}
extension PathPrefix: WireDecodable {}
extension ARNText: WireDecodable {}
extension TagKey: WireDecodable {}
extension TagValue: WireDecodable {}

extension Tag: WireStruct, WireOutput {
  public init(from fields: inout Fields) {
    self.init(key: fields.required("Key"), value: fields.required("Value"))
  }

  public func encode(to writer: inout WireWriter) {
    writer.put("Key", key)
    writer.put("Value", value)
  }
}

extension [Tag] {
  /// Why these tags cannot be put on a resource or session together; nil where they can.
  public var fault: String? {
    var seen: Set<String> = []
    for tag in self {
      let folded = tag.key.text.lowercased()
      guard seen.insert(folded).inserted else {
        return "Duplicate tag keys found. Please note that Tag keys are case insensitive."
      }
      guard !folded.hasPrefix("aws:") else { return "Tag keys beginning with aws: are reserved for system use." }
    }
    return nil
  }
}

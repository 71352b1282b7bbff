/// How the ARNs of AWS's resources look, by the service that they name.
enum ARNCatalog {
  /// What may stand for the region or the account.
  enum Rule: Equatable {
    case empty
    case required
    /// Also nothing.
    case anything
    case literal(String)

    fileprivate init(_ text: Substring) {
      self =
        if text.isEmpty {
          .empty
        } else if text == "*" {
          .anything
        } else if text.hasPrefix("${") {
          .required
        } else {
          .literal(String(text))
        }
    }

    /// Whether a field of a policy can be so.
    func admits(_ field: ARNFields.Field) -> Bool {
      switch self {
      case .anything: true
      case .empty: field.text.isEmpty || field.isStar || field.hasVariable
      case .required: !field.text.isEmpty
      case .literal(let text): PatternOverlap.exists(field.tokens, Array(text.utf8).map(UInt16.init))
      }
    }
  }

  struct Shape {
    /// Of the service authorization reference.
    let typeService: String
    let typeName: String
    let service: Rule
    let region: Rule
    let account: Rule
    let resource: [UInt16]

    /// Whether a resource of a policy can be one of this type.
    func admits(_ arn: ARNFields) -> Bool {
      region.admits(arn.region) && account.admits(arn.account) && PatternOverlap.exists(arn.resource.tokens, resource)
    }
  }

  /// By the service of the ARN, which for some is not the one of the actions.
  static let shapes: [String: [Shape]] = {
    var shapes: [String: [Shape]] = [:]
    for service in ServiceReference.services {
      for type in service.resourceTypes {
        for pattern in type.arnPatterns { add(pattern, service.prefix, type.name, to: &shapes) }
      }
    }
    for (service, pattern) in additions { add(pattern, service, "", to: &shapes) }
    return shapes
  }()

  // AWS: resources that its guides and its managed policies name though its reference does not.
  private static let additions: [(service: String, pattern: String)] = [
    ("iam", "arn:${Partition}:iam::${Account}:root"),
    ("apigateway", "arn:${Partition}:apigateway:${Region}::/tags"),
    ("apigateway", "arn:${Partition}:apigateway:${Region}::/v2/${Path}"),
    ("cloudformation", "arn:${Partition}:cloudformation:${Region}:${Account}:transform/${TransformName}"),
    ("waf", "arn:${Partition}:waf::${Account}:changetoken/${Token}"),
    ("waf-regional", "arn:${Partition}:waf-regional:${Region}:${Account}:changetoken/${Token}"),
  ]

  private static func add(_ pattern: String, _ service: String, _ type: String, to shapes: inout [String: [Shape]]) {
    guard let shape = shape(of: pattern, service, type) else { return }
    // A backup is a resource of the service whose data it holds, or of AWS Backup itself.
    let name = if case .literal(let name) = shape.service { name } else { service }
    shapes[name, default: []].append(shape)
  }

  /// How the ARNs of a type look that the reference writes so; nil where that is no ARN.
  static func shape(of pattern: String, _ service: String, _ type: String) -> Shape? {
    let fields = split(pattern)
    guard fields.count == ARNFields.count else { return nil }
    return Shape(
      typeService: service, typeName: type, service: Rule(fields[2]), region: Rule(fields[3]),
      account: Rule(fields[4]), resource: tokens(of: fields[5]))
  }

  static func isService(_ name: String) -> Bool {
    shapes[name] != nil || ServiceReference.service(name) != nil || RetiredServices.prefixes.contains(name)
  }

  /// At colons outside of placeholders.
  private static func split(_ pattern: String) -> [Substring] {
    var fields: [Substring] = []
    var start = pattern.startIndex
    var isInPlaceholder = false
    for index in pattern.indices {
      switch pattern[index] {
      case "{": isInPlaceholder = true
      case "}": isInPlaceholder = false
      case ":" where !isInPlaceholder && fields.count < ARNFields.count - 1:
        fields.append(pattern[start..<index])
        start = pattern.index(after: index)
      default: break
      }
    }
    return fields + [pattern[start...]]
  }

  /// With a character or more for each placeholder.
  private static func tokens(of resource: Substring) -> [UInt16] {
    var tokens: [UInt16] = []
    var isInPlaceholder = false
    for byte in resource.utf8 {
      switch byte {
      case UInt8(ascii: "$"):
        isInPlaceholder = true
        tokens.append(Glob.anyOne)
        tokens.append(Glob.anyRun)
      case UInt8(ascii: "}"): isInPlaceholder = false
      default: if !isInPlaceholder { Glob.append(byte, to: &tokens, wildcards: true) }
      }
    }
    return tokens
  }
}

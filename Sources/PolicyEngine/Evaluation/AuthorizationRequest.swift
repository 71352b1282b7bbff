public import AWSCore

/// One question to the policies: may this principal do this action on this resource, in this context?
public struct AuthorizationRequest: Sendable {
  /// Who asks.
  public let principal: RequestPrincipal
  /// `service:Action`, in any letter case.
  public let action: String
  /// An ARN, or `*` for an action that has no resource.
  public let resource: String
  /// The account that owns the resource: as given, else the one that the resource's ARN names, else the principal's.
  public let resourceAccount: AccountID?
  /// What else is known.
  public let context: RequestContext
  /// Whether nothing says who owns the resource.
  let isOwnerAssumed: Bool

  /// The texts that matching reads; the places below are in it.
  let text: [UInt8]
  /// In lower case.
  let actionText: Slice
  let resourceText: Slice
  let principalText: PrincipalText
  /// The action's number in the service reference; nil for one that it does not know.
  let actionID: ActionID?
  /// What the service does with policies that is not the same for all services.
  let traits: ActionTraits
  /// For each length the hash of so many first bytes of the resource.
  let resourceHashes: [UInt32]
  /// How many bytes of the resource name its service: `arn:aws:s3:`; zero where it is no ARN.
  let servicePrefixCount: Int
  /// The same hashes of the resource without its region, from the colon in front of the account on; empty where the
  /// resource does not have exactly six parts.
  let accountHashes: [UInt32]

  /// A question, prepared so that it can be asked of many policies.
  ///
  /// - Parameters:
  ///   - principal: who asks.
  ///   - action: `service:Action`, in any letter case.
  ///   - resource: an ARN, or `*`.
  ///   - resourceAccount: nil where the resource's ARN names the account, or it is the principal's own.
  ///   - context: the values of the condition keys.
  public init(
    principal: RequestPrincipal, action: String, resource: String, resourceAccount: AccountID?, context: RequestContext
  ) {
    self.principal = principal
    self.action = action
    self.resource = resource
    self.context = context
    let owner = resourceAccount ?? ARN(resource)?.accountID
    self.resourceAccount = owner ?? principal.account
    isOwnerAssumed = owner == nil
    var text: [UInt8] = []
    text.reserveCapacity(256)
    for byte in action.utf8 { text.append(byte.asciiLowercased) }
    actionText = Slice(0..<text.count)
    resourceText = text.add(resource)
    principalText = PrincipalText(principal, in: &text)
    self.text = text
    let bytes = text.span
    actionID = ServiceReference.actionID(ofFolded: bytes.extracting(actionText.range))
    traits = ActionTraits(bytes.extracting(actionText.range), actionID)
    let resourceBytes = bytes.extracting(resourceText.range)
    resourceHashes = PrefixHash.all(of: resourceBytes)
    servicePrefixCount = PrefixHash.servicePrefixCount(of: resourceBytes)
    accountHashes = PrefixHash.withoutRegion(resourceBytes, resourceHashes[servicePrefixCount])
  }
}

/// Hashes of a text's beginnings, each made from the one before it.
enum PrefixHash {
  static let start: UInt32 = 0x811C_9DC5

  @inline(__always)
  static func adding(_ byte: UInt8, to hash: UInt32) -> UInt32 { (hash ^ UInt32(byte)) &* 0x0100_0193 }

  /// One for each length from zero to all of it.
  static func all(of text: Span<UInt8>, from start: UInt32 = start) -> [UInt32] {
    [UInt32](unsafeUninitializedCapacity: text.count + 1) { buffer, count in
      var hash = start
      buffer[0] = hash
      for index in text.indices {
        hash = adding(text[index], to: hash)
        buffer[index + 1] = hash
      }
      count = text.count + 1
    }
  }

  static func hash(of text: Span<UInt8>, from start: UInt32 = start) -> UInt32 {
    var hash = start
    for index in text.indices { hash = adding(text[index], to: hash) }
    return hash
  }

  /// Those of an ARN of six parts from its fourth colon on, where `service` is the hash up to its third.
  static func withoutRegion(_ text: Span<UInt8>, _ service: UInt32) -> [UInt32] {
    var colons = 0
    var fourth = 0
    for index in text.indices where text[index] == UInt8(ascii: ":") {
      colons += 1
      if colons == 4 { fourth = index }
    }
    return colons == 5 ? all(of: text.extracting(fourth..<text.count), from: service) : []
  }

  /// Up to and with the third colon; zero where there are not three.
  static func servicePrefixCount(of text: Span<UInt8>) -> Int {
    var colons = 0
    for index in text.indices where text[index] == UInt8(ascii: ":") {
      colons += 1
      if colons == 3 { return index + 1 }
    }
    return 0
  }
}

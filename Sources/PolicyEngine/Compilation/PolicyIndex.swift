/// Which statements of a table may speak of a request: by the beginning of the resource and by the action.
///
/// A statement stands in one list for each pair of a resource's literal beginning (its head) and an action pattern. A
/// request asks for the lists of the few heads that its resource begins with and the few patterns that its action
/// matches, so the cost hardly grows with the number of statements. Each statement found is asked again for what its
/// list does not prove. Denials stand first in a list, so that a request that is allowed already asks for no more.
struct PolicyIndex: ~Copyable, Sendable {
  /// A statement in a list, with what is left to be asked.
  struct Candidate: Sendable, BitwiseCopyable {
    let statement: UInt32
    /// The one resource of the statement to be compared; or `allResources`, or `noResource`.
    let resource: UInt32
    /// The action pattern of its list, which may by chance have been found under another's tag.
    let key: UInt16
    let traits: CandidateTraits
    let level: UInt8

    @inline(__always)
    var levelBit: UInt32 { 1 &<< UInt32(level) }

    /// All of the statement's resources are to be compared.
    static let allResources = UInt32.max
    /// The resource is known to match.
    static let noResource = UInt32.max - 1
  }

  /// The candidates of a head and an action pattern.
  struct List: SlotValue {
    var start: UInt32 = 0
    var denialsEnd: UInt32 = 0
    var end: UInt32 = 0
  }

  /// What is known of a class of actions.
  struct ActionClass: Sendable, BitwiseCopyable {
    /// The patterns that match, without `every`.
    let keys: Slice
    /// The same with `every`.
    let mask: KeyMask
    /// The candidates of the root head; nil where they are to be found by the patterns.
    var root: List?
  }

  /// The action patterns that a head, or any of several, has lists for.
  struct Keys: SlotValue {
    var denials = KeyMask.none
    var all = KeyMask.none

    @inline(__always)
    func mask(denialsOnly: Bool) -> KeyMask { denialsOnly ? denials : all }

    mutating func insert(_ key: Int, isDenial: Bool) {
      all.insert(key)
      if isDenial { denials.insert(key) }
    }
  }

  /// The lengths of heads that begin with one service's part of an ARN.
  struct Lengths: Sendable, BitwiseCopyable {
    let service: UInt32
    let keys: Keys
    let range: Slice
    /// Of heads that leave the region out, counted from the colon in front of the account.
    let withoutRegion: Slice
  }

  /// What a head is compared with.
  enum HeadKind: UInt32 {
    /// The beginning of the resource.
    case prefix = 0
    /// All of it.
    case exact = 0x5BD1_E995
    /// The resource without its region: of a pattern like `arn:aws:ec2:*:111122223333:instance/`.
    case withoutRegion = 0xA3EC_647D
    /// The service alone: such a pattern again, for resources that do not have exactly six parts.
    case service = 0x3C6E_F372
  }

  /// The length of heads.
  struct Length: Sendable, BitwiseCopyable {
    let count: UInt32
    /// What is added to a hash of so many bytes.
    let salt: UInt32
    /// Of the heads that are so long.
    let keys: Keys

    init(_ count: Int, _ kind: HeadKind, _ keys: Keys) {
      self.count = UInt32(count)
      self.keys = keys
      salt = PolicyIndex.salt(count, kind)
    }
  }

  /// The head of statements that may speak of every resource.
  static let root: UInt32 = 0xFFFF_FFFF

  private let actionKeys: ActionKeys
  private let actionClasses: [ActionClass]
  private let rootKeys: Keys
  /// Of all other heads.
  private let otherKeys: Keys
  private let exactKeys: Keys
  private let heads: HashSlots<Keys>
  /// Lengths of heads that end before the service's part does.
  private let shortLengths: Slice
  private let services: [Lengths]
  private let lengths: [Length]
  private let lists: HashSlots<List>
  private let candidates: [Candidate]

  init(_ builder: consuming PolicyIndexBuilder) {
    rootKeys = builder.rootKeys
    otherKeys = builder.otherKeys
    exactKeys = builder.exactKeys
    heads = builder.heads
    shortLengths = builder.shortLengths
    services = builder.services
    lengths = builder.lengths
    lists = builder.lists
    candidates = builder.candidates
    actionClasses = builder.actionClasses
    actionKeys = builder.actionKeys
  }

  /// Hands the visitor the statements that may speak of the request, a statement perhaps more than once, until it
  /// answers true.
  @inline(__always)
  func search(
    _ request: borrowing AuthorizationRequest, _ table: borrowing PolicyTable, _ visitor: inout some CandidateVisitor
  ) {
    guard let number = actionKeys.actionClass(of: request) else { return searchUnknown(request, table, &visitor) }
    let classes = actionClasses.span
    let actionClass = classes[number]
    if let list = actionClass.root {
      if visit(list, nil, request, table, &visitor) { return }
    } else if search(Self.root, rootKeys, actionClass, request, table, &visitor) {
      return
    }
    if otherKeys.mask(denialsOnly: visitor.wantsDenialsOnly).mayMeet(actionClass) {
      searchOthers(actionClass, request, table, &visitor)
    }
  }

  /// Searches for an action that the reference does not know.
  private func searchUnknown(
    _ request: borrowing AuthorizationRequest, _ table: borrowing PolicyTable, _ visitor: inout some CandidateVisitor
  ) {
    if search(Self.root, rootKeys, nil, request, table, &visitor) { return }
    searchOthers(nil, request, table, &visitor)
  }

  /// Searches all heads but the root.
  private func searchOthers(
    _ actionClass: ActionClass?, _ request: borrowing AuthorizationRequest, _ table: borrowing PolicyTable,
    _ visitor: inout some CandidateVisitor
  ) {
    let hashes = request.resourceHashes.span
    if exactKeys.mask(denialsOnly: visitor.wantsDenialsOnly).mayMeet(actionClass) {
      let length = hashes.count &- 1
      if search(hashes[length] ^ Self.salt(length, .exact), actionClass, request, table, &visitor) { return }
    }
    if search(shortLengths, hashes, actionClass, request, table, &visitor) { return }
    guard request.servicePrefixCount > 0 else { return }
    let service = hashes[request.servicePrefixCount]
    let services = services.span
    for index in services.indices where services[index].service == service {
      let found = services[index]
      guard found.keys.mask(denialsOnly: visitor.wantsDenialsOnly).mayMeet(actionClass) else { return }
      if search(found.range, hashes, actionClass, request, table, &visitor) { return }
      if found.withoutRegion.count == 0 { return }
      let rest = request.accountHashes.span
      if rest.isEmpty {
        let tag = service ^ Self.salt(request.servicePrefixCount, .service)
        _ = search(tag, actionClass, request, table, &visitor)
      } else {
        _ = search(found.withoutRegion, rest, actionClass, request, table, &visitor)
      }
      return
    }
  }

  @inline(__always)
  private func search(
    _ range: Slice, _ hashes: Span<UInt32>, _ actionClass: ActionClass?,
    _ request: borrowing AuthorizationRequest, _ table: borrowing PolicyTable,
    _ visitor: inout some CandidateVisitor
  ) -> Bool {
    let lengths = lengths.span
    for index in range.range {
      let length = lengths[index]
      guard length.keys.mask(denialsOnly: visitor.wantsDenialsOnly).mayMeet(actionClass) else { continue }
      if Int(length.count) >= hashes.count { return false }
      if search(hashes[Int(length.count)] ^ length.salt, actionClass, request, table, &visitor) { return true }
    }
    return false
  }

  @inline(__always)
  private func search(
    _ tag: UInt32, _ actionClass: ActionClass?, _ request: borrowing AuthorizationRequest,
    _ table: borrowing PolicyTable, _ visitor: inout some CandidateVisitor
  ) -> Bool {
    guard let head = heads.value(of: tag), head.all.mayMeet(actionClass) else { return false }
    return search(tag, head, actionClass, request, table, &visitor)
  }

  private func search(
    _ tag: UInt32, _ head: Keys, _ actionClass: ActionClass?, _ request: borrowing AuthorizationRequest,
    _ table: borrowing PolicyTable, _ visitor: inout some CandidateVisitor
  ) -> Bool {
    if head.mask(denialsOnly: visitor.wantsDenialsOnly).hasEvery, visit(tag, ActionKeys.every, request, table, &visitor)
    {
      return true
    }
    let numbers = actionKeys.keys.span
    guard let actionClass else {
      for key in 1..<actionKeys.count
      where head.mask(denialsOnly: visitor.wantsDenialsOnly).mayHave(key) && actionKeys.matches(key, request) {
        if visit(tag, key, request, table, &visitor) { return true }
      }
      return false
    }
    for index in actionClass.keys.range {
      let key = Int(numbers[index])
      if head.mask(denialsOnly: visitor.wantsDenialsOnly).mayHave(key), visit(tag, key, request, table, &visitor) {
        return true
      }
    }
    return false
  }

  @inline(__always)
  private func visit(
    _ tag: UInt32, _ key: Int, _ request: borrowing AuthorizationRequest, _ table: borrowing PolicyTable,
    _ visitor: inout some CandidateVisitor
  ) -> Bool {
    guard let list = lists.value(of: Self.tag(tag, key)) else { return false }
    return visit(list, UInt16(truncatingIfNeeded: key), request, table, &visitor)
  }

  /// - Parameter key: the action pattern whose candidates are meant, where others may be in the list.
  @inline(__always)
  private func visit(
    _ list: List, _ key: UInt16?, _ request: borrowing AuthorizationRequest, _ table: borrowing PolicyTable,
    _ visitor: inout some CandidateVisitor
  ) -> Bool {
    let candidates = candidates.span
    var place = Int(list.start)
    while place < Int(visitor.wantsDenialsOnly ? list.denialsEnd : list.end) {
      let candidate = candidates[place]
      if key == nil || candidate.key == key, visitor.visit(candidate, of: table, request) { return true }
      place &+= 1
    }
    return false
  }

  /// What is added to a hash of so many bytes.
  @inline(__always)
  static func salt(_ count: Int, _ kind: HeadKind) -> UInt32 {
    UInt32(truncatingIfNeeded: count &* 0x85EB_CA6B) ^ kind.rawValue
  }

  /// The tag of a head's list for an action pattern.
  @inline(__always)
  static func tag(_ head: UInt32, _ key: Int) -> UInt32 {
    (head ^ UInt32(truncatingIfNeeded: key) &* 0x27D4_EB2F) &* 0xC2B2_AE35 >> 3
  }
}

/// What is left to be asked of a candidate besides its resource.
struct CandidateTraits: OptionSet, Sendable, BitwiseCopyable {
  let rawValue: UInt8

  static let denies = CandidateTraits(rawValue: 1)
  /// Its list is not enough to know that the action matches.
  static let checksAction = CandidateTraits(rawValue: 2)
  static let namesPrincipals = CandidateTraits(rawValue: 4)
  static let hasConditions = CandidateTraits(rawValue: 8)

  init(rawValue: UInt8) { self.rawValue = rawValue }

  init(_ statement: PolicyTable.Entry, checksAction: Bool) {
    self = checksAction ? .checksAction : []
    if statement.effect == .deny { insert(.denies) }
    if statement.namesPrincipals { insert(.namesPrincipals) }
    if statement.conditions.count > 0 { insert(.hasConditions) }
  }
}

/// Is handed statements that may speak of a request.
protocol CandidateVisitor {
  /// Whether statements that allow have no more to say.
  var wantsDenialsOnly: Bool { get }

  /// - Returns: whether it needs no more.
  mutating func visit(
    _ candidate: PolicyIndex.Candidate, of table: borrowing PolicyTable, _ request: borrowing AuthorizationRequest
  ) -> Bool
}

/// Which statements of a table may speak of a request: by the beginning of the resource and by the action.
///
/// A statement stands in one list for each pair of a resource's literal beginning (its head) and an action pattern. A
/// request asks for the lists of the few heads that its resource begins with and the few patterns that its action
/// matches, so the cost hardly grows with the number of statements. Each statement found is asked again for what its
/// list does not prove.
struct PolicyIndex: ~Copyable, Sendable {
  /// A statement in a list, with what is left to be asked.
  struct Candidate: Sendable, BitwiseCopyable {
    let statement: Int32
    /// The one resource of the statement to be compared; or `allResources`, or `noResource`.
    let resource: Int32
    /// Whether the list is not enough to know that the action matches.
    let checksAction: Bool

    /// All of the statement's resources are to be compared.
    static let allResources: Int32 = -1
    /// The resource is known to match.
    static let noResource: Int32 = -2
  }

  /// The head of nothing: statements that may speak of every resource.
  private static let root = 0

  /// The lengths of heads that begin with one service's part of an ARN.
  private struct Lengths: Sendable, BitwiseCopyable {
    let service: UInt32
    let range: Slice
    /// Of heads that leave the region out, counted from the colon in front of the account.
    let withoutRegion: Slice
  }

  /// What a head is compared with.
  private enum HeadKind: UInt32 {
    /// The beginning of the resource.
    case prefix = 0
    /// All of it.
    case exact = 0x5BD1_E995
    /// The resource without its region: of a pattern like `arn:aws:ec2:*:111122223333:instance/`.
    case withoutRegion = 0xA3EC_647D
    /// The service alone: such a pattern again, for resources that do not have exactly six parts.
    case service = 0x3C6E_F372
  }

  private let actionKeys: ActionKeys
  private var heads = HashSlots()
  private var hasExactHeads = false
  /// Lengths of heads that end before the service's part does.
  private var shortLengths = Slice.empty
  private var services: [Lengths] = []
  private var lengths: [Int32] = []
  /// For each head the keys, by their last six bits, that it has lists for.
  private var masks: [UInt64] = []
  private var pairs = HashSlots()
  private var lists: [Slice] = []
  private var candidates: [Candidate] = []

  /// Hands the visitor the statements that may speak of the request, a statement perhaps more than once, until it
  /// answers true.
  func search(
    _ request: borrowing AuthorizationRequest, in table: borrowing PolicyTable, _ visitor: inout some CandidateVisitor
  ) {
    if candidates.isEmpty { return }
    let keys = actionKeys.matched(request)
    if search(head: Self.root, keys, request, table, &visitor) { return }
    let hashes = request.resourceHashes.span
    if hasExactHeads {
      let head = heads.number(of: Self.tag(hashes[hashes.count - 1], length: hashes.count - 1, .exact))
      if head >= 0, search(head: head, keys, request, table, &visitor) { return }
    }
    if search(lengths: shortLengths, hashes, .prefix, keys, request, table, &visitor) { return }
    guard request.servicePrefixCount > 0 else { return }
    let service = hashes[request.servicePrefixCount]
    let services = services.span
    for index in services.indices where services[index].service == service {
      if search(lengths: services[index].range, hashes, .prefix, keys, request, table, &visitor) { return }
      let lengths = services[index].withoutRegion
      if lengths.count == 0 { return }
      let rest = request.accountHashes.span
      if rest.isEmpty {
        let head = heads.number(of: Self.tag(service, length: request.servicePrefixCount, .service))
        if head >= 0 { _ = search(head: head, keys, request, table, &visitor) }
      } else {
        _ = search(lengths: lengths, rest, .withoutRegion, keys, request, table, &visitor)
      }
      return
    }
  }

  @inline(__always)
  private func search(
    lengths range: Slice, _ hashes: Span<UInt32>, _ kind: HeadKind, _ keys: ActionKeys.Matched,
    _ request: borrowing AuthorizationRequest, _ table: borrowing PolicyTable, _ visitor: inout some CandidateVisitor
  ) -> Bool {
    let lengths = lengths.span
    for index in range.range {
      let length = Int(lengths[index])
      if length >= hashes.count { return false }
      let head = heads.number(of: Self.tag(hashes[length], length: length, kind))
      if head >= 0, search(head: head, keys, request, table, &visitor) { return true }
    }
    return false
  }

  private func search(
    head: Int, _ keys: ActionKeys.Matched, _ request: borrowing AuthorizationRequest, _ table: borrowing PolicyTable,
    _ visitor: inout some CandidateVisitor
  ) -> Bool {
    let mask = masks[head]
    if mask == 0 { return false }
    if mask & 1 == 1, visit(head, ActionKeys.every, request, table, &visitor) { return true }
    switch keys {
    case .known(let slice):
      let keys = actionKeys.keys.span
      for index in slice.range {
        let key = Int(keys[index])
        if mask >> UInt64(key & 63) & 1 == 1, visit(head, key, request, table, &visitor) { return true }
      }
    case .unknown:
      for key in 1..<actionKeys.count
      where mask >> UInt64(key & 63) & 1 == 1 && actionKeys.matches(key, request) {
        if visit(head, key, request, table, &visitor) { return true }
      }
    }
    return false
  }

  @inline(__always)
  private func visit(
    _ head: Int, _ key: Int, _ request: borrowing AuthorizationRequest, _ table: borrowing PolicyTable,
    _ visitor: inout some CandidateVisitor
  ) -> Bool {
    let pair = pairs.number(of: Self.pairTag(head, key))
    guard pair >= 0 else { return false }
    let candidates = candidates.span
    for index in lists[pair].range where visitor.visit(candidates[index], of: table, request) { return true }
    return false
  }

  @inline(__always)
  private static func tag(_ hash: UInt32, length: Int, _ kind: HeadKind) -> UInt32 {
    hash ^ UInt32(truncatingIfNeeded: length &* 0x85EB_CA6B) ^ kind.rawValue
  }

  @inline(__always)
  private static func pairTag(_ head: Int, _ key: Int) -> UInt32 {
    UInt32(truncatingIfNeeded: head) &* 0xC2B2_AE35 ^ UInt32(truncatingIfNeeded: key) &* 0x27D4_EB2F
  }
}

/// Is handed statements that may speak of a request.
protocol CandidateVisitor {
  /// - Returns: whether it needs no more.
  mutating func visit(
    _ candidate: PolicyIndex.Candidate, of table: borrowing PolicyTable, _ request: borrowing AuthorizationRequest
  ) -> Bool
}

// MARK: Building

extension PolicyIndex {
  /// Pairs of one statement above which it stands under the root head alone.
  private static let pairsMax = 1_024

  private struct Entry {
    let pair: Int32
    let candidate: Candidate
    /// Denials first, then what allows without conditions.
    let rank: UInt8
  }

  init(_ table: borrowing PolicyTable) {
    var builder = ActionKeys.Builder()
    var keysOfStatements: [(keys: [Int], checksAction: Bool)] = []
    keysOfStatements.reserveCapacity(table.entries.count)
    for index in table.entries.indices {
      keysOfStatements.append(Self.keys(of: table.entries[index], table, &builder))
    }
    actionKeys = builder.finish()
    var found = FoundLengths()
    var entries: [Entry] = []
    _ = heads.insert(0xFFFF_FFFF)
    masks.append(0)
    for index in table.entries.indices {
      let statement = table.entries[index]
      let (keys, checksAction) = keysOfStatements[index]
      var places: [(head: Int, resource: Int32)] = []
      let isWide = keys.count * Int(statement.resources.count) > Self.pairsMax
      if statement.coversAllResources {
        places.append((Self.root, Candidate.noResource))
      } else if statement.isNotResource || isWide {
        places.append((Self.root, Candidate.allResources))
      } else {
        for resource in statement.resources.range {
          for head in addHeads(of: resource, table, &found) { places.append((head, Int32(resource))) }
        }
      }
      let rank: UInt8 = statement.effect == .deny ? 0 : statement.conditions.count == 0 ? 1 : 2
      for (head, resource) in places {
        let candidate = Candidate(statement: Int32(index), resource: resource, checksAction: checksAction)
        for key in keys {
          masks[head] |= 1 << UInt64(key & 63)
          entries.append(
            Entry(pair: Int32(pairs.insert(Self.pairTag(head, key))), candidate: candidate, rank: rank))
        }
      }
    }
    place(entries)
    place(found)
  }

  private static func keys(
    of statement: PolicyTable.Entry, _ table: borrowing PolicyTable, _ builder: inout ActionKeys.Builder
  ) -> (keys: [Int], checksAction: Bool) {
    if statement.isNotAction { return ([ActionKeys.every], true) }
    var keys: [Int] = []
    for index in statement.actions.range {
      let pattern = table.actions[index]
      if pattern.kind == .anything { return ([ActionKeys.every], false) }
      guard let key = builder.key(of: table.pool.tokens(of: pattern)) else { return ([ActionKeys.every], true) }
      if !keys.contains(key) { keys.append(key) }
    }
    return (keys, false)
  }

  /// The lengths of heads, while they are gathered.
  private struct FoundLengths {
    var short: Set<Int32> = []
    /// By the hash of the service's part.
    var services: [UInt32: (prefix: Set<Int32>, withoutRegion: Set<Int32>)] = [:]
  }

  private mutating func addHeads(of resource: Int, _ table: borrowing PolicyTable, _ found: inout FoundLengths) -> [Int]
  {
    let (literal, isExact) = table.head(ofResource: resource)
    guard isExact || literal.count > 0 else { return [Self.root] }
    let pool = table.pool.bytes.span
    let bytes = pool.extracting(literal.range)
    let hash = PrefixHash.hash(of: bytes)
    if isExact {
      hasExactHeads = true
      return [addHead(hash, bytes.count, .exact)]
    }
    let prefix = PrefixHash.servicePrefixCount(of: bytes)
    guard prefix > 0 else {
      found.short.insert(literal.count)
      return [addHead(hash, bytes.count, .prefix)]
    }
    let service = PrefixHash.hash(of: bytes.extracting(0..<prefix))
    if prefix == bytes.count, let rest = table.literalBehindRegion(ofResource: resource) {
      found.services[service, default: ([], [])].withoutRegion.insert(Int32(rest.count))
      return [
        addHead(PrefixHash.hash(of: rest.span, from: service), rest.count, .withoutRegion),
        addHead(service, prefix, .service),
      ]
    }
    found.services[service, default: ([], [])].prefix.insert(literal.count)
    return [addHead(hash, bytes.count, .prefix)]
  }

  private mutating func addHead(_ hash: UInt32, _ length: Int, _ kind: HeadKind) -> Int {
    let head = heads.insert(Self.tag(hash, length: length, kind))
    if head == masks.count { masks.append(0) }
    return head
  }

  private mutating func place(_ entries: [Entry]) {
    var ends = [Int](repeating: 0, count: pairs.count)
    for entry in entries { ends[Int(entry.pair)] += 1 }
    var start = 0
    for pair in ends.indices {
      lists.append(Slice(start..<start + ends[pair]))
      (start, ends[pair]) = (start + ends[pair], start)
    }
    let nothing = Candidate(statement: 0, resource: 0, checksAction: false)
    candidates = [Candidate](repeating: nothing, count: entries.count)
    for rank in UInt8(0)...2 {
      for entry in entries where entry.rank == rank {
        candidates[ends[Int(entry.pair)]] = entry.candidate
        ends[Int(entry.pair)] += 1
      }
    }
  }

  private mutating func place(_ found: FoundLengths) {
    shortLengths = place(found.short)
    for (service, both) in found.services.sorted(by: { $0.key < $1.key }) {
      services.append(
        Lengths(service: service, range: place(both.prefix), withoutRegion: place(both.withoutRegion)))
    }
  }

  private mutating func place(_ found: Set<Int32>) -> Slice {
    lengths.append(contentsOf: found.sorted())
    return Slice(lengths.count - found.count..<lengths.count)
  }
}

extension PatternPool {
  /// A pattern's tokens, put together again.
  func tokens(of pattern: Pattern) -> [UInt16] {
    let head = bytes[pattern.head.range].map(UInt16.init)
    switch pattern.kind {
    case .exact: return head
    case .anything, .prefix: return head + [Glob.anyRun]
    case .general: return head + tokens[pattern.tail.range]
    }
  }
}

extension PolicyTable {
  /// The literal bytes that a resource's pattern begins with, and whether they are all of it.
  fileprivate func head(ofResource index: Int) -> (literal: Slice, isExact: Bool) {
    switch resources[index] {
    case .pattern(let pattern): return (pattern.head, pattern.kind == .exact)
    case .template(let template, _):
      guard template.count > 0, case .literal(let slice) = parts[Int(template.start)] else { return (.empty, false) }
      return (slice, false)
    }
  }

  /// What stands literally behind `arn:aws:ec2:*` in a pattern that goes on with an account: `:111122223333:instance/`.
  ///
  /// With fewer than two colons in it, it could be found elsewhere in an ARN than behind the region.
  fileprivate func literalBehindRegion(ofResource index: Int) -> [UInt8]? {
    let tail: Slice
    switch resources[index] {
    case .pattern(let pattern): tail = pattern.tail
    case .template(let template, _):
      guard template.count > 1, case .wild(let slice) = parts[Int(template.start) + 1] else { return nil }
      tail = slice
    }
    guard tail.count > 1, pool.tokens[Int(tail.start)] == Glob.anyRun else { return nil }
    var literal: [UInt8] = []
    for token in pool.tokens[tail.range].dropFirst() {
      guard token <= 0xFF else { break }
      literal.append(UInt8(truncatingIfNeeded: token))
    }
    return literal.first == UInt8(ascii: ":") && literal.count(where: { $0 == UInt8(ascii: ":") }) >= 2 ? literal : nil
  }
}

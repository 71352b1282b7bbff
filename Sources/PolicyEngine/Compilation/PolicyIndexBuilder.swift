/// Sorts the statements of a table into an index.
struct PolicyIndexBuilder: ~Copyable {
  /// Pairs of one statement above which it stands under the root head alone.
  private static let pairsMax = 1_024

  private(set) var actionKeys = ActionKeys()
  private(set) var actionClasses: [PolicyIndex.ActionClass] = []
  private(set) var rootKeys = PolicyIndex.Keys()
  private(set) var otherKeys = PolicyIndex.Keys()
  private(set) var exactKeys = PolicyIndex.Keys()
  private(set) var heads = HashSlots<PolicyIndex.Keys>()
  private(set) var shortLengths = Slice.empty
  private(set) var services: [PolicyIndex.Lengths] = []
  private(set) var lengths: [PolicyIndex.Length] = []
  private(set) var lists = HashSlots<PolicyIndex.List>()
  private(set) var candidates: [PolicyIndex.Candidate] = []

  private var found = FoundLengths()
  private var entries: [Entry] = []

  /// A candidate before it has its place.
  private struct Entry {
    let list: UInt32
    let candidate: PolicyIndex.Candidate
    /// Denials first, then what allows without conditions.
    let rank: UInt8
  }

  /// A head that a statement is to stand under, and the resource that is left to be compared there.
  private struct Place {
    var head: UInt32
    var kind: Kind
    let resource: UInt32

    enum Kind {
      case root, exact
      /// By its length.
      case short(Int)
      /// By the hash of the service's part and its length.
      case prefix(service: UInt32, Int)
      case withoutRegion(service: UInt32, Int)
      case service(UInt32)
    }
  }

  /// The lengths of heads with the action patterns that they have lists for, while they are gathered.
  private struct FoundLengths {
    typealias Keys = [Int: PolicyIndex.Keys]

    struct OfService {
      var keys = PolicyIndex.Keys()
      var prefix: Keys = [:]
      var withoutRegion: Keys = [:]
    }

    var short: Keys = [:]
    /// By the hash of the service's part.
    var services: [UInt32: OfService] = [:]
  }

  init(_ table: borrowing PolicyTable) {
    var builder = ActionKeys.Builder()
    for index in table.entries.indices {
      let (keys, checksAction) = Self.keys(of: table.entries[index], table, &builder)
      add(index, keys, checksAction, table)
    }
    actionKeys = builder.finish()
    placeEntries()
    placeLengths()
    addClasses()
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

  private mutating func add(_ index: Int, _ keys: [Int], _ checksAction: Bool, _ table: borrowing PolicyTable) {
    let statement = table.entries[index]
    let traits = CandidateTraits(statement, checksAction: checksAction)
    let isDenial = statement.effect == .deny
    let rank: UInt8 = isDenial ? 0 : statement.conditions.count == 0 ? 1 : 2
    for place in places(of: statement, keysCount: keys.count, table) {
      for key in keys {
        note(key, isDenial: isDenial, at: place)
        let list = PolicyIndex.tag(place.head, key)
        lists.update(list) { $0.end += 1 }
        let candidate = PolicyIndex.Candidate(
          statement: UInt32(index), resource: place.resource, key: UInt16(key), traits: traits, level: statement.level)
        entries.append(Entry(list: list, candidate: candidate, rank: rank))
      }
    }
  }

  private mutating func note(_ key: Int, isDenial: Bool, at place: Place) {
    if case .root = place.kind { return rootKeys.insert(key, isDenial: isDenial) }
    heads.update(place.head) { $0.insert(key, isDenial: isDenial) }
    otherKeys.insert(key, isDenial: isDenial)
    switch place.kind {
    case .root: break
    case .exact: exactKeys.insert(key, isDenial: isDenial)
    case .short(let length): found.short[length, default: .init()].insert(key, isDenial: isDenial)
    case .prefix(let service, let length):
      found.services[service, default: .init()].prefix[length, default: .init()].insert(key, isDenial: isDenial)
      found.services[service, default: .init()].keys.insert(key, isDenial: isDenial)
    case .withoutRegion(let service, let length):
      found.services[service, default: .init()].withoutRegion[length, default: .init()].insert(key, isDenial: isDenial)
      found.services[service, default: .init()].keys.insert(key, isDenial: isDenial)
    case .service(let service): found.services[service, default: .init()].keys.insert(key, isDenial: isDenial)
    }
  }
}

// MARK: Heads

extension PolicyIndexBuilder {
  private mutating func places(of statement: PolicyTable.Entry, keysCount: Int, _ table: borrowing PolicyTable)
    -> [Place]
  {
    func atRoot(_ resource: UInt32) -> [Place] { [Place(head: PolicyIndex.root, kind: .root, resource: resource)] }
    if statement.coversAllResources { return atRoot(PolicyIndex.Candidate.noResource) }
    if statement.isNotResource || keysCount * Int(statement.resources.count) > Self.pairsMax {
      return atRoot(PolicyIndex.Candidate.allResources)
    }
    var places: [Place] = []
    for resource in statement.resources.range { addPlaces(of: resource, table, &places) }
    return places
  }

  private mutating func addPlaces(of resource: Int, _ table: borrowing PolicyTable, _ places: inout [Place]) {
    let (literal, isExact) = table.head(ofResource: resource)
    let number = UInt32(resource)
    guard isExact || literal.count > 0 else {
      return places.append(Place(head: PolicyIndex.root, kind: .root, resource: number))
    }
    let pool = table.pool.bytes.span
    let bytes = pool.extracting(literal.range)
    let hash = PrefixHash.hash(of: bytes)
    func append(_ hash: UInt32, _ length: Int, _ headKind: PolicyIndex.HeadKind, _ kind: Place.Kind) {
      places.append(Place(head: hash ^ PolicyIndex.salt(length, headKind), kind: kind, resource: number))
    }
    if isExact { return append(hash, bytes.count, .exact, .exact) }
    let prefix = PrefixHash.servicePrefixCount(of: bytes)
    guard prefix > 0 else { return append(hash, bytes.count, .prefix, .short(bytes.count)) }
    let service = PrefixHash.hash(of: bytes.extracting(0..<prefix))
    if prefix == bytes.count, let rest = table.literalBehindRegion(ofResource: resource) {
      let restHash = PrefixHash.hash(of: rest.span, from: service)
      append(restHash, rest.count, .withoutRegion, .withoutRegion(service: service, rest.count))
      append(service, prefix, .service, .service(service))
    } else {
      append(hash, bytes.count, .prefix, .prefix(service: service, bytes.count))
    }
  }
}

// MARK: Places

extension PolicyIndexBuilder {
  private mutating func placeEntries() {
    var start: UInt32 = 0
    lists.updateAll { list in
      let count = list.end
      list = PolicyIndex.List(start: start, denialsEnd: start, end: start)
      start += count
    }
    let nothing = PolicyIndex.Candidate(statement: 0, resource: 0, key: 0, traits: [], level: 0)
    var candidates = [PolicyIndex.Candidate](repeating: nothing, count: entries.count)
    for rank in UInt8(0)...2 {
      for entry in entries where entry.rank == rank {
        lists.update(entry.list) { list in
          candidates[Int(list.end)] = entry.candidate
          list.end += 1
          if rank == 0 { list.denialsEnd = list.end }
        }
      }
    }
    self.candidates = candidates
  }

  private mutating func placeLengths() {
    shortLengths = place(found.short, .prefix)
    for (service, all) in found.services.sorted(by: { $0.key < $1.key }) {
      services.append(
        .init(
          service: service, keys: all.keys, range: place(all.prefix, .prefix),
          withoutRegion: place(all.withoutRegion, .withoutRegion)))
    }
  }

  private mutating func place(_ found: FoundLengths.Keys, _ kind: PolicyIndex.HeadKind) -> Slice {
    lengths += found.sorted { $0.key < $1.key }.map { PolicyIndex.Length($0.key, kind, $0.value) }
    return Slice(lengths.count - found.count..<lengths.count)
  }
}

// MARK: Classes of actions

extension PolicyIndexBuilder {
  /// Candidates of classes for each statement above which no further class has a list of its own.
  private static let candidatesMax = 16

  /// Puts the root head's lists together for each class, as far as they are short.
  private mutating func addClasses() {
    let end = candidates.count + Self.candidatesMax * (entries.count + 4)
    for keys in actionKeys.lists {
      let numbers = [ActionKeys.every] + actionKeys.keys[keys.range].map(Int.init)
      var actionClass = PolicyIndex.ActionClass(keys: keys, mask: KeyMask(keys: numbers))
      if candidates.count < end { actionClass.root = rootList(of: numbers) }
      actionClasses.append(actionClass)
    }
  }

  /// Denials, and for each level what allows, which is one statement where one does so always.
  private mutating func rootList(of keys: [Int]) -> PolicyIndex.List {
    var found: [PolicyIndex.Candidate] = []
    for key in keys where rootKeys.all.mayHave(key) {
      guard let list = lists.value(of: PolicyIndex.tag(PolicyIndex.root, key)) else { continue }
      for place in Int(list.start)..<Int(list.end) where candidates[place].key == UInt16(key) {
        found.append(candidates[place])
      }
    }
    var list = PolicyIndex.List(start: UInt32(candidates.count))
    candidates += found.filter { $0.traits.contains(.denies) }
    list.denialsEnd = UInt32(candidates.count)
    var enough: UInt32 = 0
    for candidate in found where candidate.allowsAlways && enough & candidate.levelBit == 0 {
      candidates.append(candidate)
      enough |= candidate.levelBit
    }
    // Where only statements that name principals count, the one that is enough does not.
    candidates += found.filter {
      !$0.traits.contains(.denies) && (enough & $0.levelBit == 0 || $0.traits.contains(.namesPrincipals))
    }
    list.end = UInt32(candidates.count)
    return list
  }
}

extension PolicyIndex.Candidate {
  /// Whether it allows whoever asks in its list, whatever the resource and the context.
  fileprivate var allowsAlways: Bool { traits.isEmpty && resource == Self.noResource }
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

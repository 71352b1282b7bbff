public import AWSCore
public import Directory
import FoundationEssentials
import Synchronization

/// When and for what access keys, roles and the actions of users and roles were last used.
///
/// Kept in memory and written to the store every few seconds: a crash may lose the last of them, never anything else.
/// Attempts count, whether they were allowed or not.
// AWS: "The service last accessed data includes all attempts" (access_policies_access-advisor.md).
public final class LastUsed: Sendable {
  public struct Mark: Sendable, Codable, Hashable {
    public let at: Timestamp
    public let service: String
    public let region: String
  }

  /// The marks of a user or role by what it called, `iam:GetUser`.
  public typealias Uses = [String: Mark]

  fileprivate struct State {
    /// Of access keys and roles.
    var marks: [Name: Mark] = [:]
    /// Of users and roles, by their unique ids.
    var uses: [String: Uses] = [:]
    var unwritten: Set<Name> = []
    /// When it was last known what others had written.
    var followed: Timestamp?
  }

  /// What has a mark.
  fileprivate enum Name: Hashable {
    case key(String)
    case role(String)
    case use(principal: String, action: String)
  }

  private static let space = "last-used"
  /// What was written at one time, for those who know what was written before.
  private static let newsSpace = "last-used-news"
  private static let pageSize = 1_000
  /// A use within so long of the one that is marked needs no mark of its own.
  private static let useSecondsMin: Int64 = 60
  /// For so long uses are told; access_policies_access-advisor.md.
  public static let usesSecondsMax: Int64 = 400 * 86_400
  /// How far back the news are read: longer than a write takes and than clocks differ.
  private static let newsSecondsRead: Int64 = 120
  private static let newsSecondsMax: Int64 = 600

  private let store: any EphemeralStore
  private let entropy: Entropy
  private let state = Mutex(State())

  public init(store: any EphemeralStore, entropy: Entropy = .system) {
    self.store = store
    self.entropy = entropy
  }

  /// The mark of an access key, by its id.
  public subscript(accessKey id: String) -> Mark? { state.withLock { $0[.key(id)] } }
  /// The mark of a role, by its unique id.
  public subscript(role id: String) -> Mark? { state.withLock { $0[.role(id)] } }

  /// What a user or role has called in the time that is told of, by its unique id.
  public func uses(of principal: String, now: Timestamp) -> Uses {
    let uses = state.withLock { $0.uses[principal] } ?? [:]
    return uses.filter { now.seconds(since: $0.value.at) < Self.usesSecondsMax }
  }

  func mark(_ caller: Caller, service: String, operation: String, at now: Timestamp) {
    let mark = Mark(at: now, service: service, region: caller.region)
    let key: Name? = caller.isTemporary ? nil : caller.accessKeyID.map { .key($0) }
    let (name, principal): (Name?, String?) =
      switch caller.principal {
      case .role(let id, _): (.role(id), id)
      case .user(let id): (key, id)
      case .federated(_, let issuer): (nil, issuer)
      case .root: (key, nil)
      case .vouched: (nil, nil)
      }
    let action = "\(service):\(operation)"
    state.withLock { state in
      // One mark a second is as fine as anybody reads it.
      if let name, !state.has(name, within: 1, of: mark) { state.note(mark, of: name) }
      guard let principal else { return }
      let use = Name.use(principal: principal, action: action)
      if !state.has(use, within: Self.useSecondsMin, of: mark) { state.note(mark, of: use) }
    }
  }

  public func reset() { state.withLock { $0 = State() } }
}

extension LastUsed.State {
  subscript(name: LastUsed.Name) -> LastUsed.Mark? {
    get {
      switch name {
      case .key, .role: marks[name]
      case .use(let principal, let action): uses[principal]?[action]
      }
    }
    set {
      switch name {
      case .key, .role: marks[name] = newValue
      case .use(let principal, let action): uses[principal, default: [:]][action] = newValue
      }
    }
  }

  func has(_ name: LastUsed.Name, within seconds: Int64, of mark: LastUsed.Mark) -> Bool {
    guard let known = self[name], known.service == mark.service else { return false }
    return mark.at.seconds - known.at.seconds < seconds
  }

  mutating func note(_ mark: LastUsed.Mark, of name: LastUsed.Name) {
    self[name] = mark
    unwritten.insert(name)
  }

  /// Takes over a mark that somebody has written; of two the later counts.
  mutating func adopt(_ mark: LastUsed.Mark, of name: LastUsed.Name) {
    if let known = self[name], known.at > mark.at { return }
    self[name] = mark
  }
}

extension LastUsed.Name {
  /// Its key in the store.
  var text: String {
    switch self {
    case .key(let id): "key/" + id
    case .role(let id): "role/" + id
    case .use(let principal, let action): "use/\(principal)/\(action)"
    }
  }

  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    switch (parts.first, parts.count) {
    case ("key", 2): self = .key(parts[1])
    case ("role", 2): self = .role(parts[1])
    case ("use", 3): self = .use(principal: parts[1], action: parts[2])
    default: return nil
    }
  }
}

// MARK: The store

extension LastUsed {
  /// Reads what earlier runs and other nodes have written.
  public func load(now: Timestamp) async throws(StoreFailure) {
    try await read(in: Self.space, after: nil, now) { value in
      (try? JSONDecoder().decode(Mark.self, from: Data(value.body))).map { [value.key: $0] } ?? [:]
    }
    state.withLock { $0.followed = now }
  }

  /// Reads what other nodes have written lately; all, where some of it may have been missed.
  public func follow(now: Timestamp) async throws(StoreFailure) {
    let age = state.withLock { $0.followed }.map { now.seconds(since: $0) }
    guard let age, age < Self.newsSecondsRead / 2 else { return try await load(now: now) }
    try await read(in: Self.newsSpace, after: Self.newsKey(now.adding(seconds: -Self.newsSecondsRead)), now) { value in
      (try? JSONDecoder().decode([String: Mark].self, from: Data(value.body))) ?? [:]
    }
    state.withLock { $0.followed = now }
  }

  private func read(
    in space: String, after start: String?, _ now: Timestamp, _ marks: (EphemeralValue) -> [String: Mark]
  ) async throws(StoreFailure) {
    var after = start
    while true {
      let page = try await store.values(in: space, prefix: "", after: after, limit: Self.pageSize, now: now)
      guard let last = page.last else { return }
      after = last.key
      let read = page.flatMap { marks($0).compactMap { key, mark in Name(key).map { ($0, mark) } } }
      state.withLock { state in
        for (name, mark) in read { state.adopt(mark, of: name) }
      }
    }
  }

  /// Writes what has changed since the last time.
  ///
  /// - Parameter isShared: whether there are others who follow.
  public func flush(now: Timestamp, isShared: Bool = false) async throws(StoreFailure) {
    let changed = state.withLock { state in
      let changed = state.unwritten.compactMap { name in state[name].map { (name, $0) } }
      state.unwritten = []
      return changed
    }
    guard !changed.isEmpty else { return }
    do throws(StoreFailure) {
      try await store.put(changed.compactMap { Self.value(of: $0, $1) }, in: Self.space)
      if isShared { try await tell(changed, now) }
    } catch {
      state.withLock { state in state.unwritten.formUnion(changed.map(\.0)) }
      throw error
    }
  }

  private static func value(of name: Name, _ mark: Mark) -> EphemeralValue? {
    guard let body = try? JSONEncoder().encode(mark) else { return nil }
    let isUse = if case .use = name { true } else { false }
    return EphemeralValue(
      key: name.text, body: Array(body), expires: isUse ? mark.at.adding(seconds: usesSecondsMax) : nil)
  }

  private func tell(_ changed: [(Name, Mark)], _ now: Timestamp) async throws(StoreFailure) {
    var news: [EphemeralValue] = []
    for start in stride(from: 0, to: changed.count, by: Self.pageSize) {
      let page = changed[start..<min(start + Self.pageSize, changed.count)]
      let marks = Dictionary(uniqueKeysWithValues: page.map { ($0.0.text, $0.1) })
      guard let body = try? JSONEncoder().encode(marks) else { continue }
      news.append(
        EphemeralValue(
          key: "\(Self.newsKey(now))/\(entropy.requestID())", body: Array(body),
          expires: now.adding(seconds: Self.newsSecondsMax)))
    }
    try await store.put(news, in: Self.newsSpace)
  }

  /// Milliseconds have as many digits in every year that matters, so that their spellings sort as they do.
  private static func newsKey(_ instant: Timestamp) -> String { String(instant.milliseconds) }
}

public import AWSCore
public import Directory
import FoundationEssentials
import Synchronization

/// When and for what access keys and roles were last used.
///
/// Kept in memory and written to the store every few seconds: a crash may lose the last of them, never anything else.
public final class LastUsed: Sendable {
  public struct Mark: Sendable, Codable, Hashable {
    public let at: Timestamp
    public let service: String
    public let region: String
  }

  private struct State {
    var marks: [String: Mark] = [:]
    var unwritten: Set<String> = []
  }

  private static let space = "last-used"
  private static let pageSize = 1_000
  private let store: any EphemeralStore
  private let state = Mutex(State())

  public init(store: any EphemeralStore) { self.store = store }

  /// Reads what earlier runs and other nodes have written; of two marks the later counts.
  public func load(now: Timestamp) async throws(StoreFailure) {
    var after: String?
    while true {
      let page = try await store.values(in: Self.space, prefix: "", after: after, limit: Self.pageSize, now: now)
      guard let last = page.last else { return }
      after = last.key
      state.withLock { state in
        for value in page {
          guard let mark = try? JSONDecoder().decode(Mark.self, from: Data(value.body)) else { continue }
          if let known = state.marks[value.key], known.at > mark.at { continue }
          state.marks[value.key] = mark
        }
      }
    }
  }

  /// The mark of an access key, by its id.
  public subscript(accessKey id: String) -> Mark? { state.withLock { $0.marks["key/" + id] } }
  /// The mark of a role, by its unique id.
  public subscript(role id: String) -> Mark? { state.withLock { $0.marks["role/" + id] } }

  func mark(_ caller: Caller, service: String, at now: Timestamp) {
    let key: String
    switch caller.principal {
    case .role(let id, _): key = "role/" + id
    case .root, .user, .federated:
      guard !caller.isTemporary, let id = caller.accessKeyID else { return }
      key = "key/" + id
    case .vouched: return
    }
    state.withLock { state in
      // One mark a second is as fine as anybody reads it.
      if let known = state.marks[key], known.at.seconds == now.seconds, known.service == service { return }
      state.marks[key] = Mark(at: now, service: service, region: caller.region)
      state.unwritten.insert(key)
    }
  }

  /// Writes what has changed since the last time.
  public func flush() async throws(StoreFailure) {
    let changed = state.withLock { state in
      let changed = state.unwritten.compactMap { key in state.marks[key].map { (key, $0) } }
      state.unwritten = []
      return changed
    }
    guard !changed.isEmpty else { return }
    var values: [EphemeralValue] = []
    for (key, mark) in changed {
      guard let body = try? JSONEncoder().encode(mark) else { continue }
      values.append(EphemeralValue(key: key, body: Array(body), expires: nil))
    }
    do throws(StoreFailure) {
      try await store.put(values, in: Self.space)
    } catch {
      state.withLock { state in state.unwritten.formUnion(changed.map(\.0)) }
      throw error
    }
  }

  public func reset() { state.withLock { $0 = State() } }
}

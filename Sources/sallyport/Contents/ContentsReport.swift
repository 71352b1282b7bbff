import Directory
import Synchronization

/// What a command tells of contents when it is done.
struct ContentsReport {
  let text: String

  init(_ title: String, _ summary: ContentsSummary, bytes: Int? = nil) {
    let counts = summary.counts
    let lines =
      [
        ("accounts", "\(counts.accounts)"), ("records", "\(counts.records)"), ("short-lived", "\(counts.shortLived)"),
      ] + (bytes.map { [("bytes", "\($0)")] } ?? []) + [("checksum", "sha256:" + summary.shownChecksum)]
    let width = 13
    text = ([title] + lines.map { $0 + String(repeating: " ", count: width - $0.count) + $1 }).joined(separator: "\n")
  }
}

/// Counts and sums items that pass on another thread.
final class SharedDigest: Sendable {
  private let digest = Mutex(ContentsDigest())

  func add(_ items: [StoredItem]) { digest.withLock { $0.add(items) } }
  var summary: ContentsSummary { digest.withLock { $0.summary } }
}

extension ContentsSource {
  /// Reads everything back and compares it.
  func requireHolding(_ summary: ContentsSummary) async throws {
    let progress = Progress("comparing", of: summary.counts.items)
    defer { progress.end() }
    let digest = SharedDigest()
    try await readAll { items throws(StoreFailure) in
      digest.add(items)
      progress.add(items.count)
    }
    guard digest.summary == summary else {
      throw Complaint("what is there now is not what was placed; do not use it")
    }
  }
}

extension Complaint {
  static func notEmpty(_ place: StorePlace) -> Complaint {
    Complaint("there is data in \(place.shown) already; name an empty place")
  }

  /// Runs work, and puts what goes wrong into one line.
  static func describing(_ work: () async throws -> Void) async throws {
    do {
      try await work()
    } catch let failure as StoreFailure {
      throw Complaint(failure.description)
    } catch let failure as SecretsFailure {
      throw Complaint(failure.description)
    }
  }
}

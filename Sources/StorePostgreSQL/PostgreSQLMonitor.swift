import Directory

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The connection that listens: it hears what other nodes commit, and sees first when the database cannot be reached.
final class PostgreSQLMonitor {
  private let url: String
  private let limits: PostgreSQLLimits
  private let tell: AsyncStream<StoreNews>.Continuation

  init(url: String, limits: PostgreSQLLimits, tell: AsyncStream<StoreNews>.Continuation) {
    self.url = url
    self.limits = limits
    self.tell = tell
  }

  func run(for pool: PostgreSQLPool) {
    while !pool.isStopping {
      do throws(StoreFailure) {
        var patience = limits
        patience.statement = limits.heartbeatAnswer
        var watch = Watch(connection: try PostgreSQLConnection(to: url, limits: patience))
        try PostgreSQLSchema.requireKnown(watch.connection)
        // INVARIANT: after listening has begun: what was committed before is seen by the look that follows.
        tell.yield(.anything)
        pool.outage = nil
        while !pool.isStopping { try beat(&watch) }
      } catch {
        pool.outage = error
        usleep(UInt32(limits.heartbeat / .microseconds(1)))
      }
    }
    tell.finish()
  }

  /// What is known over one connection.
  private struct Watch {
    let connection: PostgreSQLConnection
    /// Whether the database has notifications; one that only speaks PostgreSQL's protocol may have none.
    let hears: Bool
    /// The sum of all revisions, which every commit raises, at the last look at all heads.
    var seen: [[SQLValue]] = []
    var looked = ContinuousClock.now

    init(connection: PostgreSQLConnection) {
      self.connection = connection
      do throws(StoreFailure) {
        try connection.execute("LISTEN sallyport")
        hears = true
      } catch {
        hears = false
      }
    }
  }

  /// One question, and what is heard until the next.
  ///
  /// Notifications only wake: whether there was any commit is asked too, and then all heads are looked at, every second
  /// at the most where notifications come as well.
  private func beat(_ watch: inout Watch) throws(StoreFailure) {
    let asked = ContinuousClock.now
    try PostgreSQLSchema.requireKnown(watch.connection)
    let sum = try watch.connection.execute("SELECT CAST(coalesce(sum(revision), 0) AS bigint) FROM head")
    if sum != watch.seen, !watch.hears || asked - watch.looked >= limits.look {
      watch.seen = sum
      watch.looked = asked
      tell.yield(.anything)
    }
    tell.yield(.contact(asked))
    let next = asked + limits.heartbeat
    while .now < next { pass(try watch.connection.notifications(within: next - .now)) }
  }

  private func pass(_ notifications: [String]) {
    for notification in notifications {
      let parts = notification.split(separator: " ", maxSplits: 1)
      if parts.count == 2, let revision = Int64(parts[0]) {
        tell.yield(.changed(PartitionID(text: String(parts[1])), revision: revision))
      } else {
        tell.yield(.anything)
      }
    }
  }
}

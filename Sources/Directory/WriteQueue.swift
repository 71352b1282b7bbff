public import AWSCore
import Synchronization

/// Writers that wait for each other: whoever comes while a commit is under way joins the next one.
///
/// There is no task behind it. The first writer leads: it runs and commits everything that waits, its own write
/// included, and then hands the lead to the first of those who came meanwhile.
final class WriteQueue: Sendable {
  /// One write: run on the working state, told the outcome of the commit.
  struct Job: Sendable {
    let account: AccountID
    /// Runs the write; answers its changes, or nil where it threw and changed nothing.
    let run: @Sendable (_ account: Account, _ registry: Registry) -> Transaction?
    /// Takes note that the commit failed.
    let fail: @Sendable (Failure) -> Void
  }

  enum Turn: Sendable { case lead, done }

  private struct Waiting {
    let job: Job
    let continuation: CheckedContinuation<Turn, Never>
  }

  private struct State {
    var isLed = false
    var waiting: [Waiting] = []
  }

  private let state = Mutex(State())

  /// How many writes one commit takes at the most.
  static let batchSizeMax = 256

  /// Waits until the job is either done by another leader or its writer must lead.
  func enter(_ job: Job) async -> Turn {
    await withCheckedContinuation { continuation in
      let leads = state.withLock { state in
        if state.isLed {
          state.waiting.append(Waiting(job: job, continuation: continuation))
          return false
        }
        state.isLed = true
        return true
      }
      if leads { continuation.resume(returning: .lead) }
    }
  }

  /// For the leader: everything that waits, up to the limit, with what resumes it.
  func takeWaiting() -> (jobs: [Job], resume: [CheckedContinuation<Turn, Never>]) {
    state.withLock { state in
      let taken = state.waiting.prefix(Self.batchSizeMax - 1)
      state.waiting.removeFirst(taken.count)
      return (taken.map(\.job), taken.map(\.continuation))
    }
  }

  /// For the leader, when its batch is answered: hands the lead on.
  func leave() {
    let next = state.withLock { state -> CheckedContinuation<Turn, Never>? in
      if state.waiting.isEmpty {
        state.isLed = false
        return nil
      }
      return state.waiting.removeFirst().continuation
    }
    next?.resume(returning: .lead)
  }
}

extension Directory {
  /// How often a batch is run again because another node committed first.
  static let conflictRetriesMax = 60

  /// Runs a change of the account and answers when it is durable.
  ///
  /// `body` is a pure function of the transaction; it may run more than once and sees the newest state each time, so
  /// whatever it decides (authorization included) holds for the state that the change is made on.
  /// - Throws: what `body` throws, `ServiceUnavailable` where the store cannot be written.
  public func write<R: Sendable>(
    to account: AccountID, _ body: @escaping @Sendable (inout Transaction) throws(Failure) -> R
  ) async throws(Failure) -> R {
    // At once, not behind those who wait to learn what became of their commit.
    if let outage = store.outage { throw Failure(store: outage) }
    let slot = Slot<R>()
    let quotas = quotas
    let job = WriteQueue.Job(
      account: account,
      run: { account, registry in
        var transaction = Transaction(account: account, registry: registry, quotas: quotas)
        do throws(Failure) {
          let value = try body(&transaction)
          slot.set(.success(value))
          return transaction
        } catch {
          slot.set(.failure(error))
          return nil
        }
      },
      fail: { slot.set(.failure($0)) })
    if case .lead = await writes.enter(job) {
      let (others, resume) = writes.takeWaiting()
      await commit([job] + others)
      for continuation in resume { continuation.resume(returning: .done) }
      writes.leave()
    }
    return try slot.value.get()
  }

  private func commit(_ jobs: [WriteQueue.Job]) async {
    for number in 0..<Self.conflictRetriesMax {
      let outcome = await attempt(jobs)
      guard case .conflict(let touched) = outcome else { return }
      conflicts.add(1, ordering: .relaxed)
      await Self.pause(after: number)
      do throws(StoreFailure) {
        for partition in touched { try await catchUp(partition) }
      } catch {
        return jobs.forEach { $0.fail(Failure(store: error)) }
      }
    }
    let failure = Failure(.serviceUnavailable, "Too many writers at once. Try again.", reason: "conflicts without end")
    jobs.forEach { $0.fail(failure) }
  }

  /// Lets other nodes go first for a moment: among several, one that always comes again at once can always lose.
  private static func pause(after conflicts: Int) async {
    guard conflicts > 1 else { return }
    // Cancelled or not, the batch is run again.
    try? await Task.sleep(for: .microseconds(Int.random(in: 0...250) << min(conflicts, 6)))
  }

  private enum Attempt {
    case settled
    case conflict([PartitionID])
  }

  /// Runs the jobs one after the other, each on what those before it left, and commits all together.
  private func attempt(_ jobs: [WriteQueue.Job]) async -> Attempt {
    var batch = Batch(registry: registry)
    // Those that changed something, and those that saw the changes of others in the batch: an answer such as "already
    // there" holds only where what was there is committed.
    var depending: [WriteQueue.Job] = []
    for job in jobs {
      do throws(Failure) {
        if batch.accounts[job.account] == nil {
          batch.accounts[job.account] = try await account(job.account) ?? Account(id: job.account)
        }
        guard let before = batch.accounts[job.account] else { continue }
        if let transaction = job.run(before, batch.registry) { try batch.take(transaction, keys: keys) }
      } catch {
        job.fail(error)
      }
      if !batch.isUnchanged { depending.append(job) }
    }
    let commits = batch.commits
    guard !commits.isEmpty else { return .settled }
    do throws(StoreFailure) {
      try await store.commit(commits)
    } catch .conflict {
      return .conflict(commits.map(\.partition))
    } catch {
      let failure = Failure(store: error)
      depending.forEach { $0.fail(failure) }
      return .settled
    }
    batch.raiseRevisions()
    publish(batch.accounts.filter { batch.changes[$0.key] != nil }, registry: batch.registry)
    return .settled
  }
}

/// The working state of one commit.
private struct Batch {
  var accounts: [AccountID: Account] = [:]
  var registry: Registry
  var changes: [AccountID: [[StoredChange]]] = [:]
  var registryChanges: [[StoredChange]] = []

  init(registry: Registry) { self.registry = registry }

  mutating func take(_ transaction: Transaction, keys: MasterKeyRing) throws(Failure) {
    guard !transaction.changes.isEmpty || !transaction.registryChanges.isEmpty else { return }
    var account = transaction.account
    if account.dataKey == nil, account.settings != nil {
      do throws(StoreFailure) { try account.unwrapDataKey(with: keys) } catch { throw Failure(store: error) }
    }
    if !transaction.changes.isEmpty {
      accounts[account.id] = account
      changes[account.id, default: []].append(transaction.changes)
    }
    if !transaction.registryChanges.isEmpty {
      registry = transaction.registry
      registryChanges.append(transaction.registryChanges)
    }
  }

  var isUnchanged: Bool { changes.isEmpty && registryChanges.isEmpty }

  var commits: [Commit] {
    var commits = changes.map { id, transactions in
      Commit(partition: .account(id), base: accounts[id]?.revision ?? 0, transactions: transactions)
    }
    if !registryChanges.isEmpty {
      commits.append(Commit(partition: .registry, base: registry.revision, transactions: registryChanges))
    }
    return commits
  }

  mutating func raiseRevisions() {
    for (id, transactions) in changes { accounts[id]?.revision += Int64(transactions.count) }
    registry.revision += Int64(registryChanges.count)
  }
}

/// Where a write's result waits for its writer.
private final class Slot<R: Sendable>: Sendable {
  private let result = Mutex<Result<R, Failure>?>(nil)

  func set(_ value: Result<R, Failure>) { result.withLock { $0 = value } }

  var value: Result<R, Failure> {
    result.withLock { $0 }
      ?? .failure(Failure(.serviceFailure, "Internal failure.", reason: "a write ended without a result"))
  }
}

public import AWSCore

extension Directory {
  /// Keeps what is in memory as it is in the store, for as long as the task lives: other nodes may write there.
  ///
  /// Ends at once where the store is this program's alone.
  public func follow() async {
    // Whether something may have been missed.
    var mustCompare = false
    for await news in store.news() {
      do throws(StoreFailure) {
        switch news {
        case .changed(let partition, let revision): try await catchUp(partition, to: revision)
        case .anything: mustCompare = true
        case .contact(let instant):
          if mustCompare { try await compare() }
          mustCompare = false
          noteContact(instant)
        }
      } catch {
        mustCompare = true
      }
    }
  }

  /// Brings everything in memory to what the store has.
  public func compare() async throws(StoreFailure) {
    // INVARIANT: in this order. What is committed here meanwhile must not look like more than the store has.
    let known = knownRevisions
    let heads = try await store.heads()
    for (partition, revision) in known {
      let head = heads[partition] ?? 0
      if head > revision {
        try await catchUp(partition, to: head)
      } else if head < revision {
        try await reload(partition, from: revision)
      }
    }
  }

  /// Applies what was committed to the partition, as far as it is in memory and behind the revision.
  func catchUp(_ partition: PartitionID, to revision: Int64 = .max) async throws(StoreFailure) {
    while let known = knownRevision(partition), known < revision {
      guard let made = try await store.revisions(of: partition, after: known, limit: Self.pageSize) else {
        return try await reload(partition, from: known)
      }
      guard !made.isEmpty else { return }
      try apply(made, to: partition)
    }
  }

  private static let pageSize = 500

  /// Revisions that are read while others commit may be there already: only what follows on the known one is applied.
  private func apply(_ made: [StoredRevision], to partition: PartitionID) throws(StoreFailure) {
    if partition == .registry {
      var registry = registry
      for step in made where step.revision == registry.revision + 1 { try registry.apply(step) }
      try adoptSealingKey(of: registry)
      publish([:], registry: registry)
    } else if let id = partition.accountID, let snapshot = loaded(id) {
      var account = snapshot.account
      for step in made where step.revision == account.revision + 1 { try account.apply(step, keys: keys) }
      publish([id: account], registry: nil)
    }
  }

  /// Takes the partition anew where the feed does not lead on from what is in memory.
  ///
  /// That may be an older state: a database that was restored, or whose standby had not been told everything.
  private func reload(_ partition: PartitionID, from revision: Int64) async throws(StoreFailure) {
    if partition == .registry {
      let registry = try await Self.loadRegistry(store)
      try adoptSealingKey(of: registry)
      replace(registry, if: revision)
    } else if let id = partition.accountID {
      // Whoever needs it next loads it.
      drop(id, if: revision)
    }
  }

  // MARK: How new what is here must be

  /// Makes sure that what is in memory is at least at this revision of the partition.
  ///
  /// - Throws: `ServiceUnavailable` where the store has no such revision, or cannot be asked.
  public func require(_ partition: PartitionID, at revision: Int64) async throws(Failure) {
    if let known = knownRevision(partition), known >= revision { return }
    do throws(StoreFailure) {
      if let id = partition.accountID, registry.accounts[id: id.description] == nil { try await catchUp(.registry) }
      try await catchUp(partition, to: revision)
    } catch {
      throw Failure(store: error)
    }
    // What was not in memory is loaded as it is now.
    if knownRevision(partition) == nil, let id = partition.accountID { _ = try await snapshot(id) }
    guard knownRevision(partition) ?? 0 < revision else { return }
    throw Failure(
      .serviceUnavailable, "Revision \(revision) of \(partition) is not there. Try again.",
      reason: "a request wants a later revision than the store's")
  }

  /// Refuses everything where the store could not be asked for so long that what is here may no longer be true.
  public func requireContact() throws(Failure) {
    guard let limit = outageMax, let contact = lastContact, .now - contact > limit else { return }
    throw Failure(
      .serviceUnavailable, "The store cannot be reached. Try again.",
      reason: "the last contact with the store is more than \(limit) old")
  }
}

// MARK: For operators

extension Directory {
  /// Seconds since the store last answered; nil where nobody else writes there.
  public var contactAge: Double? {
    lastContact.map { (ContinuousClock.now - $0) / .seconds(1) }
  }

  /// How many accounts are in memory.
  public var loadedCount: Int { knownRevisions.count - 1 }
}

extension Registry {
  mutating func apply(_ made: StoredRevision) throws(StoreFailure) {
    for change in made.changes { try apply(change) }
    revision = made.revision
  }
}

extension Account {
  mutating func apply(_ made: StoredRevision, keys: MasterKeyRing) throws(StoreFailure) {
    for change in made.changes {
      try apply(change)
      if case .put(let record) = change, record.kind == AccountSettingsRecord.kind { try unwrapDataKey(with: keys) }
    }
    revision = made.revision
  }
}

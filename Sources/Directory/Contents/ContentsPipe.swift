import Dispatch
import Synchronization

/// A bounded way from one store's thread to another's: a few pieces of contents, never all of it.
private final class ContentsPipe: Sendable {
  /// So many pieces at most are under way.
  private static let piecesMax = 4

  private struct State {
    /// An empty piece is the end.
    var pieces: [[StoredItem]] = []
    var failure: StoreFailure?
  }

  private let state = Mutex(State())
  // INVARIANT: both begin at 0; a semaphore must not end below where it began, and a copy may break off anywhere.
  private let room = DispatchSemaphore(value: 0)
  private let filled = DispatchSemaphore(value: 0)

  init() {
    for _ in 0..<Self.piecesMax { room.signal() }
  }

  /// Waits until there is room.
  func put(_ piece: [StoredItem]) throws(StoreFailure) {
    room.wait()
    let failure = state.withLock { state in
      state.pieces.append(piece)
      return state.failure
    }
    filled.signal()
    if let failure { throw failure }
  }

  /// Waits for the next piece.
  func next() throws(StoreFailure) -> [StoredItem] {
    filled.wait()
    let (piece, failure) = state.withLock { state in
      (state.pieces.isEmpty ? [] : state.pieces.removeFirst(), state.failure)
    }
    if let failure { throw failure }
    room.signal()
    return piece
  }

  /// Says that nothing follows; never waits.
  func finish() {
    state.withLock { $0.pieces.append([]) }
    filled.signal()
  }

  /// Ends whoever waits at the other end.
  func fail(_ failure: StoreFailure) {
    state.withLock { $0.failure = $0.failure ?? failure }
    room.signal()
    filled.signal()
  }
}

extension ContentsStore {
  /// Places everything of another source into this store, which is empty; answers what it was.
  ///
  /// - Parameter check: sees each piece before it is placed; what it throws undoes all.
  public func fill(
    from source: any ContentsSource,
    check: @escaping @Sendable ([StoredItem]) throws(StoreFailure) -> Void
  ) async throws(StoreFailure) {
    let pipe = ContentsPipe()
    async let reading: StoreFailure? = Self.read(source, into: pipe, check: check)
    do throws(StoreFailure) {
      try await fill { () throws(StoreFailure) in try pipe.next() }
    } catch {
      pipe.fail(error)
      // What broke at the other end was the first, and came through the pipe.
      _ = await reading
      throw error
    }
    _ = await reading
  }

  private static func read(
    _ source: any ContentsSource, into pipe: ContentsPipe,
    check: @escaping @Sendable ([StoredItem]) throws(StoreFailure) -> Void
  ) async -> StoreFailure? {
    do throws(StoreFailure) {
      try await source.readAll { items throws(StoreFailure) in
        try check(items)
        try pipe.put(items)
      }
      pipe.finish()
      return nil
    } catch {
      pipe.fail(error)
      return error
    }
  }
}

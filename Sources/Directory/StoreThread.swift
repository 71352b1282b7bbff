#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Runs work on a thread of its own: what waits for a disk or a server must not hold up those that answer requests.
public func startStoreThread(_ work: sending @escaping () -> Void) throws(StoreFailure) {
  let box = Unmanaged.passRetained(Work(work))
  #if canImport(Darwin)
    var thread: pthread_t?
  #else
    var thread = pthread_t()
  #endif
  let code = pthread_create(&thread, nil, { runWork($0) }, box.toOpaque())
  guard code == 0 else {
    box.release()
    throw .unavailable("cannot start a thread for the database: \(String(cString: strerror(code)))")
  }
  #if canImport(Darwin)
    if let thread { pthread_detach(thread) }
  #else
    pthread_detach(thread)
  #endif
}

/// Runs work that waits on a thread of its own, and answers what it did.
public func onStoreThread<Value: Sendable>(
  _ work: @escaping @Sendable () throws(StoreFailure) -> Value
) async throws(StoreFailure) -> Value {
  let result = await withCheckedContinuation { (caller: CheckedContinuation<Result<Value, StoreFailure>, Never>) in
    do throws(StoreFailure) {
      try startStoreThread { caller.resume(returning: Result { () throws(StoreFailure) in try work() }) }
    } catch {
      caller.resume(returning: .failure(error))
    }
  }
  return try result.get()
}

private final class Work {
  let run: () -> Void

  init(_ run: @escaping () -> Void) { self.run = run }
}

private func runWork(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let argument else { return nil }
  Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().run()
  return nil
}

import Glibc

/// What libFuzzer calls: one program for all targets, so that the engine is built once.
///
/// It is compiled into one module with `Tests/PolicyEngineTests/Fuzzing`; see `run`.
private let target: FuzzTarget = {
  let name = getenv("SALLYPORT_FUZZ_TARGET").map { String(cString: $0) } ?? ""
  guard let target = FuzzTarget(rawValue: name) else { complain("SALLYPORT_FUZZ_TARGET names no target: `\(name)`") }
  return target
}()

/// What one input may take. It is time of the processor: on a busy machine a second of the clock says nothing.
private let cpuMillisecondsMax = 1_000

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
  let started = cpuMilliseconds()
  if let complaint = target.complaint(about: bytes) { complain(complaint) }
  let taken = cpuMilliseconds() - started
  if taken > cpuMillisecondsMax { complain("it took \(taken) ms") }
  return 0
}

private func cpuMilliseconds() -> Int {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return time.tv_sec * 1_000 + time.tv_nsec / 1_000_000
}

private func complain(_ complaint: String) -> Never {
  write(STDERR_FILENO, complaint + "\n", complaint.utf8.count + 1)
  abort()
}

import Directory
import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The data folder, held by this process alone for as long as the value lives.
///
/// The kernel lets go of the lock when the process ends, however it ends.
final class FolderLock: Sendable {
  private let descriptor: Mutex<Int32>

  /// Makes the folder where it does not exist, for its owner only.
  init(folder: String) throws(StoreFailure) {
    try Self.makeFolder(folder)
    let path = folder + "/lock"
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .system("cannot open `\(path)`") }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let failure: StoreFailure =
        errno == EWOULDBLOCK
        ? .unavailable("another sallyport\(Self.holder(descriptor)) is using `\(folder)`")
        : .system("cannot lock `\(path)`")
      _ = close(descriptor)
      throw failure
    }
    self.descriptor = Mutex(descriptor)
    let process = Array("\(getpid())\n".utf8)
    _ = ftruncate(descriptor, 0)
    _ = pwrite(descriptor, process, process.count, 0)
  }

  deinit { release() }

  func release() {
    descriptor.withLock { descriptor in
      if descriptor >= 0 { _ = close(descriptor) }
      descriptor = -1
    }
  }

  /// ` (process 123)` as the lock's holder wrote it; empty where it has not.
  private static func holder(_ descriptor: Int32) -> String {
    var bytes = [UInt8](repeating: 0, count: 20)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    let digits = bytes.prefix(max(count, 0)).prefix { (0x30...0x39).contains($0) }
    return digits.isEmpty ? "" : " (process \(String(decoding: digits, as: UTF8.self)))"
  }

  private static func makeFolder(_ path: String) throws(StoreFailure) {
    var folder = path
    while folder.utf8.count > 1, folder.hasSuffix("/") { folder.removeLast() }
    var status = stat()
    if stat(folder, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFDIR else { throw .unavailable("`\(folder)` is not a folder") }
      return
    }
    guard errno == ENOENT else { throw .system("cannot open the folder `\(folder)`") }
    let slash = folder.lastIndex(of: "/")
    let parent = slash.map { $0 == folder.startIndex ? "/" : String(folder[..<$0]) } ?? "."
    try makeFolder(parent)
    guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw .system("cannot make the folder `\(folder)`") }
    try sync(parent)
  }

  /// Makes the names in the folder durable; not in one that can be written but not read.
  private static func sync(_ folder: String) throws(StoreFailure) {
    let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
    if descriptor < 0, errno == EACCES { return }
    guard descriptor >= 0 else { throw .system("cannot open the folder `\(folder)`") }
    defer { _ = close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .system("cannot write the folder `\(folder)`") }
  }
}

extension StoreFailure {
  /// What the operating system has just said, in one line.
  static func system(_ attempt: String) -> StoreFailure {
    .unavailable("\(attempt): \(String(cString: strerror(errno)))")
  }
}

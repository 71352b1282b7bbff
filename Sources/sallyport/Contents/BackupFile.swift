import Directory

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A backup that is read.
struct BackupFile: Sendable {
  private static let pieceBytesMax = 1 << 20

  fileprivate let path: String
  private let descriptor: OpenFile

  init(_ path: String) throws(StoreFailure) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system("cannot read `\(path)`") }
    self.init(path, OpenFile(descriptor))
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw .unavailable("`\(path)` is not a file")
    }
  }

  fileprivate init(_ path: String, _ descriptor: OpenFile) {
    self.path = path
    self.descriptor = descriptor
  }

  func size() throws(StoreFailure) -> Int { try descriptor.size(path) }

  /// Begins to read, from the start of the file.
  func reader(_ keys: MasterKeyRing) throws(StoreFailure) -> BackupReader {
    guard lseek(descriptor.number, 0, SEEK_SET) == 0 else { throw .system("cannot read `\(path)`") }
    return try BackupReader(keys: keys) { count throws(StoreFailure) in try read(count) }
  }

  /// Reads all of it, and refuses what is not whole.
  func check(
    _ keys: MasterKeyRing, _ progress: Progress
  ) throws(StoreFailure) -> (header: BackupHeader, summary: ContentsSummary) {
    var reader = try reader(keys)
    while true {
      let items = try reader.next()
      progress.add(items.count)
      if let summary = reader.summary { return (reader.header, summary) }
    }
  }

  /// So many bytes, and fewer only at the end.
  private func read(_ count: Int) throws(StoreFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      var found = 0
      let wanted = min(count - bytes.count, Self.pieceBytesMax)
      let piece = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, initializedCount in
        repeat {
          found = Glibc.read(descriptor.number, buffer.baseAddress, wanted)
        } while found < 0 && errno == EINTR
        initializedCount = max(found, 0)
      }
      guard found >= 0 else { throw .system("cannot read `\(path)`") }
      if found == 0 { break }
      bytes += piece
    }
    return bytes
  }
}

/// A file that gets its name when it is whole, and is gone if that never happens.
struct DraftFile: Sendable {
  private let path: String
  private let draft: String
  private let descriptor: OpenFile

  /// - Parameter path: the name that it will get, which must be free.
  init(_ path: String) throws {
    self.path = path
    draft = path + ".partial"
    try Self.requireFree(path)
    let number = open(draft, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard number >= 0 else { throw StoreFailure.system("cannot create `\(draft)`") }
    descriptor = OpenFile(number)
    // Whoever had the lock until now may have given the file its name meanwhile.
    guard flock(number, LOCK_EX | LOCK_NB) == 0, Self.isFile(number, draft) else {
      throw Complaint("another backup is writing `\(draft)`")
    }
    // One that was killed may have left something.
    guard fchmod(number, 0o600) == 0, ftruncate(number, 0) == 0 else {
      throw StoreFailure.system("cannot write `\(draft)`")
    }
  }

  private static func isFile(_ number: Int32, _ path: String) -> Bool {
    var (opened, named) = (stat(), stat())
    return fstat(number, &opened) == 0 && lstat(path, &named) == 0 && opened.st_ino == named.st_ino
  }

  private static func requireFree(_ path: String) throws {
    var status = stat()
    guard lstat(path, &status) != 0 else { throw Complaint("`\(path)` is there already, and is not overwritten") }
  }

  func write(_ bytes: [UInt8]) throws(StoreFailure) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.write(descriptor.number, buffer.baseAddress.map { $0 + written }, buffer.count - written)
      }
      guard count > 0 || errno == EINTR else { throw .system("cannot write `\(draft)`") }
      written += max(count, 0)
    }
  }

  func sync() throws(StoreFailure) {
    guard fsync(descriptor.number) == 0 else { throw .system("cannot write `\(draft)`") }
  }

  func size() throws(StoreFailure) -> Int { try descriptor.size(path) }

  func reading() -> BackupFile { BackupFile(draft, descriptor) }

  /// Gives the file its name, durably.
  func keep() throws {
    try Self.requireFree(path)
    guard rename(draft, path) == 0 else { throw StoreFailure.system("cannot create `\(path)`") }
    let slash = path.lastIndex(of: "/")
    let parent = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let folder = open(parent, O_RDONLY | O_CLOEXEC)
    guard folder >= 0 else { throw StoreFailure.system("cannot open the folder of `\(path)`") }
    defer { close(folder) }
    guard fsync(folder) == 0 else { throw StoreFailure.system("cannot write the folder of `\(path)`") }
  }

  /// Removes the file, unless it has its name already.
  func discard() { unlink(draft) }
}

/// An open file, closed when nobody has it any more.
private final class OpenFile: Sendable {
  let number: Int32

  init(_ number: Int32) { self.number = number }

  deinit { close(number) }

  func size(_ path: String) throws(StoreFailure) -> Int {
    var status = stat()
    guard fstat(number, &status) == 0 else { throw .system("cannot read `\(path)`") }
    return Int(status.st_size)
  }
}

extension StoreFailure {
  /// What the operating system has just said, in one line.
  fileprivate static func system(_ attempt: String) -> StoreFailure {
    .unavailable("\(attempt): \(String(cString: strerror(errno)))")
  }
}

public import AWSCore

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension MasterKeyRing {
  /// The environment variable that holds master keys, separated by commas.
  public static let variable = "SALLYPORT_MASTER_KEY"
  /// The name of the systemd credential that holds master keys, one per line.
  public static let credential = "sallyport.master-key"
  /// The name of the file in the data folder that holds master keys, one per line.
  public static let file = "master.key"

  /// The installation's master keys, from the first place that has any: environment, systemd credential, file.
  ///
  /// - Parameters:
  ///   - folder: the data folder, which exists.
  ///   - mayCreate: whether the store is still empty; otherwise a missing key is refused, since what is stored was
  ///     sealed with it, and a new one would open nothing.
  public static func load(
    folder: String, environment: [String: String], mayCreate: Bool, entropy: Entropy = .system
  ) throws(SecretsFailure) -> MasterKeyRing {
    if let found = try find(folder: folder, environment: environment) { return found }
    let keyFile = KeyFile(path: folder + "/" + file, isOwnersOnly: true)
    guard mayCreate else {
      throw .masterKey(
        "the master key file `\(keyFile.path)` is missing, and without it nothing stored can be read; restore it")
    }
    let key = MasterKey.random(version: 1, from: entropy)
    if try keyFile.create(key.line.reveal() + "\n") { return try MasterKeyRing([key]) }
    // Another process that starts at the same time has made one.
    return try parse(lines(of: try keyFile.read() ?? ""), from: keyFile.path)
  }

  /// The installation's master keys; nil where no place has any.
  public static func find(
    folder: String, environment: [String: String]
  ) throws(SecretsFailure) -> MasterKeyRing? {
    if let text = environment[variable], !text.isEmpty {
      return try parse(text.split(separator: ",", omittingEmptySubsequences: false), from: variable)
    }
    if let credentials = environment["CREDENTIALS_DIRECTORY"], !credentials.isEmpty,
      let text = try KeyFile(path: credentials + "/" + credential, isOwnersOnly: false).read()
    {
      return try parse(lines(of: text), from: credentials + "/" + credential)
    }
    let keyFile = KeyFile(path: folder + "/" + file, isOwnersOnly: true)
    guard let text = try keyFile.read() else { return nil }
    return try parse(lines(of: text), from: keyFile.path)
  }

  private static func lines(of text: String) -> [Substring] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  private static func parse(_ lines: [Substring], from origin: String) throws(SecretsFailure) -> MasterKeyRing {
    var keys: [MasterKey] = []
    for (index, line) in lines.enumerated() {
      guard let key = MasterKey(line: line) else {
        throw .masterKey("key \(index + 1) of `\(origin)` is not `v1:` (or v2, …) with 32 bytes in base64")
      }
      keys.append(key)
    }
    guard !keys.isEmpty else { throw .masterKey("`\(origin)` holds no master key") }
    return try MasterKeyRing(keys)
  }
}

/// A small file of secrets.
private struct KeyFile {
  private static let sizeLimit = 64 << 10

  let path: String
  /// Whether group and others must be kept out by the file's mode.
  let isOwnersOnly: Bool

  private func failure(_ attempt: String) -> SecretsFailure {
    .masterKey("cannot \(attempt) `\(path)`: \(String(cString: strerror(errno)))")
  }

  /// The whole text; nil where the file does not exist.
  func read() throws(SecretsFailure) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw failure("open")
    }
    defer { _ = close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure("read") }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .masterKey("`\(path)` is not a file") }
    guard !isOwnersOnly || status.st_mode & 0o077 == 0 else {
      throw .masterKey("`\(path)` can be read by others than its owner; run: chmod 600 '\(path)'")
    }
    guard status.st_size <= Self.sizeLimit else { throw .masterKey("`\(path)` is too large for a file of keys") }
    var bytes = [UInt8](repeating: 0, count: Self.sizeLimit)
    var count = 0
    while count < bytes.count {
      let part = bytes.withUnsafeMutableBytes { buffer in
        let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
        return pread(descriptor, rest.baseAddress, rest.count, off_t(count))
      }
      guard part >= 0 else { throw failure("read") }
      guard part > 0 else { break }
      count += part
    }
    guard let text = String(validating: bytes.prefix(count), as: UTF8.self) else {
      throw .masterKey("`\(path)` is not text")
    }
    return text
  }

  /// Makes the file whole and durable or not at all; false where there is one already.
  ///
  /// Several processes may try at once: whoever has the lock on the draft is alone, and looks again.
  func create(_ text: String) throws(SecretsFailure) -> Bool {
    let draft = path + ".new"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure("create") }
    defer { _ = close(descriptor) }
    guard flock(descriptor, LOCK_EX) == 0 else { throw failure("create") }
    defer { _ = unlink(draft) }
    if access(path, F_OK) == 0 { return false }
    let bytes = Array(text.utf8)
    // A draft that a crash left behind may hold another text.
    guard fchmod(descriptor, 0o600) == 0, ftruncate(descriptor, 0) == 0,
      write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0
    else { throw failure("write") }
    guard rename(draft, path) == 0 else { throw failure("create") }
    try syncFolder()
    return true
  }

  /// Makes the file's name durable.
  private func syncFolder() throws(SecretsFailure) {
    let folder = open(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]), O_RDONLY | O_CLOEXEC)
    guard folder >= 0 else { throw failure("write the folder of") }
    defer { _ = close(folder) }
    guard fsync(folder) == 0 else { throw failure("write the folder of") }
  }
}

import AWSCore
import Directory
import Foundation
import Testing

@Suite("Master keys") struct SecretsMasterKeyTests {
  private let partition = PartitionID(text: "account/123456789012")
  private let line = MasterKey.random(version: 1, from: .system).line.reveal()

  private func load(
    _ folder: String, _ environment: [String: String] = [:], mayCreate: Bool = false
  ) throws(SecretsFailure) -> MasterKeyRing {
    try MasterKeyRing.load(folder: folder, environment: environment, mayCreate: mayCreate)
  }

  private func write(_ text: String, to path: String, mode: Int = 0o600) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
  }

  private func refusal(_ folder: String, _ environment: [String: String] = [:], mayCreate: Bool = false) -> String {
    do throws(SecretsFailure) {
      _ = try load(folder, environment, mayCreate: mayCreate)
      return "not refused"
    } catch {
      return error.description
    }
  }

  /// Whether a key wrapped by the one is unwrapped by the other.
  private func isSame(_ a: MasterKeyRing, _ b: MasterKeyRing) -> Bool {
    let wrapped = a.wrap(DataKey.random(from: .system), for: partition)
    return (try? b.unwrap(wrapped, for: partition)) != nil
  }

  @Test("the first start makes a key for the owner only, and the second finds it")
  func create() throws {
    try SecretsFixtures.withFolder { folder in
      let made = try load(folder, mayCreate: true)
      #expect(made.currentVersion == 1)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["master.key"])
      let attributes = try FileManager.default.attributesOfItem(atPath: folder + "/master.key")
      #expect(attributes[.posixPermissions] as? Int == 0o600)
      let text = try String(contentsOfFile: folder + "/master.key", encoding: .utf8)
      #expect(text.count == 48 && text.hasPrefix("v1:") && text.hasSuffix("=\n"))
      #expect(isSame(made, try load(folder)))
      #expect(isSame(made, try load(folder, mayCreate: true)))
    }
  }

  @Test("a draft that a crash left behind is replaced")
  func draft() throws {
    try SecretsFixtures.withFolder { folder in
      try write("v1:", to: folder + "/master.key.new", mode: 0o644)
      #expect(isSame(try load(folder, mayCreate: true), try load(folder)))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["master.key"])
    }
  }

  @Test("a missing key is never replaced where something was stored")
  func missing() throws {
    try SecretsFixtures.withFolder { folder throws in
      let path = folder + "/master.key"
      let words = "the master key file `\(path)` is missing, and without it nothing stored can be read; restore it"
      #expect(refusal(folder) == words)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
  }

  @Test("a file that others can read is refused", arguments: [0o640, 0o604, 0o620, 0o602, 0o610, 0o644, 0o666, 0o777])
  func mode(_ mode: Int) throws {
    try SecretsFixtures.withFolder { folder in
      let path = folder + "/master.key"
      try write(line + "\n", to: path, mode: mode)
      #expect(
        refusal(folder, mayCreate: true)
          == "`\(path)` can be read by others than its owner; run: chmod 600 '\(path)'")
    }
  }

  @Test("a file for the owner only is read", arguments: [0o600, 0o400])
  func ownersMode(_ mode: Int) throws {
    try SecretsFixtures.withFolder { folder in
      try write(line, to: folder + "/master.key", mode: mode)
      #expect(isSame(try load(folder), try load("/nowhere", ["SALLYPORT_MASTER_KEY": line])))
    }
  }

  @Test("a malformed file is refused in one line that does not show it")
  func malformed() throws {
    let key = String(line.dropFirst(3))
    let short = Base64.encode([UInt8](repeating: 7, count: 31))
    let texts = [
      "", "\n", "v1", "v1:", key, "v0:" + key, "v-1:" + key, "v01:" + key, "v+1:" + key, "1:" + key, "V1:" + key,
      "v1:" + short, "v1: " + key, line + " ", line + "\r\n", line + "\n\n", "\n" + line, line + "\nrubbish\n",
      line + "\n" + line, "v99999999999999999999:" + key, "v1:" + key + ":", String(repeating: "v", count: 70_000),
    ]
    try SecretsFixtures.withFolder { folder in
      for text in texts {
        try write(text, to: folder + "/master.key")
        let words = refusal(folder, mayCreate: true)
        #expect(words != "not refused", "\(text.debugDescription)")
        #expect(!words.contains("\n") && !words.contains(key))
      }
    }
  }

  @Test("the newest of several keys wraps, all unwrap")
  func several() throws {
    let lines = [3, 1, 12].map { MasterKey.random(version: $0, from: .system).line.reveal() }
    try SecretsFixtures.withFolder { folder in
      try write(lines.joined(separator: "\n") + "\n", to: folder + "/master.key")
      let ring = try load(folder)
      #expect(ring.currentVersion == 12)
      for line in lines { #expect(isSame(try load("/nowhere", ["SALLYPORT_MASTER_KEY": line]), ring)) }
      #expect(isSame(ring, try load("/nowhere", ["SALLYPORT_MASTER_KEY": lines.joined(separator: ",")])))
    }
  }

  @Test("the environment comes before the credential, the credential before the file")
  func sources() throws {
    let lines = (0..<3).map { _ in MasterKey.random(version: 1, from: .system).line.reveal() }
    let rings = try lines.map { try load("/nowhere", ["SALLYPORT_MASTER_KEY": $0]) }
    try SecretsFixtures.withFolder { folder in
      let credentials = folder + "/credentials"
      try FileManager.default.createDirectory(atPath: credentials, withIntermediateDirectories: false)
      try write(lines[0], to: folder + "/master.key")
      let withoutFile = ["CREDENTIALS_DIRECTORY": credentials]
      #expect(isSame(try load(folder, withoutFile), rings[0]))
      try write(lines[1] + "\n", to: credentials + "/sallyport.master-key", mode: 0o440)
      #expect(isSame(try load(folder, withoutFile), rings[1]))
      let environment = withoutFile.merging(["SALLYPORT_MASTER_KEY": lines[2]]) { $1 }
      #expect(isSame(try load(folder, environment), rings[2]))
      #expect(isSame(try load(folder, ["SALLYPORT_MASTER_KEY": ""]), rings[0]))
    }
  }

  @Test("a malformed variable is refused without being shown", arguments: ["x", "v1:x", ",", "v1:AA=="])
  func malformedVariable(_ text: String) throws {
    try SecretsFixtures.withFolder { folder throws in
      let words = refusal(folder, ["SALLYPORT_MASTER_KEY": text], mayCreate: true)
      #expect(words.contains("SALLYPORT_MASTER_KEY") && words.contains("32 bytes in base64"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
  }

  @Test("a ring has at least one key, and one of each version")
  func ring() {
    #expect(throws: SecretsFailure.masterKey("there is no master key")) { try MasterKeyRing([]) }
    #expect(throws: SecretsFailure.masterKey("there are two master keys v4")) { try SecretsFixtures.ring(4, 4) }
  }
}

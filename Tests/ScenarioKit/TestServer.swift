public import AWSCore
public import AWSWire
public import Directory
import IAM
import Logging
import STS
public import ServiceKit
import Synchronization
public import WebIdentity

/// The whole program without socket and disk: a memory store, a clock that stands still, seeded randomness.
public final class TestServer: Sendable {
  public let directory: Directory
  public let pipeline: Pipeline
  public let lastUsed: LastUsed
  public let environment: Environment
  private let time: TestTime

  /// All services of the program, as the composition has them.
  public static let services = [IAMService.description, STSService.description]

  public static func start(
    seed: UInt64 = 1, quotas: Quotas = .standard, store: (any Store)? = nil, outageMax: Duration? = nil,
    issuers: any KeySource = StubIssuers(), linkedRoleUses: LinkedRoleUses = LinkedRoleUses(of: services)
  ) async throws -> TestServer {
    let time = TestTime()
    let directory = try await Directory.open(
      store: store ?? MemoryStore(),
      keys: MasterKeyRing([.random(version: 1, from: .seeded(seed))]), clock: Clock { time.now },
      entropy: .seeded(seed), quotas: quotas, outageMax: outageMax)
    return TestServer(directory: directory, time: time, issuers: issuers, linkedRoleUses: linkedRoleUses)
  }

  private init(directory: Directory, time: TestTime, issuers: any KeySource, linkedRoleUses: LinkedRoleUses) {
    self.directory = directory
    self.time = time
    lastUsed = LastUsed(store: directory.store)
    environment = Environment(
      directory: directory, lastUsed: lastUsed, linkedRoleUses: linkedRoleUses, issuerKeys: issuers,
      publicURL: PublicURL("https://sallyport.example"))
    pipeline = Pipeline(
      router: Router(services: Self.services), environment: environment,
      log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  public var now: Timestamp { time.now }
  public func advance(seconds: Int64) { time.advance(seconds) }

  /// A fresh account; its credentials are the root user's.
  public func account() async throws -> TestAccount {
    let tag = directory.entropy.requestID()
    let made = try await directory.createAccount(name: "test", email: "root@\(tag).invalid")
    return TestAccount(
      server: self, id: made.account,
      root: SigV4.Credentials(accessKeyID: made.rootAccessKeyID, secretAccessKey: made.rootSecretAccessKey))
  }

  /// Calls an operation as a client does: a signed form.
  ///
  /// - Parameter credentials: nil sends the request unsigned.
  public func call(
    _ action: String, _ parameters: [String: String] = [:], as credentials: SigV4.Credentials?, service: String = "iam"
  ) async throws -> Answer {
    var request = Self.request(action, parameters, service: service)
    if let credentials {
      try SigV4.sign(&request, with: credentials, region: "us-east-1", service: service, at: now)
    }
    return Answer(await pipeline.respond(to: request))
  }

  /// The unsigned request of a call.
  public static func request(
    _ action: String, _ parameters: [String: String], service: String = "iam"
  ) -> HTTPRequestMessage {
    var pairs = ["Action": action, "Version": service == "sts" ? "2011-06-15" : "2010-05-08"]
    pairs.merge(parameters) { $1 }
    let body = pairs.sorted { $0.key < $1.key }
      .map { "\(escaped($0.key))=\(escaped($0.value))" }.joined(separator: "&")
    return HTTPRequestMessage(
      method: "POST", path: "/",
      headers: [
        Header("host", "\(service).example"),
        Header("content-type", "application/x-www-form-urlencoded; charset=utf-8"),
        Header("user-agent", "test"),
      ], body: Array(body.utf8), peerAddress: "192.0.2.7")
  }

  static func escaped(_ text: String) -> String {
    let plain = ByteClass.word(and: "-.~")
    return text.utf8.map { byte in
      plain.contains(byte)
        ? String(Unicode.Scalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }.joined()
  }
}

/// An account under test with its root user's credentials.
public struct TestAccount: Sendable {
  public let server: TestServer
  public let id: AccountID
  public let root: SigV4.Credentials

  /// Calls as the root user, and fails the test's expectations where the answer is an error.
  @discardableResult
  public func root(
    _ action: String, _ parameters: [String: String] = [:], service: String = "iam"
  ) async throws -> Answer {
    try await server.call(action, parameters, as: root, service: service).succeeded(action)
  }

  /// A new user with an access key.
  ///
  /// - Parameter policy: an inline policy, if any.
  public func user(_ name: String, policy: String? = nil) async throws -> SigV4.Credentials {
    try await root("CreateUser", ["UserName": name])
    if let policy {
      try await root("PutUserPolicy", ["UserName": name, "PolicyName": "inline", "PolicyDocument": policy])
    }
    let key = try await root("CreateAccessKey", ["UserName": name])
    return SigV4.Credentials(
      accessKeyID: key["AccessKeyId"] ?? "", secretAccessKey: Secret(key["SecretAccessKey"] ?? ""))
  }

  /// A new role that the whole account may assume.
  public func role(_ name: String, policy: String? = nil, trusting principal: String? = nil) async throws {
    try await root(
      "CreateRole",
      ["RoleName": name, "AssumeRolePolicyDocument": TestPolicy.trust(principal ?? "arn:aws:iam::\(id):root")])
    if let policy {
      try await root("PutRolePolicy", ["RoleName": name, "PolicyName": "inline", "PolicyDocument": policy])
    }
  }

  /// Assumes a role and answers the session's credentials.
  public func assume(
    _ role: String, as caller: SigV4.Credentials, _ parameters: [String: String] = [:]
  ) async throws -> SigV4.Credentials {
    var all = ["RoleArn": "arn:aws:iam::\(id):role/\(role)", "RoleSessionName": "session"]
    all.merge(parameters) { $1 }
    return try await server.call("AssumeRole", all, as: caller, service: "sts").succeeded("AssumeRole").credentials
  }
}

/// Policies that tests are made of.
public enum TestPolicy {
  public static func allow(_ actions: String..., on resource: String = "*") -> String {
    statement("Allow", actions, resource)
  }

  public static func deny(_ actions: String..., on resource: String = "*") -> String {
    statement("Deny", actions, resource)
  }

  private static func statement(_ effect: String, _ actions: [String], _ resource: String) -> String {
    let list = actions.map { "\"\($0)\"" }.joined(separator: ",")
    return """
      {"Version":"2012-10-17","Statement":[{"Effect":"\(effect)","Action":[\(list)],"Resource":"\(resource)"}]}
      """
  }

  public static func trust(_ principal: String, condition: String? = nil) -> String {
    let condition = condition.map { ",\"Condition\":\($0)" } ?? ""
    return """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"\(principal)"},\
      "Action":["sts:AssumeRole","sts:TagSession","sts:SetSourceIdentity"]\(condition)}]}
      """
  }
}

private final class TestTime: Sendable {
  private let milliseconds = Mutex<Int64>(1_767_225_600_000)
  var now: Timestamp { Timestamp(milliseconds: milliseconds.withLock { $0 }) }
  func advance(_ seconds: Int64) { milliseconds.withLock { $0 += seconds * 1000 } }
}

extension Entropy {
  /// Bytes that are the same for the same seed (SplitMix64).
  public static func seeded(_ seed: UInt64) -> Entropy {
    let generator = SeededGenerator(seed)
    return Entropy { generator.bytes($0) }
  }
}

private final class SeededGenerator: Sendable {
  private let state: Mutex<UInt64>
  init(_ seed: UInt64) { state = Mutex(seed) }

  func bytes(_ count: Int) -> [UInt8] {
    state.withLock { state in
      (0..<count).map { _ in
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return UInt8(truncatingIfNeeded: mixed ^ (mixed >> 31))
      }
    }
  }
}

import AWSCore
import Directory
import PolicyEngine
import ScenarioKit

/// A kind of entity that policies are attached to, with the parameters that name one.
enum Holder: String, CaseIterable, Sendable, CustomStringConvertible {
  case user = "User"
  case group = "Group"
  case role = "Role"

  static let bounded: [Holder] = [.user, .role]
  static let name = "entity"

  /// As it stands in the names of operations.
  var description: String { rawValue }
  var word: String { rawValue.lowercased() }
  /// The parameter that names the entity.
  var parameters: [String: String] { ["\(rawValue)Name": Self.name] }

  func parameters(_ more: [String: String]) -> [String: String] { parameters.merging(more) { $1 } }

  /// Makes the entity that `parameters` name.
  func make(in account: TestAccount, path: String = "/") async throws {
    var parameters = parameters(["Path": path])
    if self == .role {
      parameters["AssumeRolePolicyDocument"] = TestPolicy.trust("arn:aws:iam::\(account.id):root")
    }
    try await account.root("Create\(rawValue)", parameters)
  }
}

extension TestAccount {
  static func start(quotas: Quotas = .standard) async throws -> TestAccount {
    try await TestServer.start(quotas: quotas).account()
  }

  /// Calls as the root user, whatever comes of it.
  func attempt(_ action: String, _ parameters: [String: String] = [:]) async throws -> Answer {
    try await server.call(action, parameters, as: root)
  }

  /// A new customer managed policy; answers its ARN.
  @discardableResult
  func policy(
    _ name: String, _ document: String = TestPolicy.allow("s3:*"), path: String = "/",
    tags: [(String, String)] = []
  ) async throws -> String {
    var parameters = ["PolicyName": name, "PolicyDocument": document, "Path": path]
    for (index, tag) in tags.enumerated() {
      parameters["Tags.member.\(index + 1).Key"] = tag.0
      parameters["Tags.member.\(index + 1).Value"] = tag.1
    }
    return try await root("CreatePolicy", parameters)["Arn"] ?? ""
  }

  /// Every page of a list as the root user, read to the end in pages of the size.
  func pages(_ action: String, _ parameters: [String: String] = [:], size: Int) async throws
    -> [Answer]
  {
    var pages: [Answer] = []
    var parameters = parameters.merging(["MaxItems": "\(size)"]) { $1 }
    while pages.count < 1_000 {
      let page = try await root(action, parameters)
      pages.append(page)
      guard page["IsTruncated"] == "true", let marker = page["Marker"] else { return pages }
      parameters["Marker"] = marker
    }
    return pages
  }

  /// A role that belongs to a service of AWS.
  func serviceLinkedRole(_ name: String) async throws {
    let document = try PolicyDocument.parse(TestPolicy.trust("*"), as: .trust)
    let role = RoleRecord(
      id: "AROA00000000000000LNK", account: id, roleName: RoleName(unchecked: name), path: .root,
      createDate: server.now,
      trustPolicy: StoredPolicy(name: "trust", document: document, kind: .trust), description: nil,
      linkedService: "ec2.amazonaws.com")
    try await server.directory.write(to: id) { tx throws(Failure) in try tx.put(role) }
  }
}

/// A policy document of exactly that many characters that are not white space, and of some that are.
func document(size: Int) -> String {
  let text = TestPolicy.allow("s3:*", on: "arn:aws:s3:::")
  let padding = String(repeating: "x", count: size - text.count)
  return TestPolicy.allow("s3:*", on: "arn:aws:s3:::" + padding).replacing(",", with: " ,\r\n\t ")
}

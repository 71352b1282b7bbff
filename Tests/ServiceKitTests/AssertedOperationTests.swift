import AWSCore
import AWSWire
import Directory
import Logging
import PolicyEngine
import Testing

@testable import ScenarioKit
@testable import ServiceKit

/// The way in for those whom an identity provider vouches for, on an operation that believes whatever it is told.
@Suite("Asserted operations") struct AssertedOperationTests {
  /// Believes a name, refuses the name `nobody`, and asks a policy that trusts one provider.
  struct Enter: AssertedOperation {
    struct Input: WireStruct {
      let account: String
      let name: String
      let provider: String
      let isOpen: Bool?

      init(from fields: inout Fields) {
        account = fields.required("Account")
        name = fields.required("Name")
        provider = fields.required("Provider")
        isOpen = fields.optional("Open")
      }
    }

    static let failures: [ErrorCode] = []

    static func verify(_ input: Input, _ visit: Visit) async throws(Failure) -> Vouched<String> {
      guard input.name != "nobody", let account = AccountID(input.account) else {
        throw Failure(ErrorCode("InvalidIdentityToken", status: 400), "not believed")
      }
      return Vouched(
        provider: input.provider, account: account, claims: input.name,
        onceOnly: OneTimeValue(
          space: "test", parts: [input.account, input.name], expires: visit.now.adding(seconds: 60),
          refusal: Failure(ErrorCode("InvalidIdentityToken", status: 400), "came before")))
    }

    static func access(_ input: Input, _ claims: String, _ view: View) throws(Failure) -> Access {
      if input.isOpen == true { return .open }
      var access = Access(
        "sts:AssumeRoleWithSAML", on: .iam(view.account.id, "role/r"), keys: [.one("saml:sub", claims)])
      do {
        let trust = """
          {"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Federated":"idp.example"},
          "Action":"sts:AssumeRoleWithSAML","Condition":{"StringEquals":{"saml:sub":["ann","bob"]}}}}
          """
        access.resourcePolicy = Policy(
          try PolicyDocument.parse(trust, as: .trust), source: PolicySource(kind: .trust, name: "trust"))
      } catch {
        throw Failure(.serviceFailure, "\(error)")
      }
      return access
    }

    struct Output: WireOutput {
      let name: String
      func encode(to writer: inout WireWriter) { writer.put("Name", name) }
    }

    static func perform(_ input: Input, _ claims: String, _ view: View, _ grant: Grant) throws(Failure) -> Output {
      Output(name: claims)
    }
  }

  let server: TestServer
  let account: TestAccount
  let pipeline: Pipeline

  init() async throws {
    server = try await TestServer.start()
    account = try await server.account()
    let service = ServiceDescription(
      name: "sts", apiVersion: "2011-06-15", wireProtocol: .query(namespace: "urn:test"),
      signatureRules: SigV4.Rules(services: ["sts"]), operations: [Enter.self], missing: [])
    pipeline = Pipeline(
      router: Router(services: [service]),
      environment: server.environment,
      log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  private func enter(
    _ name: String, by provider: String = "idp.example", open: Bool = false, signed: SigV4.Credentials? = nil
  ) async throws -> Answer {
    var request = TestServer.request(
      "Enter",
      ["Account": account.id.description, "Name": name, "Provider": provider, "Open": open ? "true" : "false"],
      service: "sts")
    if let signed {
      try SigV4.sign(&request, with: signed, region: "us-east-1", service: "sts", at: server.now)
    }
    return Answer(await pipeline.respond(to: request))
  }

  @Test("who is vouched for by a trusted provider comes in without a signature")
  func comesIn() async throws {
    let answer = try await enter("ann")
    #expect(answer["Name"] == "ann", "\(answer.text)")
  }

  @Test("the assertion is verified before any policy is asked")
  func verifiedFirst() async throws {
    #expect(try await enter("nobody", by: "other.example").code == "InvalidIdentityToken")
  }

  @Test("what the policy does not grant is refused, and no more is said", arguments: ["carl", "eve"])
  func notGranted(_ name: String) async throws {
    let answer = try await enter(name)
    #expect(answer.code == "AccessDenied")
    #expect(answer.message == "Not authorized to perform sts:AssumeRoleWithSAML")
  }

  @Test("another provider's word is not the trusted one's", arguments: ["other.example", "IDP.example", "*", ""])
  func otherProvider(_ provider: String) async throws {
    #expect(try await enter("ann", by: provider).code == "AccessDenied")
  }

  @Test("what is open to callers with credentials is not open to those without")
  func openIsNotForStrangers() async throws {
    #expect(try await enter("ann", open: true).code == "AccessDenied")
  }

  @Test("a signature gives nothing that the assertion does not give")
  func signatureIsIgnored() async throws {
    #expect(try await enter("carl", signed: account.root).code == "AccessDenied")
    let forged = SigV4.Credentials(accessKeyID: account.root.accessKeyID, secretAccessKey: Secret("wrong"))
    #expect(try await enter("bob", signed: forged)["Name"] == "bob")
  }

  @Test("a one-time value is used up by the call that is answered, and by no refusal before it")
  func onceOnly() async throws {
    #expect(try await enter("ann", by: "other.example").code == "AccessDenied")
    #expect(try await enter("ann").isSuccess)
    let again = try await enter("ann")
    #expect(again.code == "InvalidIdentityToken")
    #expect(again.message == "came before")
    #expect(try await enter("bob").isSuccess)
  }
}

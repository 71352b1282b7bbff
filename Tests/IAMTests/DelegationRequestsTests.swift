import AWSCore
import Directory
import ScenarioKit
import Testing

@Suite("Delegation requests") struct DelegationRequestsTests {
  /// A partner's account and a customer's, on one server.
  private struct Stage {
    let partner: TestAccount
    let customer: TestAccount
    let template: String

    init(quotas: Quotas = .standard) async throws {
      partner = try await TestAccount.start(quotas: quotas)
      customer = try await partner.server.account()
      template = try await partner.policy(
        "Template", TestPolicy.allow("s3:GetObject", "s3:List*", on: "arn:aws:s3:::@{bucket}/*"))
    }

    func parameters(_ more: [String: String?] = [:]) -> [String: String] {
      let all: [String: String?] = [
        "Description": "Look at what is in a bucket", "Permissions.PolicyTemplateArn": template,
        "Permissions.Parameters.member.1.Name": "bucket", "Permissions.Parameters.member.1.Type": "string",
        "Permissions.Parameters.member.1.Values.member.1": "logs", "RequestorWorkflowId": "case-1",
        "NotificationChannel": "arn:aws:sns:us-east-1:\(partner.id):told", "SessionDuration": "3600",
      ]
      return all.merging(more) { $1 }.compactMapValues(\.self)
    }

    /// A request of the partner's; answers the parameter that names it.
    func request(_ more: [String: String?] = [:]) async throws -> [String: String] {
      let made = try await partner.root("CreateDelegationRequest", parameters(more))
      return ["DelegationRequestId": made["DelegationRequestId"] ?? ""]
    }

    func state(_ id: [String: String]) async throws -> String? {
      try await customer.root("GetDelegationRequest", id)["State"]
    }
  }

  @Test("a request is taken on, handed on, accepted and finalized")
  func life() async throws {
    let stage = try await Stage()
    let id = try await stage.request()
    let asked = try await stage.customer.root("GetDelegationRequest", id)
    #expect(asked["State"] == "UNASSIGNED" && asked["OwnerAccountId"] == nil)
    #expect(asked["RequestorId"] == stage.partner.id.description)
    #expect(asked["PermissionPolicy"]?.contains("arn:aws:s3:::logs/*") == true)
    #expect(try await stage.customer.root("ListDelegationRequests").all("DelegationRequestId").isEmpty)
    try await stage.customer.root("AssociateDelegationRequest", id)
    let taken = try await stage.customer.root("GetDelegationRequest", id)
    #expect(taken["State"] == "ASSIGNED" && taken["OwnerId"] == "arn:aws:iam::\(stage.customer.id):root")
    #expect(taken["OwnerAccountId"] == stage.customer.id.description)
    try await stage.customer.root("UpdateDelegationRequest", id.merging(["Notes": "please"]) { $1 })
    let handed = try await stage.customer.root("GetDelegationRequest", id)
    #expect(handed["State"] == "PENDING_APPROVAL" && handed["Notes"] == "please")
    try await stage.customer.root("AcceptDelegationRequest", id)
    #expect(try await stage.state(id) == "ACCEPTED")
    try await stage.customer.root("SendDelegationToken", id)
    #expect(try await stage.state(id) == "FINALIZED")
    #expect(try await stage.customer.root("ListDelegationRequests").all("State") == ["FINALIZED"])
  }

  @Test("no state lets more be done than AWS says")
  func transitions() async throws {
    let actions: [String: [String]] = [
      "AssociateDelegationRequest": ["UNASSIGNED"],
      "UpdateDelegationRequest": ["ASSIGNED", "PENDING_APPROVAL"],
      "AcceptDelegationRequest": ["ASSIGNED", "PENDING_APPROVAL"],
      "RejectDelegationRequest": ["ASSIGNED", "PENDING_APPROVAL", "ACCEPTED"],
      "SendDelegationToken": ["ACCEPTED"],
    ]
    let ways: [String: [String]] = [
      "UNASSIGNED": [], "ASSIGNED": ["Associate"], "PENDING_APPROVAL": ["Associate", "Update"],
      "ACCEPTED": ["Associate", "Accept"], "REJECTED": ["Associate", "Reject"],
    ]
    let stage = try await Stage()
    var number = 0
    for (state, way) in ways {
      for (action, allowed) in actions {
        number += 1
        let id = try await stage.request(["RequestorWorkflowId": "case-\(number)"])
        for step in way { try await stage.customer.root("\(step)DelegationRequest", id) }
        #expect(try await stage.state(id) == state)
        let answer = try await stage.customer.attempt(action, id)
        let code = action == "AcceptDelegationRequest" ? "ValidationError" : "InvalidInput"
        #expect(answer.code == (allowed.contains(state) ? nil : code), "\(action) in \(state)")
      }
    }
  }

  @Test("a request that nobody goes on with expires, and is forgotten later")
  func expiry() async throws {
    let stage = try await Stage()
    let lone = try await stage.request()
    let taken = try await stage.request(["RequestorWorkflowId": "case-2"])
    try await stage.customer.root("AssociateDelegationRequest", taken)
    stage.partner.server.advance(seconds: 86_400 - 1)
    #expect(try await stage.state(lone) == "UNASSIGNED")
    stage.partner.server.advance(seconds: 1)
    #expect(try await stage.state(lone) == "EXPIRED")
    #expect(try await stage.customer.attempt("AssociateDelegationRequest", lone).code == "InvalidInput")
    #expect(try await stage.state(taken) == "ASSIGNED")
    stage.partner.server.advance(seconds: 6 * 86_400)
    #expect(try await stage.state(taken) == "EXPIRED")
    #expect(try await stage.customer.attempt("AcceptDelegationRequest", taken).code == "ValidationError")
    stage.partner.server.advance(seconds: 30 * 86_400)
    #expect(try await stage.customer.attempt("GetDelegationRequest", taken).code == "NoSuchEntity")
    _ = try await stage.request()
    #expect(stage.partner.server.directory.registry.delegationRequests.count == 1)
  }

  @Test("a request is for the account that it names, and for whoever took it on")
  func accounts() async throws {
    let stage = try await Stage()
    let id = try await stage.request(["OwnerAccountId": stage.customer.id.description])
    let stranger = try await stage.partner.server.account()
    for other in [stranger, stage.partner] {
      for action in ["GetDelegationRequest", "AssociateDelegationRequest", "RejectDelegationRequest"] {
        #expect(try await other.attempt(action, id).isSuccess == false)
      }
    }
    #expect(try await stage.state(id) == "UNASSIGNED")
    let open = try await stage.request(["RequestorWorkflowId": "case-2"])
    try await stranger.root("AssociateDelegationRequest", open)
    #expect(try await stage.customer.attempt("GetDelegationRequest", open).isSuccess == false)
    #expect(try await stage.customer.attempt("AcceptDelegationRequest", open).isSuccess == false)
  }

  @Test("the owner may see and hand on the request without a permission, but not against a Deny")
  func owner() async throws {
    let stage = try await Stage()
    let id = try await stage.request()
    let user = try await stage.customer.user("u", policy: TestPolicy.allow("iam:AssociateDelegationRequest"))
    func call(_ action: String, _ parameters: [String: String]? = nil) async throws -> String? {
      try await stage.customer.server.call(action, parameters ?? id, as: user).code
    }
    #expect(try await call("GetDelegationRequest") == "AccessDenied")
    #expect(try await call("AssociateDelegationRequest") == nil)
    #expect(try await call("GetDelegationRequest") == nil)
    let arn = "arn:aws:iam::\(stage.customer.id):delegation-request/\(id["DelegationRequestId"] ?? "")"
    #expect(try await call("GetHumanReadableSummary", ["EntityArn": arn]) == nil)
    #expect(try await call("UpdateDelegationRequest") == nil)
    for action in ["AcceptDelegationRequest", "RejectDelegationRequest", "SendDelegationToken"] {
      #expect(try await call(action) == "AccessDenied")
    }
    try await stage.customer.root(
      "PutUserPolicy",
      ["UserName": "u", "PolicyName": "no", "PolicyDocument": TestPolicy.deny("iam:GetDelegationRequest")])
    #expect(try await call("GetDelegationRequest") == "AccessDenied")
  }

  @Test("a token that the owner alone may send is sent by nobody else")
  func onlyOwner() async throws {
    let stage = try await Stage()
    let id = try await stage.request(["OnlySendByOwner": "true"])
    let user = try await stage.customer.user("u", policy: TestPolicy.allow("iam:*"))
    _ = try await stage.customer.server.call("AssociateDelegationRequest", id, as: user).succeeded("Associate")
    try await stage.customer.root("AcceptDelegationRequest", id)
    #expect(try await stage.customer.attempt("SendDelegationToken", id).code == "AccessDenied")
    #expect(try await stage.customer.server.call("SendDelegationToken", id, as: user).isSuccess)
  }

  static let refusals: [(change: [String: String?], code: String)] = [
    (["NotificationChannel": "told"], "InvalidInput"),
    (["NotificationChannel": "arn:aws:sns:us-east-1:123456789012:told"], "InvalidInput"),
    (["Permissions.PolicyTemplateArn": "arn:aws:iam::aws:policy/NoSuchPolicy"], "InvalidInput"),
    (["Permissions.PolicyTemplateArn": "arn:aws:iam::aws:policy/PowerUserAccess"], "InvalidInput"),
    (["Permissions.Parameters.member.1.Name": "bottle"], "InvalidInput"),
    (["Permissions.Parameters.member.1.Values.member.2": "more"], "InvalidInput"),
    (["Permissions.Parameters.member.1.Type": nil], "InvalidInput"),
    (["Permissions.Parameters.member.1.Name": "name"], "ValidationError"),
    (["SessionDuration": "299"], "ValidationError"), (["SessionDuration": "43201"], "ValidationError"),
    (["SessionDuration": nil], "ValidationError"), (["RequestorWorkflowId": "four"], "ValidationError"),
    (["RedirectUrl": "ftp://x"], "ValidationError"), (["RedirectUrl": "https://u@x"], "ValidationError"),
    (["OwnerAccountId": "12345678901"], "ValidationError"),
  ]

  @Test("what is no request makes none", arguments: refusals.indices)
  func refused(_ index: Int) async throws {
    let stage = try await Stage()
    let (change, code) = Self.refusals[index]
    #expect(try await stage.partner.attempt("CreateDelegationRequest", stage.parameters(change)).code == code)
    #expect(stage.partner.server.directory.registry.delegationRequests.count == 0)
  }

  @Test("a value stays a value, whatever it holds")
  func injection() async throws {
    let stage = try await Stage()
    let value = #"x"],"Action":"*","Resource":["*"#
    let id = try await stage.request(["Permissions.Parameters.member.1.Values.member.1": value])
    let shown = try await stage.customer.root("GetDelegationRequest", id)
    #expect(shown["PermissionPolicy"]?.contains(#"arn:aws:s3:::x\"],\"Action\":\"*\",\"Resource\":[\"*/*"#) == true)
  }

  @Test("a workflow is asked for once, and there are as many requests as the quota says")
  func quota() async throws {
    var quotas = Quotas.standard
    quotas.delegationRequestsPerAccount = 2
    let stage = try await Stage(quotas: quotas)
    _ = try await stage.request()
    let again = try await stage.partner.attempt("CreateDelegationRequest", stage.parameters())
    #expect(again.code == "EntityAlreadyExists")
    _ = try await stage.request(["RequestorWorkflowId": "case-2"])
    let over = try await stage.partner.attempt(
      "CreateDelegationRequest", stage.parameters(["RequestorWorkflowId": "case-3"]))
    #expect(over.code == "LimitExceeded")
  }

  @Test("the summary says in English who asks for what")
  func summary() async throws {
    let stage = try await Stage()
    let id = try await stage.request()
    let arn = "arn:aws:iam::\(stage.customer.id):delegation-request/\(id["DelegationRequestId"] ?? "")"
    let english = try await stage.customer.root("GetHumanReadableSummary", ["EntityArn": arn])
    #expect(english["SummaryState"] == "AVAILABLE" && english["Locale"] == "en")
    #expect(english["SummaryContent"]?.contains("Allows s3:GetObject, s3:List* on arn:aws:s3:::logs/*.") == true)
    let french = try await stage.customer.root("GetHumanReadableSummary", ["EntityArn": arn, "Locale": "fr"])
    #expect(french["SummaryState"] == "NOT_SUPPORTED" && french["SummaryContent"] == nil)
    let other = try await stage.customer.attempt(
      "GetHumanReadableSummary", ["EntityArn": "arn:aws:iam::\(stage.customer.id):user/u"])
    #expect(other.code == "InvalidInput")
  }

  @Test("requests are listed by owner and in pages")
  func listed() async throws {
    let stage = try await Stage()
    let user = try await stage.customer.user("u", policy: TestPolicy.allow("iam:*"))
    for number in 1...3 {
      let id = try await stage.request(["RequestorWorkflowId": "case-\(number)"])
      let credentials = number == 1 ? user : stage.customer.root
      _ = try await stage.customer.server.call("AssociateDelegationRequest", id, as: credentials).succeeded("Associate")
    }
    let first = try await stage.customer.root("ListDelegationRequests", ["MaxItems": "2"])
    #expect(first.all("State").count == 2 && first["isTruncated"] == "true")
    let rest = try await stage.customer.root(
      "ListDelegationRequests", ["MaxItems": "2", "Marker": first["Marker"] ?? ""])
    #expect(rest.all("State").count == 1 && rest["isTruncated"] == "false")
    let own = try await stage.customer.root(
      "ListDelegationRequests", ["OwnerId": "arn:aws:iam::\(stage.customer.id):user/u"])
    #expect(own.all("State").count == 1)
  }
}

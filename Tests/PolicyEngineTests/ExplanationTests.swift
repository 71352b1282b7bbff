import AWSCore
import PolicyEngine
import Testing

@Suite("Explanations")
struct ExplanationTests {
  private static let account = AccountID("111111111111")!
  private static let ann = "arn:aws:iam::111111111111:user/ann"
  private static let photo = "arn:aws:s3:::photos/ann/cat.jpg"

  private func policy(_ text: String, _ kind: PolicyDocument.Kind = .identity) throws -> Policy {
    Policy(try PolicyDocument.parse(text, as: kind), source: PolicySource(kind: .managed, name: "p"))
  }

  /// One statement that allows reading photos, with more elements or others in their place.
  private func allowing(_ condition: String = "{}", resource: String = "arn:aws:s3:::photos/*") throws -> Policy {
    try policy(
      """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"\(resource)",
      "Condition":\(condition)}]}
      """)
  }

  private func request(
    _ principal: RequestPrincipal = .user(arn: ann, account: account), action: String = "s3:GetObject",
    resource: String = photo, owner: AccountID? = account, context: [String: [String]] = [:]
  ) -> AuthorizationRequest {
    var values = RequestContext()
    for (key, list) in context { values[key] = list }
    return AuthorizationRequest(
      principal: principal, action: action, resource: resource, resourceAccount: owner, context: values)
  }

  private func identity(_ explanation: Explanation) throws -> Explanation.LayerReport {
    try #require(explanation.layers.first { $0.layer == .identity })
  }

  private func mismatch(_ policy: Policy, _ request: AuthorizationRequest) throws -> Mismatch {
    let report = try identity(Authorization.explain(request, under: PolicyLayers(identity: [policy])))
    let miss = try #require(report.nearMisses.first)
    #expect(report.nearMisses.count == 1 && miss.mismatches.count == 1)
    return try #require(miss.mismatches.first)
  }

  // MARK: Places

  @Test("each element that failed is quoted from the document: the value that comes nearest, or the operator's key")
  func places() throws {
    let text = """
      {
        "Version": "2012-10-17",
        "Statement": [
          {"Effect": "Allow", "Action": "ec2:*", "Resource": "*"},
          {
            "Effect": "Allow",
            "Action": ["s3:PutObject", "s3:GetObjects"],
            "Resource": ["arn:aws:s3:::other/*", "arn:aws:s3:::photos/ben/*"],
            "Condition": {"Bool": {"k:a": "true"}, "StringEquals": {"k:b": "x",
              "k:c": ["y", "é"]}}
          }
        ]
      }
      """
    let found = try identity(
      Authorization.explain(
        request(context: ["k:a": ["true"], "k:b": ["x"], "k:c": ["z"]]), under: PolicyLayers(identity: [policy(text)])))
    let miss = try #require(found.nearMisses.first)
    #expect(found.nearMisses.count == 1)
    #expect(miss.statement.index == 1 && miss.statement.position.line == 5)
    let equals = try #require(ConditionOperator("StringEquals"))
    #expect(miss.mismatches.map(\.element) == [.action, .resource, .condition(equals, key: "k:c")])
    #expect(miss.mismatches.map { [$0.range.start.line, $0.range.start.column] } == [[7, 34], [8, 44], [10, 9]])
    #expect(miss.mismatches.map { [$0.range.end.line, $0.range.end.column] } == [[7, 49], [8, 71], [10, 26]])
    #expect(miss.mismatches.map(\.wanted).last == ["y", "é"] && miss.mismatches.map(\.given).last == ["z"])
  }

  @Test("a statement about another service is no near miss")
  func otherService() throws {
    let text = #"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ec2:GetObject","Resource":"*"}}"#
    let found = try identity(Authorization.explain(request(), under: PolicyLayers(identity: [policy(text)])))
    #expect(found.nearMisses.isEmpty && found.statementsOnAction == 0 && found.statementCount == 1)
  }

  // MARK: Reasons

  private static let conditions: [(condition: String, context: [String: [String]], reason: Mismatch.Reason)] = [
    (#"{"StringEquals":{"k:a":"x"}}"#, ["k:a": ["y"]], .differs),
    (#"{"StringEquals":{"k:a":"x"}}"#, [:], .keyAbsent),
    (#"{"StringEquals":{"k:a":"x"}}"#, ["k:a": []], .noValue),
    (#"{"ForAnyValue:StringEquals":{"k:a":"x"}}"#, ["k:a": [""]], .noValue),
    (#"{"StringEquals":{"k:a":"${k:b}"}}"#, ["k:a": ["y"]], .unresolvedVariables(["k:b"])),
    (#"{"StringEquals":{"k:a":"${k:b}"}}"#, ["k:a": ["y"], "k:b": ["1", "2"]], .unresolvedVariables(["k:b"])),
    (#"{"StringNotEquals":{"k:a":["${k:b}","y"]}}"#, ["k:a": ["y"]], .differs),
    (#"{"NumericEquals":{"k:a":"1"}}"#, ["k:a": ["one"]], .unreadableValues(["one"])),
    (#"{"NumericEquals":{"k:a":"1"}}"#, ["k:a": ["one", "2"]], .differs),
    (#"{"NumericNotEquals":{"k:a":"1"}}"#, ["k:a": ["one", "2"]], .unreadableValues(["one"])),
    (#"{"NumericNotEquals":{"k:a":"1"}}"#, ["k:a": ["one", "1"]], .differs),
    (#"{"NumericEquals":{"k:a":"one"}}"#, ["k:a": ["1"]], .unreadableOperands(["one"])),
    (#"{"NumericEquals":{"k:a":["one","2"]}}"#, ["k:a": ["1"]], .differs),
    (#"{"IpAddress":{"k:a":"10.0.0.0/8"}}"#, ["k:a": ["host"]], .unreadableValues(["host"])),
    (#"{"DateLessThan":{"k:a":"2020-01-01"}}"#, ["k:a": ["2021-01-01"]], .differs),
    (#"{"Null":{"k:a":"true"}}"#, ["k:a": ["y"]], .differs),
    (#"{"Null":{"k:a":"false"}}"#, [:], .keyAbsent),
  ]

  @Test("a condition that fails says why", arguments: conditions)
  func reasons(condition: String, context: [String: [String]], reason: Mismatch.Reason) throws {
    #expect(try mismatch(allowing(condition), request(context: context)).reason == reason)
  }

  @Test("variables are told with what they stand for")
  func variables() throws {
    let found = try mismatch(
      allowing(resource: "arn:aws:s3:::photos/${aws:username}/*"), request(context: ["aws:username": ["ben"]]))
    #expect(found.variables.map { [$0.name, $0.value] } == [["aws:username", "ben"]] && found.reason == .differs)
    let absent = try mismatch(allowing(resource: "arn:aws:s3:::photos/${aws:username}/*"), request())
    #expect(absent.variables.isEmpty && absent.reason == .unresolvedVariables(["aws:username"]))
    let moving = try mismatch(allowing(resource: "arn:aws:${k:p}:::photos/*"), request(context: ["k:p": ["s3:x"]]))
    #expect(moving.reason == .colonInVariables(["k:p"]))
  }

  // MARK: Keys that were missing

  @Test("a missing key is named where it matters, with a value that was tried")
  func missingKeys() throws {
    let layers = PolicyLayers(identity: [try allowing(#"{"StringEquals":{"k:Team":"photo"}}"#)])
    let found = Authorization.explain(request(), under: layers)
    let key = try #require(found.missingKeys.first)
    #expect(found.missingKeys.count == 1 && key.name == "k:Team")
    #expect(key.uses.map(\.couldMatch) == [true] && key.uses.map(\.changes) == [[.key("k:Team", ["photo"])]])
    #expect(Authorization.explain(request().changed(by: key.uses[0].changes), under: layers).decision.isAllowed)
  }

  private static let unimportant: [(condition: String, action: String)] = [
    // Another element fails, too.
    (#"{"StringEquals":{"k:a":"x","k:b":"y"}}"#, "s3:GetObject"),
    (#"{"StringEquals":{"k:a":"x"}}"#, "s3:PutObject"),
  ]

  @Test("a missing key is not named where the statement fails without it anyway", arguments: unimportant)
  func unimportantKeys(condition: String, action: String) throws {
    let found = Authorization.explain(
      request(action: action, context: ["k:b": ["z"]]), under: PolicyLayers(identity: [try allowing(condition)]))
    #expect(found.missingKeys.isEmpty)
  }

  @Test("a missing key that makes a Deny apply is named")
  func denyingKey() throws {
    let text = """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"*",
      "Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}}]}
      """
    let layers = PolicyLayers(identity: [try policy(text)])
    let found = Authorization.explain(request(), under: layers)
    let key = try #require(found.missingKeys.first { $0.name == "aws:MultiFactorAuthPresent" })
    #expect(key.uses.map(\.couldMatch) == [false] && key.uses.map(\.effect) == [.deny])
    #expect(Authorization.explain(request().changed(by: key.uses[0].changes), under: layers).decision.isAllowed)
  }

  // MARK: Layers

  private static let layerOrder: [Layer] = [
    .resourceControl, .serviceControl, .endpoint, .resource, .identity, .boundary, .session,
  ]

  @Test("what was not given is said so of each layer, and what must allow")
  func notGiven() {
    let found = Authorization.explain(request(), under: PolicyLayers())
    #expect(found.layers.map(\.layer) == Self.layerOrder)
    #expect(
      found.layers.map(\.say) == [.notGiven, .notGiven, .notGiven, .notGiven, .silent, .notGiven, .notGiven])
    #expect(
      found.layers.map(\.need)
        == [.notNeeded, .notNeeded, .notNeeded, .eitherSide, .eitherSide, .notNeeded, .notNeeded])
    #expect(
      found.assumptions
        == [.resourceControl, .serviceControl, .endpoint, .resource, .boundary, .session].map { .noPolicies($0) })
  }

  @Test("the owner of a resource that nobody named is taken as the principal's account, and told")
  func owner() {
    let told = Authorization.explain(request(owner: nil), under: PolicyLayers()).assumptions
    #expect(told.contains(.resourceAccount(Self.account)))
    let named = Authorization.explain(
      request(resource: "arn:aws:sqs:us-east-1:222222222222:q", owner: nil), under: PolicyLayers()
    ).assumptions
    #expect(!named.contains { if case .resourceAccount = $0 { true } else { false } })
  }

  @Test("who has no part in a layer is told why")
  func exemptions() throws {
    let linked = "arn:aws:iam::111111111111:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"
    let session = "arn:aws:sts::111111111111:assumed-role/AWSServiceRoleForX/s"
    let cases: [(AuthorizationRequest, Layer, Explanation.Exemption)] = [
      (request(.root(Self.account)), .identity, .rootUser),
      (request(.anonymous), .boundary, .noAccount),
      (request(.service("ec2.amazonaws.com")), .serviceControl, .noAccount),
      (
        request(.roleSession(sessionARN: session, roleARN: linked, account: Self.account)), .serviceControl,
        .serviceLinkedRole
      ),
      (request(action: "sts:GetCallerIdentity", resource: "*"), .identity, .openAction),
      (request(action: "iam:GetUser", resource: Self.ann), .resourceControl, .beyondResourceControl),
    ]
    let level: PolicySet = [try allowing()]
    for (request, layer, exemption) in cases {
      let layers = PolicyLayers(
        identity: level, boundary: level, serviceControl: [level], resourceControl: [level])
      let found = Authorization.explain(request, under: layers)
      #expect(found.layers.first { $0.layer == layer }?.say == .exempt(exemption), "\(exemption)")
    }
    let leftOut = Authorization.explain(
      request(), under: PolicyLayers(), leftOut: [.serviceControl: .managementAccount])
    #expect(leftOut.layers[1].say == .exempt(.managementAccount))
    #expect(!leftOut.assumptions.contains(.noPolicies(.serviceControl)))
  }

  private static let grants: [(principal: String, grantee: Explanation.Grantee, identity: Explanation.Need)] = [
    ("111111111111", .account, .eitherSide), (ann, .user, .notNeeded), ("*", .user, .notNeeded),
  ]

  @Test("whom the resource's policy names decides what else must allow", arguments: grants)
  func grantee(principal: String, grantee: Explanation.Grantee, need: Explanation.Need) throws {
    let text = """
      {"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"\(principal)"},"Action":"s3:*",
      "Resource":"arn:aws:s3:::photos/*"}}
      """
    let found = Authorization.explain(request(), under: PolicyLayers(resource: [try policy(text, .resource)]))
    #expect(found.layers.first { $0.layer == .resource }?.say == .allows(to: grantee))
    #expect(try identity(found).need == need)
  }

  // MARK: The service reference

  @Test("an action that AWS's reference does not know is told with its neighbours")
  func unknownAction() {
    let found = Authorization.explain(request(action: "s3:GetObjekt"), under: PolicyLayers())
    guard case .unknownAction("s3:GetObjekt", let nearest)? = found.remarks.first else {
      Issue.record("\(found.remarks)")
      return
    }
    #expect(nearest.first == "s3:GetObject")
  }

  @Test("a resource of the wrong type is told: the request's, or else the policy's")
  func wrongResource() throws {
    let bucket = "arn:aws:s3:::photos"
    let wrong = Authorization.explain(request(resource: bucket), under: PolicyLayers())
    guard case .otherResource("s3:GetObject", bucket, let types, let expected)? = wrong.remarks.first else {
      Issue.record("\(wrong.remarks)")
      return
    }
    #expect(types.contains("bucket") && expected.map(\.type).contains("object"))
    let right = Authorization.explain(request(), under: PolicyLayers())
    #expect(right.remarks.isEmpty)
    let found = try mismatch(allowing(resource: bucket), request())
    guard case .otherResource("s3:GetObject", bucket, _, _)? = found.remark else {
      Issue.record("\(found)")
      return
    }
    let list = Authorization.explain(request(action: "s3:ListAllMyBuckets"), under: PolicyLayers())
    #expect(list.remarks == [.actionWithoutResource("s3:ListAllMyBuckets")])
  }
}

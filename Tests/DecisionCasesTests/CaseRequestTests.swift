import AWSCore
import PolicyEngine
import Testing

@testable import DecisionCases

@Suite("CaseRequest")
struct CaseRequestTests {
  @Test(
    "a request that is wrong is named",
    arguments: [
      (#"{}"#, "request.action: missing"),
      (#"{"action":"s3:GetObject"}"#, "request.principal: missing"),
      (#"{"action":"s3:GetObject","principal":null}"#, "request.resource: missing"),
      (
        #"{"action":"s3:GetObject","principal":null,"resource":"*","account":"1"}"#,
        "request: unknown member `account`; there are principal, action, resource, resourceAccount, context, "
          + "wildcardOnly"
      ),
    ])
  func members(request: String, fault: String) {
    let line = #"{"id":"a","policies":{},"request":\#(request)}"#
    #expect(throws: MalformedCase.self) { try DecisionCase(line: Array(line.utf8)) }
    do throws(MalformedCase) {
      _ = try DecisionCase(line: Array(line.utf8))
    } catch {
      #expect(error.description == fault)
    }
  }

  @Test(
    "an action has a service and a name", arguments: ["GetObject", "s3:", ":Get", "a:b:c", "s3:*", "s3:Get?", "s 3:a"])
  func actions(action: String) {
    #expect(
      CaseLine(action: "\"\(action)\"").fault
        == "request.action: must be written as service:Action without wildcards, not `\(action)`")
  }

  @Test("a resource is an ARN or a star", arguments: ["", "photos", "arn:aws:s3", "ARN:aws:s3:::photos", "**"])
  func resources(resource: String) {
    #expect(
      CaseLine(resource: "\"\(resource)\"").fault == "request.resource: must be an ARN or *, not `\(resource)`")
  }

  @Test("the resource's account is the one given, or that of its ARN, or else the principal's own")
  func owners() throws {
    let queue = #""arn:aws:sqs:us-east-1:444455556666:orders""#
    #expect(try CaseLine(resource: queue).read().request.resourceAccount?.description == "444455556666")
    let given = CaseLine(resource: queue, more: #","resourceAccount":"111122223333""#)
    #expect(try given.read().request.resourceAccount?.description == "111122223333")
    #expect(try CaseLine().read().request.resourceAccount?.description == "111122223333")
    let managed = CaseLine(resource: #""arn:aws:iam::aws:policy/A""#)
    #expect(try managed.read().request.resourceAccount?.description == "111122223333")
    #expect(try CaseLine(principal: "null").read().request.resourceAccount == nil)
    #expect(
      CaseLine(more: #","resourceAccount":"1234""#).fault
        == "request.resourceAccount: must have twelve digits, not `1234`")
  }

  @Test("an action without resources is asked for on a star")
  func wildcardOnly() throws {
    let queue = #""arn:aws:sqs:us-east-1:444455556666:orders""#
    let read = try CaseLine(resource: queue, more: #","wildcardOnly":true"#).read()
    #expect(read.request.resource == "*")
    #expect(read.request.resourceAccount?.description == "111122223333")
    #expect(try CaseLine(resource: queue, more: #","wildcardOnly":false"#).read().request.resource.hasSuffix("orders"))
  }

  @Test(
    "a condition key that is wrong is named",
    arguments: [
      (#"[]"#, "request.context: must be an object, not a list"),
      (#"{"":"a"}"#, "request.context: a key must have 1 to 8192 bytes"),
      (#"{"k:a":1}"#, "request.context.`k:a`: must be a string or a list of strings"),
      (#"{"k:a":null}"#, "request.context.`k:a`: must be a string or a list of strings"),
      (#"{"k:a":["x",true]}"#, "request.context.`k:a`[1]: must be a string, not true or false"),
      (#"{"k:a":"x","K:A":"y"}"#, "request.context.`K:A`: given twice; letter case does not count"),
    ])
  func contexts(context: String, fault: String) {
    #expect(CaseLine(more: #","context":\#(context)"#).fault == fault)
  }

  @Test("condition keys and their values are limited in number")
  func limits() throws {
    func keys(_ count: Int) -> CaseLine {
      CaseLine(more: #","context":{\#((0..<count).map { #""k:\#($0)":"""# }.joined(separator: ","))}"#)
    }
    #expect(try keys(CaseLimits.contextKeysMax).read().request.context.keys.count == CaseLimits.contextKeysMax)
    #expect(
      keys(CaseLimits.contextKeysMax + 1).fault == "request.context: more than \(CaseLimits.contextKeysMax) keys")
    func values(_ count: Int) -> CaseLine {
      CaseLine(more: #","context":{"k:a":[\#(Array(repeating: "\"\"", count: count).joined(separator: ","))]}"#)
    }
    #expect(values(CaseLimits.contextValuesMax).fault == nil)
    #expect(
      values(CaseLimits.contextValuesMax + 1).fault
        == "request.context: more than \(CaseLimits.contextValuesMax) values")
  }
}

@Suite("Derived condition keys")
struct DerivedKeysTests {
  private func context(_ line: CaseLine) throws -> [String: [String]] {
    let context = try line.read().request.context
    return Dictionary(uniqueKeysWithValues: context.keys.map { ($0, context[$0] ?? []) })
  }

  private static let derive = CaseLine.settings(#""derive":true"#)

  @Test(
    "each kind of principal has its keys",
    arguments: [
      (
        #""arn:aws:iam::111122223333:user/division/ann""#,
        ["User", "arn:aws:iam::111122223333:user/division/ann", "111122223333", "ann"]
      ),
      (#""arn:aws:iam::111122223333:root""#, ["Account", "arn:aws:iam::111122223333:root", "111122223333", nil]),
      (
        #""arn:aws:sts::111122223333:assumed-role/deploy/run""#,
        ["AssumedRole", "arn:aws:iam::111122223333:role/deploy", "111122223333", nil]
      ),
      (
        #""arn:aws:sts::111122223333:federated-user/eve""#,
        ["FederatedUser", "arn:aws:sts::111122223333:federated-user/eve", "111122223333", nil]
      ),
      ("null", ["Anonymous", nil, "anonymous", nil]),
      (#""ec2.amazonaws.com""#, [nil, nil, nil, nil]),
    ] as [(String, [String?])])
  func principals(principal: String, values: [String?]) throws {
    let found = try context(CaseLine(principal: principal, rest: Self.derive))
    let keys = ["aws:principaltype", "aws:principalarn", "aws:principalaccount", "aws:username"]
    for (key, value) in zip(keys, values) { #expect(found[key] == value.map { [$0] }, "\(key)") }
  }

  @Test("the resource's account is the resource's, or the principal's own")
  func resourceAccount() throws {
    #expect(try context(CaseLine(rest: Self.derive))["aws:resourceaccount"] == ["111122223333"])
    let other = CaseLine(resource: #""arn:aws:sqs:us-east-1:444455556666:q""#, rest: Self.derive)
    #expect(try context(other)["aws:resourceaccount"] == ["444455556666"])
    #expect(try context(CaseLine(principal: "null", rest: Self.derive))["aws:resourceaccount"] == nil)
  }

  @Test("what a case gives itself stays, and without the setting nothing is added")
  func given() throws {
    let line = CaseLine(more: #","context":{"AWS:UserName":"bob"}"#, rest: Self.derive)
    #expect(try context(line)["aws:username"] == ["bob"])
    #expect(try context(CaseLine()).isEmpty)
  }
}

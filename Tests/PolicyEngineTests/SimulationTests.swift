import AWSCore
import PolicyEngine
import Testing

@Suite("Simulation") struct SimulationTests {
  private func policy(_ text: String) throws -> Policy {
    Policy(try PolicyDocument.parse(text, as: .identity), source: PolicySource(kind: .inline, name: "p"))
  }

  @Test("statements begin where the simulator's parser is")
  func ranges() throws {
    func places(_ text: String) throws -> [[Int]] {
      try policy(text).document.simulatorRanges.map {
        [$0.start.line, $0.start.column, $0.end.line, $0.end.column]
      }
    }
    let statement = #"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#
    let head = #"{"Version":"2012-10-17","Statement":"#
    #expect(try places("\(head)\(statement)}") == [[1, 38, 1, 94]])
    #expect(try places("\(head)[\(statement)]}") == [[1, 38, 1, 95]])
    #expect(try places("\(head)[\(statement),\(statement)]}") == [[1, 38, 1, 95], [1, 95, 1, 153]])
    let pretty = "{\n  \"Statement\": [\n    \(statement),\n    \(statement)\n  ]\n}"
    #expect(try places(pretty) == [[2, 17, 3, 62], [3, 62, 4, 62]])
  }

  @Test("all statements that allow are told, or all that deny")
  func statements() throws {
    let allow = try policy(
      #"{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"},"#
        + #"{"Effect":"Allow","Action":"*","Resource":"*"}]}"#)
    let deny = try policy(#"{"Statement":{"Effect":"Deny","Action":"s3:PutObject","Resource":"*"}}"#)
    let account = try #require(AccountID("123456789012"))
    func ask(_ action: String) -> Simulation {
      let request = AuthorizationRequest(
        principal: .user(arn: "arn:aws:iam::123456789012:user/ann", account: account), action: action, resource: "*",
        resourceAccount: nil, context: RequestContext())
      return Authorization.simulate(
        request, under: PolicyLayers(identity: [allow, deny], boundary: [allow], serviceControl: [[allow], [allow]]))
    }
    let allowed = ask("s3:GetObject")
    #expect(allowed.decision.isAllowed)
    #expect(allowed.statements.count { $0.layer == .identity } == 2)
    #expect(allowed[.identity] == .allowed)
    #expect(allowed[.serviceControl] == .allowed)
    #expect(allowed[.session] == nil)
    let denied = ask("s3:PutObject")
    #expect(denied.decision.outcome == .explicitlyDenied)
    #expect(denied.statements.map(\.statement.policy) == [1])
    #expect(denied[.boundary] == .allowed)
  }

  @Test(
    "granted actions are what policies could allow at the most",
    arguments: [
      (#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#, ["s3"]),
      (#"{"Effect":"Allow","Action":["s3:NoSuchAction","ec2:Describe*"],"Resource":"*"}"#, ["ec2"]),
      (#"{"Effect":"Allow","Action":["sqs:*","s3:*"],"Resource":"arn:aws:sqs:*:*:queue"}"#, ["sqs"]),
      (#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::bucket"}"#, []),
      (#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::bucket/${aws:username}/*"}"#, ["s3"]),
      (#"{"Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"arn:aws:s3:::bucket"}"#, []),
      (#"{"Effect":"Allow","Action":["sqs:*","s3:*"],"Resource":"arn:aws:sqs:*"}"#, ["sqs"]),
      (#"{"Effect":"Allow","Action":"sqs:*","NotResource":"arn:aws:sqs:*:*:queue"}"#, ["sqs"]),
      (
        #"{"Effect":"Allow","Action":["s3:*","sqs:*"],"Resource":"*"},{"Effect":"Deny","Action":"s3:*","Resource":"*"}"#,
        ["sqs"]
      ),
      (
        #"{"Effect":"Allow","Action":"s3:*","Resource":"*"},{"Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::b/*"}"#,
        ["s3"]
      ),
      (
        #"{"Effect":"Allow","Action":"s3:*","Resource":"*"},"#
          + #"{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}"#,
        ["s3"]
      ),
    ])
  func grantedActions(_ statements: String, _ services: [String]) throws {
    let granted = GrantedActions([try policy(#"{"Version":"2012-10-17","Statement":[\#(statements)]}"#)])
    #expect(granted.services.map(\.prefix) == services)
  }

  @Test("NotAction grants all but what it names")
  func negatedActions() throws {
    let most = GrantedActions([
      try policy(#"{"Statement":{"Effect":"Allow","NotAction":"s3:*","Resource":"*"}}"#)
    ])
    #expect(!most.services.map(\.prefix).contains("s3"))
    #expect(most.services.count == ServiceReference.services.count - 1)
  }

  @Test("values are read as conditions read them")
  func contextValues() {
    #expect(ContextValueType.numeric.canRead("01.00"))
    #expect(ContextValueType.numeric.canRead("1e2"))
    #expect(!ContextValueType.numeric.canRead("0x10"))
    #expect(!ContextValueType.numeric.canRead(" 1 "))
    #expect(ContextValueType.date.canRead("2035"))
    #expect(!ContextValueType.date.canRead("tomorrow"))
    #expect(ContextValueType.ip.canRead("2001:db8::1"))
    #expect(!ContextValueType.ip.canRead("10.0.0.0/8"))
    #expect(!ContextValueType.binary.canRead("!"))
    #expect(ContextValueType.boolean.canRead("yes"))
  }
}

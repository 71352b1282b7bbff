import AWSCore
import PolicyEngine
import Testing

@Suite("Verdict")
struct VerdictTests {
  private static let account = AccountID("111111111111")!
  fileprivate static let ann = "arn:aws:iam::111111111111:user/ann"

  fileprivate func policy(_ kind: PolicySource.Kind, _ name: String, _ statements: String) throws -> Policy {
    let documentKind: PolicyDocument.Kind =
      switch kind {
      case .trust: .trust
      case .resource, .endpoint, .resourceControl: .resource
      default: .identity
      }
    let text = """
      {"Version":"2012-10-17",
       "Statement":[
      \(statements)
      ]}
      """
    return Policy(try PolicyDocument.parse(text, as: documentKind), source: .init(kind: kind, name: name))
  }

  fileprivate func request(_ action: String = "iam:GetUser") -> AuthorizationRequest {
    AuthorizationRequest(
      principal: .user(arn: Self.ann, account: Self.account), action: action, resource: Self.ann,
      resourceAccount: Self.account, context: RequestContext())
  }

  private func message(_ verdict: Verdict) -> String {
    verdict.accessDeniedMessage(principalARN: Self.ann, action: "iam:GetUser", resource: Self.ann)
  }

  private let allow = #"{"Sid":"Yes","Effect":"Allow","Action":"iam:*","Resource":"*"}"#
  fileprivate let deny = #"{"Sid":"No","Effect":"Deny","Action":"iam:*","Resource":"*"}"#
  fileprivate let start = "User: \(ann) is not authorized to perform: iam:GetUser on resource: \(ann) "

  @Test("what allowed and what denied is named with its line")
  func references() throws {
    let first = try policy(.inline, "first", #"{"Effect":"Allow","Action":"s3:*","Resource":"*"},"# + "\n" + allow)
    let second = try policy(.managed, "arn:aws:iam::aws:policy/Second", deny)
    let allowed = Authorization.verdict(on: request(), under: PolicyLayers(identity: [first], boundary: [first]))
    #expect(allowed.isAllowed)
    #expect(allowed.layer == nil)
    #expect(allowed.deciders.map(\.statement.sid) == ["Yes", "Yes"])
    #expect(allowed.deciders.map(\.statement.index) == [1, 1])
    #expect(allowed.deciders.map(\.statement.position.line) == [4, 4])
    #expect(allowed.deciders[0].statement.source == PolicySource(kind: .inline, name: "first"))
    let denied = Authorization.verdict(on: request(), under: PolicyLayers(identity: [first, second]))
    #expect(denied.outcome == .explicitlyDenied)
    #expect(denied.deciders.map(\.statement.source.name) == ["arn:aws:iam::aws:policy/Second"])
    #expect(denied.deciders.map(\.statement.sid) == ["No"])
    #expect(Authorization.verdict(on: request("s3:Get"), under: PolicyLayers()).deciders.isEmpty)
  }

  @Test("the caller who was refused reads AWS's words: implicitly")
  func implicitMessages() throws {
    let yes = try policy(.managed, "yes", allow)
    let other = try policy(.managed, "other", #"{"Effect":"Allow","Action":"s3:*","Resource":"*"}"#)
    let open = try policy(.endpoint, "open", #"{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}"#)
    func implicit(_ layers: PolicyLayers) -> String { message(Authorization.verdict(on: request(), under: layers)) }
    let end = " allows the iam:GetUser action"
    #expect(implicit(PolicyLayers()) == start + "because no identity-based policy" + end)
    #expect(
      implicit(PolicyLayers(identity: [yes], boundary: [other])) == start + "because no permissions boundary" + end)
    #expect(implicit(PolicyLayers(identity: [yes], session: [])) == start + "because no session policy" + end)
    #expect(implicit(PolicyLayers(endpoint: [open])) == start + "because no VPC endpoint policy" + end)
    #expect(implicit(PolicyLayers(serviceControl: [[]])) == start + "because no service control policy" + end)
    let silent = Authorization.verdict(on: request("s3:GetObject"), under: PolicyLayers(resourceControl: [[]]))
    #expect(message(silent) == start + "because no resource control policy" + end)
    #expect(implicit(PolicyLayers(resourceRule: .mustGrant)) == start + "because no resource-based policy" + end)
    let trust = try policy(
      .trust, "trust", #"{"Effect":"Allow","Principal":{"AWS":"222222222222"},"Action":"sts:AssumeRole"}"#)
    #expect(
      implicit(PolicyLayers(identity: [yes], resource: [trust], resourceRule: .mustGrant))
        == start + "because no role trust policy" + end)
  }

  @Test("the caller who was refused reads AWS's words: explicitly")
  func explicitMessages() throws {
    let no = try policy(.managed, "no", deny)
    let closed = try policy(
      .resource, "closed", #"{"Effect":"Deny","Principal":"*","Action":"iam:*","Resource":"*"}"#)
    func explicit(_ layers: PolicyLayers) -> String { message(Authorization.verdict(on: request(), under: layers)) }
    let with = start + "with an explicit deny in "
    #expect(explicit(PolicyLayers(identity: [no])) == with + "an identity-based policy")
    #expect(explicit(PolicyLayers(boundary: [no])) == with + "a permissions boundary")
    #expect(explicit(PolicyLayers(session: [no])) == with + "a session policy")
    #expect(explicit(PolicyLayers(resource: [closed])) == with + "a resource-based policy")
    #expect(explicit(PolicyLayers(endpoint: [closed])) == with + "a VPC endpoint policy")
    #expect(explicit(PolicyLayers(serviceControl: [[no]])) == with + "a service control policy")
    let everything = try policy(
      .resourceControl, "closed", #"{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}"#)
    let denied = Authorization.verdict(
      on: request("s3:GetObject"), under: PolicyLayers(resourceControl: [[everything]]))
    #expect(message(denied) == with + "a resource control policy")
    let trust = try policy(.trust, "trust", #"{"Effect":"Deny","Principal":"*","Action":"sts:*"}"#)
    let verdict = Authorization.verdict(on: request("sts:AssumeRole"), under: PolicyLayers(resource: [trust]))
    #expect(
      verdict.accessDeniedMessage(principalARN: "a", action: "sts:AssumeRole", resource: "r")
        == "User: a is not authorized to perform: sts:AssumeRole on resource: r "
        + "with an explicit deny in the role trust policy")
  }
}

extension VerdictTests {
  @Test("the policy that denies is named where that is wanted and it has an ARN")
  func namedPolicy() throws {
    func named(_ layers: PolicyLayers) -> String {
      Authorization.verdict(on: request(), under: layers).accessDeniedMessage(
        principalARN: Self.ann, action: "iam:GetUser", resource: Self.ann, namingPolicy: true)
    }
    let arn = "arn:aws:iam::111111111111:policy/no"
    let with = start + "with an explicit deny in "
    let managed = try policy(.managed, arn, deny)
    #expect(named(PolicyLayers(identity: [managed])) == with + "an identity-based policy: \(arn)")
    #expect(named(PolicyLayers(boundary: [managed])) == with + "a permissions boundary: \(arn)")
    let inline = try policy(.inline, "no", deny)
    #expect(named(PolicyLayers(identity: [inline])) == with + "an identity-based policy")
    let closed = try policy(.resource, arn, #"{"Effect":"Deny","Principal":"*","Action":"iam:*","Resource":"*"}"#)
    #expect(named(PolicyLayers(resource: [closed])) == with + "a resource-based policy")
    #expect(named(PolicyLayers()) == start + "because no identity-based policy allows the iam:GetUser action")
  }
}

@Suite("RequestContext")
struct RequestContextTests {
  @Test("keys ignore letter case and the last value set remains")
  func keys() {
    var context = RequestContext()
    context.set("aws:PrincipalTag/Team", "blue")
    context["AWS:principaltag/TEAM"] = ["red"]
    #expect(context["aws:principalTag/team"] == ["red"])
    #expect(context.keys == ["aws:principaltag/team"])
  }

  @Test("absent, empty and several values are told apart")
  func values() {
    var context = RequestContext()
    #expect(context["k:a"] == nil)
    context["k:a"] = []
    #expect(context["k:a"] == [])
    context["k:a"] = ["1", "2"]
    #expect(context["k:a"] == ["1", "2"])
    context["K:A"] = nil
    #expect(context["k:a"] == nil)
    #expect(context.keys.isEmpty)
  }

  @Test("letters beyond ASCII are folded among themselves and never into ASCII")
  func beyondASCII() {
    var context = RequestContext()
    context.set("aws:PrincipalTag/É", "1")
    context.set("aws:PrincipalTag/\u{212A}", "2")
    #expect(context["aws:PrincipalTag/é"] == ["1"])
    #expect(context["aws:PrincipalTag/k"] == nil)
    #expect(context["aws:PrincipalTag/e\u{301}"] == nil)
  }
}

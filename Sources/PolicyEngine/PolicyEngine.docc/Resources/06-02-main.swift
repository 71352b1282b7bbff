import AWSCore
import PolicyEngine

let clubPolicy = """
  {
    "Version": "2012-10-17",
    "Statement": [
      {
        "Sid": "SeeTheAlbum",
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::album/*"
      },
      {
        "Sid": "KeepYourOwn",
        "Effect": "Allow",
        "Action": ["s3:PutObject", "s3:DeleteObject"],
        "Resource": "arn:aws:s3:::album/${aws:username}/*"
      },
      {
        "Sid": "DeleteAtHomeOnly",
        "Effect": "Deny",
        "Action": "s3:DeleteObject",
        "Resource": "*",
        "Condition": {"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
      }
    ]
  }
  """

let guestBoundary = """
  {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}
  }
  """

func policySet(_ text: String, _ kind: PolicySource.Kind, named name: String) throws -> PolicySet {
  let document = try PolicyDocument.parse(text, as: .identity)
  return [Policy(document, source: PolicySource(kind: kind, name: name))]
}

let members = PolicyLayers(identity: try policySet(clubPolicy, .inline, named: "club"))
let guests = PolicyLayers(
  identity: members.identity, boundary: try policySet(guestBoundary, .boundary, named: "guests"))

func request(_ user: String, _ action: String, _ photo: String, from address: String) -> AuthorizationRequest? {
  guard let user = ARN("arn:aws:iam::111122223333:user/\(user)"), let account = user.accountID else { return nil }
  var context = RequestContext()
  context.set("aws:username", String(user.lastComponent))
  context.set("aws:SourceIp", address)
  return AuthorizationRequest(
    principal: .user(arn: user.text, account: account), action: action, resource: "arn:aws:s3:::album/\(photo)",
    resourceAccount: account, context: context)
}

func name(_ statement: StatementReference) -> String { statement.sid ?? statement.source.name }

func ask(_ request: AuthorizationRequest?, under layers: PolicyLayers) {
  guard let request else { return print("nobody by that name") }
  let explanation = Authorization.explain(request, under: layers)
  print("\(request.action) on \(request.resource): \(explanation.decision.outcome)")
  for decider in explanation.verdict.deciders {
    print("  by \(name(decider.statement)) in line \(decider.statement.position.line)")
  }
  guard !explanation.decision.isAllowed else { return }
  for miss in explanation.layers.flatMap(\.nearMisses) {
    for mismatch in miss.mismatches {
      print("  \(name(miss.statement)) wants \(mismatch.wanted), not \(mismatch.given ?? [])")
    }
  }
}

ask(request("ann", "s3:GetObject", "bob/cat.jpg", from: "192.0.2.7"), under: members)
ask(request("ann", "s3:PutObject", "bob/cat.jpg", from: "192.0.2.7"), under: members)
ask(request("ann", "s3:PutObject", "ann/dog.jpg", from: "192.0.2.7"), under: members)
ask(request("ann", "s3:DeleteObject", "ann/dog.jpg", from: "198.51.100.1"), under: members)
ask(request("zoe", "s3:PutObject", "zoe/sun.jpg", from: "192.0.2.7"), under: guests)

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
      }
    ]
  }
  """

func policySet(_ text: String, _ kind: PolicySource.Kind, named name: String) throws -> PolicySet {
  let document = try PolicyDocument.parse(text, as: .identity)
  return [Policy(document, source: PolicySource(kind: kind, name: name))]
}

let members = PolicyLayers(identity: try policySet(clubPolicy, .inline, named: "club"))

func request(_ user: String, _ action: String, _ photo: String) -> AuthorizationRequest? {
  guard let user = ARN("arn:aws:iam::111122223333:user/\(user)"), let account = user.accountID else { return nil }
  var context = RequestContext()
  context.set("aws:username", String(user.lastComponent))
  return AuthorizationRequest(
    principal: .user(arn: user.text, account: account), action: action, resource: "arn:aws:s3:::album/\(photo)",
    resourceAccount: account, context: context)
}

func ask(_ request: AuthorizationRequest?, under layers: PolicyLayers) {
  guard let request else { return print("nobody by that name") }
  let decision = Authorization.decide(request, under: layers)
  print("\(request.action) on \(request.resource): \(decision.outcome)")
}

ask(request("ann", "s3:GetObject", "bob/cat.jpg"), under: members)
ask(request("ann", "s3:PutObject", "bob/cat.jpg"), under: members)
ask(request("ann", "s3:PutObject", "ann/dog.jpg"), under: members)

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
      }
    ]
  }
  """

func policySet(_ text: String, _ kind: PolicySource.Kind, named name: String) throws -> PolicySet {
  let document = try PolicyDocument.parse(text, as: .identity)
  return [Policy(document, source: PolicySource(kind: kind, name: name))]
}

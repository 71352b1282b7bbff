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

let club = try PolicyDocument.parse(clubPolicy, as: .identity)

/// The words of a `ChosenCase`; nil stands for raw text from the input.
enum ChosenWords {
  static let userID = "AIDAAAAAAAAAAAAAAAAA1"
  static let roleID = "AROAAAAAAAAAAAAAAAAA1"

  static let actions: [String?] = [
    "s3:GetObject", "s3:PutObject", "S3:getobject", "s3:W7", "sts:AssumeRole", "sts:GetCallerIdentity",
    "sts:GetSessionToken", "kms:RetireGrant", "iam:PassRole", "nobody:Knows", "s3:W42x", "", nil,
  ]

  static let actionPatterns: [String?] = [
    "*", "s3:*", "s3:GetObject", "s3:get*", "S3:*OBJECT", "s3:?etObject", "*:*", "*:GetObject", "iam:*Role",
    "nobody:*", "nobody:k?ows", "sts:*", "kms:*", "s3:W?", nil,
  ]

  static let resources: [String?] = [
    "arn:aws:s3:::a", "arn:aws:s3:::a/b", "arn:aws:s3:::a*b", "arn:aws:s3:::W42", "arn:aws:s:r:111111111111:x:y",
    "arn:aws:iam::111111111111:role/p/r", "arn:aws:iam::222222222222:role/aws-service-role/s/r", "*", "", nil,
  ]

  static let resourcePatterns: [String?] = [
    "*", "arn:aws:s3:::a", "arn:aws:s3:::a/*", "arn:aws:s3:::a?b", "arn:aws:s3:::*b", "arn:aws:*", "arn:*:s3:::a",
    "arn:aws:s:*:y", "arn:aws:s3:::${k:v}", "arn:aws:s3:::a/${k:v, 'b'}", "arn:aws:s3:::${*}", "arn:aws:s:${k:v}:*:y",
    "arn:aws:s3:::${k:none}", "arn:aws:iam::*:role/*", "arn:aws:s3:::*${k:many}", "arn:aws:s3:::a*${K:V}?", nil,
  ]

  static let principals = [
    #""*""#, #"{"AWS":"*"}"#, #"{"AWS":"111111111111"}"#, #"{"AWS":"arn:aws:iam::222222222222:root"}"#,
    #"{"AWS":["arn:aws:iam::111111111111:user/u","111111111111"]}"#,
    #"{"AWS":"arn:aws:iam::222222222222:user/u"}"#, #"{"AWS":"arn:aws:iam::111111111111:role/p/r"}"#,
    #"{"AWS":["arn:aws:iam::111111111111:role/p/r","111111111111","arn:aws:sts::111111111111:assumed-role/r/s"]}"#,
    #"{"AWS":["arn:aws:sts::111111111111:federated-user/f","111111111111"]}"#,
    #"{"AWS":["AIDAAAAAAAAAAAAAAAAA1","AROAAAAAAAAAAAAAAAAA1"]}"#, #"{"Service":"ec2.amazonaws.com"}"#,
    #"{"Service":"*"}"#, #"{"Federated":["accounts.google.com"]}"#, #"{"Federated":"*"}"#,
    #"{"CanonicalUser":"79a5","Service":["ec2.amazonaws.com"]}"#,
  ]

  static let keys: [String?] = [
    "k:v", "K:V", "k:many", "k:none", "aws:PrincipalTag/a", "aws:principaltag/A", "aws:Principaltag/\u{212A}", nil,
  ]

  static let values: [String?] = [
    "a", "b", "", "*", "A", "É", "10.1.2.3", "::ffff:10.1.2.3", "2001:db8::1", "1", "1.0", "-2e3", "true", "FALSE",
    "2020-01-01T00:00:00Z", "1577836800", "YQ==", "arn:aws:s3:::a", "a:b", "${k:v}", "10.0.0.0/8", nil, nil,
  ]

  static let operands: [String?] = [
    "a", "b*", "?", "", "${k:v}", "${k:none, 'a'}x", "${*}", "é", "10.0.0.0/8", "2001:db8::/32", "0.0.0.0/0", "1",
    "01.0", "1e1", "true", "2020-01-01", "1577836800", "2020-01-01T01:00:00.5+01:00", "YQ==", "arn:aws:s3:::a",
    "arn:aws:s3:*:*:${k:v}*", "${k:many}", "arn:*:s3:::?", nil, nil,
  ]
}

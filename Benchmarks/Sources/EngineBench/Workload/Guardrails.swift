import PolicyEngine

/// The layers around the identity's policies, as organizations write them. They rarely decide, and are always asked.
struct Guardrails {
  let boundary: PolicySet
  let session: PolicySet
  let endpoint: PolicySet
  let serviceControl: PolicyLevels
  let resourceControl: PolicyLevels

  /// Whom resources' policies let read where they do not name the caller.
  static let auditor = "arn:aws:iam::\(Words.account):role/auditor"

  init() throws {
    boundary = try Self.set(Self.boundaryText, .boundary, as: .identity)
    session = try Self.set(Self.sessionText, .session, as: .session)
    endpoint = try Self.set(Self.endpointText, .endpoint, as: .resource)
    serviceControl = PolicyLevels(try Self.serviceControlTexts.map { try Self.set($0, .serviceControl, as: .identity) })
    resourceControl = PolicyLevels(
      try Self.resourceControlTexts.map { try Self.set($0, .resourceControl, as: .resource) })
  }

  func layers(_ identity: PolicySet, _ resource: PolicySet?) -> PolicyLayers {
    PolicyLayers(
      identity: identity, boundary: boundary, session: session, resource: resource, endpoint: endpoint,
      serviceControl: serviceControl, resourceControl: resourceControl)
  }

  /// Five statements on one resource, which let somebody read it.
  static func resourcePolicy(
    of service: String, resource: String, reader: String
  ) throws -> PolicySet {
    let resource = resource == "*" ? #""*""# : #"["\#(resource)","\#(resource)/*"]"#
    let text = #"""
      {"Version":"2012-10-17","Id":"access","Statement":[
      {"Sid":"Readers","Effect":"Allow","Principal":{"AWS":["\#(reader)","arn:aws:iam::\#(Words.account):role/backup"]},
       "Action":["\#(service):Get*","\#(service):List*","\#(service):Describe*"],"Resource":\#(resource)},
      {"Sid":"Partner","Effect":"Allow","Principal":{"AWS":"210987654321"},"Action":["\#(service):Get*"],
       "Resource":\#(resource),"Condition":{"StringEquals":{"aws:PrincipalOrgID":"\#(Words.organization)"}}},
      {"Sid":"Delivery","Effect":"Allow","Principal":{"Service":"delivery.logs.amazonaws.com"},
       "Action":"\#(service):Put*","Resource":\#(resource),
       "Condition":{"StringEquals":{"aws:SourceAccount":"\#(Words.account)"}}},
      {"Sid":"OnlyEncrypted","Effect":"Deny","Principal":"*","Action":"\#(service):*","Resource":\#(resource),
       "Condition":{"Bool":{"aws:SecureTransport":"false"}}},
      {"Sid":"OnlyOurs","Effect":"Deny","Principal":"*","Action":"\#(service):*","Resource":\#(resource),
       "Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"\#(Words.organization)"},
       "BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}}]}
      """#
    return try set(text, .resource, as: .resource)
  }

  private static func set(
    _ text: String, _ kind: PolicySource.Kind, as documentKind: PolicyDocument.Kind
  ) throws -> PolicySet {
    let document = try PolicyDocument.parse(text, as: documentKind)
    return PolicySet([Policy(document, source: PolicySource(kind: kind, name: "guardrail"))])
  }
}

// MARK: Texts

extension Guardrails {
  private static let boundaryText = #"""
    {"Version":"2012-10-17","Statement":[
    {"Sid":"Storage","Effect":"Allow","Action":"s3:*","Resource":"*"},
    {"Sid":"Machines","Effect":"Allow","Action":["ec2:*"],"Resource":"*",
     "Condition":{"StringEquals":{"aws:RequestedRegion":["us-east-1","eu-west-1","eu-central-1"]}}},
    {"Sid":"Tables","Effect":"Allow","Action":["dynamodb:*","dax:*"],"Resource":"*"},
    {"Sid":"Functions","Effect":"Allow","Action":["lambda:*","sqs:*","sns:*","events:*"],"Resource":"*"},
    {"Sid":"Keys","Effect":"Allow","Action":["kms:*"],"Resource":"arn:aws:kms:*:\#(Words.account):*"},
    {"Sid":"Logs","Effect":"Allow","Action":["logs:*","cloudwatch:*"],"Resource":"*"},
    {"Sid":"ReadIdentity","Effect":"Allow","Action":["iam:Get*","iam:List*","iam:Simulate*"],"Resource":"*"},
    {"Sid":"OwnRoles","Effect":"Allow","Action":"iam:*","Resource":["arn:aws:iam::\#(Words.account):role/*",
     "arn:aws:iam::\#(Words.account):policy/*","arn:aws:iam::\#(Words.account):instance-profile/*"]},
    {"Sid":"OnlyBounded","Effect":"Deny","Action":["iam:CreateUser","iam:CreateRole"],"Resource":"*",
     "Condition":{"StringNotEqualsIfExists":{"iam:PermissionsBoundary":
     "arn:aws:iam::\#(Words.account):policy/boundary"}}},
    {"Sid":"KeepBoundaries","Effect":"Deny","Action":["iam:DeleteUserPermissionsBoundary",
     "iam:DeleteRolePermissionsBoundary"],"Resource":"*"}]}
    """#

  private static let sessionText = #"""
    {"Version":"2012-10-17","Statement":[
    {"Sid":"Work","Effect":"Allow","Action":["s3:*","dynamodb:*","lambda:*","sqs:*","logs:*","ec2:*"],"Resource":"*"},
    {"Sid":"Identity","Effect":"Allow","Action":["iam:Get*","iam:List*","iam:Tag*","iam:Update*","iam:Put*",
     "iam:Attach*"],"Resource":"*"},
    {"Sid":"Keys","Effect":"Allow","Action":["kms:Encrypt","kms:Decrypt","kms:GenerateDataKey*","kms:Describe*",
     "kms:List*","kms:Get*","kms:Create*"],"Resource":"arn:aws:kms:*:\#(Words.account):*"},
    {"Sid":"NotTheArchive","Effect":"Deny","Action":"s3:Delete*","Resource":"arn:aws:s3:::archive-*"},
    {"Sid":"Present","Effect":"Deny","Action":["kms:ScheduleKeyDeletion","kms:DisableKey"],"Resource":"*",
     "Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}}]}
    """#

  private static let endpointText = #"""
    {"Version":"2012-10-17","Statement":[
    {"Sid":"Ours","Effect":"Allow","Principal":"*","Action":"*","Resource":"*",
     "Condition":{"StringEquals":{"aws:PrincipalOrgID":"\#(Words.organization)"}}},
    {"Sid":"Packages","Effect":"Allow","Principal":"*","Action":"s3:GetObject",
     "Resource":["arn:aws:s3:::packages.*.amazonaws.com/*","arn:aws:s3:::repo.*.amazonaws.com/*"]},
    {"Sid":"OnlyOurResources","Effect":"Deny","Principal":"*","Action":["s3:Put*","s3:Delete*"],"Resource":"*",
     "Condition":{"StringNotEqualsIfExists":{"aws:ResourceAccount":["\#(Words.account)","210987654321"]}}}]}
    """#

  private static let serviceControlTexts = [
    #"""
    {"Version":"2012-10-17","Statement":[
    {"Sid":"Everything","Effect":"Allow","Action":"*","Resource":"*"},
    {"Sid":"OurRegions","Effect":"Deny","NotAction":["iam:*","organizations:*","route53:*","support:*","sts:*",
     "cloudfront:*","budgets:*"],"Resource":"*",
     "Condition":{"StringNotEquals":{"aws:RequestedRegion":["us-east-1","eu-west-1","eu-central-1"]}}},
    {"Sid":"Stay","Effect":"Deny","Action":"organizations:LeaveOrganization","Resource":"*"},
    {"Sid":"NoRoot","Effect":"Deny","Action":"*","Resource":"*",
     "Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:root"}}}]}
    """#,
    #"""
    {"Version":"2012-10-17","Statement":[
    {"Sid":"Everything","Effect":"Allow","Action":"*","Resource":"*"},
    {"Sid":"KeepTrails","Effect":"Deny","Action":["cloudtrail:StopLogging","cloudtrail:DeleteTrail",
     "config:DeleteConfigurationRecorder","config:StopConfigurationRecorder","guardduty:DeleteDetector"],
     "Resource":"*"},
    {"Sid":"SmallMachines","Effect":"Deny","Action":"ec2:RunInstances","Resource":"arn:aws:ec2:*:*:instance/*",
     "Condition":{"StringNotLikeIfExists":{"ec2:InstanceType":["t3.*","t4g.*","m7g.*"]}}},
    {"Sid":"KeepLogs","Effect":"Deny","Action":["logs:DeleteLogGroup","logs:DeleteRetentionPolicy"],
     "Resource":"arn:aws:logs:*:*:log-group:audit-*"}]}
    """#,
    #"""
    {"Version":"2012-10-17","Statement":[
    {"Sid":"Services","Effect":"Allow","Action":["s3:*","ec2:*","iam:*","dynamodb:*","lambda:*","sqs:*","kms:*",
     "logs:*","sts:*","cloudwatch:*","sns:*","events:*"],"Resource":"*"},
    {"Sid":"PrivateStorage","Effect":"Deny","Action":["s3:PutBucketPublicAccessBlock","s3:PutAccountPublicAccessBlock",
     "s3:PutBucketAcl"],"Resource":"*",
     "Condition":{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/administrator"}}},
    {"Sid":"NoKeysForUsers","Effect":"Deny","Action":"iam:CreateAccessKey","Resource":"arn:aws:iam::*:user/*"}]}
    """#,
  ]

  private static let resourceControlTexts = [
    #"""
    {"Version":"2012-10-17","Statement":[
    {"Sid":"Everything","Effect":"Allow","Principal":"*","Action":"*","Resource":"*"},
    {"Sid":"OurOrganization","Effect":"Deny","Principal":"*","Action":["s3:*","sqs:*","kms:*","secretsmanager:*",
     "sts:*","dynamodb:*","logs:*"],"Resource":"*",
     "Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"\#(Words.organization)"},
     "BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}}]}
    """#,
    #"""
    {"Version":"2012-10-17","Statement":[
    {"Sid":"Everything","Effect":"Allow","Principal":"*","Action":"*","Resource":"*"},
    {"Sid":"OnlyEncrypted","Effect":"Deny","Principal":"*","Action":["s3:*","sqs:*","kms:*","dynamodb:*"],
     "Resource":"*","Condition":{"BoolIfExists":{"aws:SecureTransport":"false"}}},
    {"Sid":"NoOldProtocol","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*",
     "Condition":{"NumericLessThan":{"s3:TlsVersion":"1.2"}}}]}
    """#,
  ]
}

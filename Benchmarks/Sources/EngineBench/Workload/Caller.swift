import AWSCore
import PolicyEngine

/// Who makes requests in the workload: a user, or a session of a role.
struct Caller {
  static let keysInContext = 20

  let isRole: Bool
  let name: String
  let team: String
  let account: AccountID

  var arn: String {
    isRole
      ? "arn:aws:sts::\(account):assumed-role/\(team)-worker/\(name)" : "arn:aws:iam::\(account):user/\(team)/\(name)"
  }

  private var roleARN: String { "arn:aws:iam::\(account):role/\(team)-worker" }

  var principal: RequestPrincipal {
    isRole
      ? .roleSession(sessionARN: arn, roleARN: roleARN, account: account, uniqueID: "AROAQEXAMPLEEXAMPLEEX")
      : .user(arn: arn, account: account, uniqueID: "AIDAQEXAMPLEEXAMPLEEX")
  }

  /// A text with the variables' values in it.
  func filled(_ text: String) -> String {
    text.contains("${")
      ? text.replacing(Variable.username, with: name).replacing(Variable.team, with: team) : text
  }

  /// The values of the context's twenty keys, where the given ones come before what every request has.
  func values(_ given: [(key: String, values: [String])]) -> [(key: String, values: [String])] {
    var usual: [(key: String, values: [String])] = [
      ("aws:CurrentTime", ["2026-07-01T12:00:00Z"]), ("aws:EpochTime", ["1782907200"]),
      ("aws:SourceIp", ["10.1.7.9"]), ("aws:SecureTransport", ["true"]), ("aws:RequestedRegion", ["us-east-1"]),
      ("aws:ViaAWSService", ["false"]),
      ("aws:UserAgent", ["Boto3/1.44.5 md/Botocore#1.44.5 ua/2.1 os/linux lang/python#3.11.2"]),
      ("aws:PrincipalAccount", [account.description]), ("aws:PrincipalOrgID", [Words.organization]),
      ("aws:PrincipalIsAWSService", ["false"]),
      ("aws:userid", [isRole ? "AROAQEXAMPLEEXAMPLEEX:\(name)" : "AIDAQEXAMPLEEXAMPLEEX"]),
      ("aws:PrincipalType", [isRole ? "AssumedRole" : "User"]), ("aws:PrincipalArn", [isRole ? roleARN : arn]),
      // A role's session has no user name.
      (isRole ? "aws:SourceIdentity" : "aws:username", [name]),
      ("aws:PrincipalTag/team", [team]), ("aws:ResourceAccount", [account.description]),
    ]
    for (key, values) in given {
      let filled = values.map(filled)
      if let place = usual.firstIndex(where: { $0.key == key }) {
        usual[place].values = filled
      } else if usual.count < Self.keysInContext {
        usual.append((key, filled))
      }
    }
    let further: [(key: String, values: [String])] = [
      ("aws:ResourceTag/team", [team]), ("aws:PrincipalTag/env", ["prod"]), ("aws:ResourceTag/env", ["prod"]),
      ("aws:PrincipalTag/cost-center", ["4711"]), ("aws:ResourceTag/project", ["lighthouse"]),
      ("aws:ResourceTag/cost-center", ["4711"]), ("aws:PrincipalTag/project", ["lighthouse"]),
      ("aws:MultiFactorAuthPresent", ["true"]),
    ]
    for entry in further where usual.count < Self.keysInContext && !usual.contains(where: { $0.key == entry.key }) {
      usual.append(entry)
    }
    return usual
  }
}

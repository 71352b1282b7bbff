import AWSCore
import Testing

@testable import Directory

@Suite("AWS managed policies") struct ManagedPolicyLibraryTests {
  private let library = ManagedPolicyLibrary.aws

  @Test("all of them are there, in the byte order of their names")
  func count() {
    #expect(library.all.count > 1_300)
    for (policy, next) in zip(library.all, library.all.dropFirst()) {
      #expect(policy.name.utf8.lexicographicallyPrecedes(next.name.utf8), "\(policy.name) before \(next.name)")
    }
  }

  @Test("AdministratorAccess is as AWS has it")
  func administratorAccess() throws {
    let policy = try #require(library["arn:aws:iam::aws:policy/AdministratorAccess"])
    #expect(policy.name == "AdministratorAccess")
    #expect(policy.path == "/")
    #expect(policy.id == "ANPAIWMBCKSKIEE64ZLYK")
    #expect(policy.defaultVersionID == "v1")
    #expect(policy.createDate.iso8601 == "2015-02-06T18:39:46Z")
    #expect(policy.updateDate.iso8601 == "2015-02-06T18:39:46Z")
    #expect(policy.isAttachable)
    #expect(
      policy.document() == """
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": "*",
                    "Resource": "*"
                }
            ]
        }
        """)
  }

  @Test(
    "a well-known policy is found by its ARN",
    arguments: [
      "PowerUserAccess", "ReadOnlyAccess", "IAMFullAccess", "IAMReadOnlyAccess", "SecurityAudit",
      "AWSCloudHSMFullAccess", "AWSCloudHSMReadOnlyAccess", "job-function/ViewOnlyAccess",
      "job-function/Billing", "aws-service-role/CloudHSMServiceRolePolicy", "service-role/AWSLambdaBasicExecutionRole",
      "root-task/IAMAuditRootUserCredentials",
    ])
  func wellKnown(pathAndName: String) throws {
    let arn = "arn:aws:iam::aws:policy/\(pathAndName)"
    let policy = try #require(library[arn])
    #expect(policy.arn == arn)
    #expect(arn == "arn:aws:iam::aws:policy\(policy.path)\(policy.name)")
  }

  @Test("a policy that does not exist is not found, nor one in other letters")
  func unknown() {
    #expect(library["arn:aws:iam::aws:policy/administratoraccess"] == nil)
    #expect(library["arn:aws:iam::aws:policy/NoSuchPolicy"] == nil)
    #expect(library["arn:aws:iam::123456789012:policy/AdministratorAccess"] == nil)
  }

  @Test("every document inflates and is a JSON object of a known version")
  func documents() {
    for policy in library.all {
      let document = policy.document()
      #expect(document.hasPrefix("{\n    \"Version\": \"20"), "\(policy.name)")
      #expect(document.hasSuffix("}"), "\(policy.name)")
    }
  }

  @Test("every id has AWS's form and belongs to one policy only")
  func ids() {
    #expect(Set(library.all.map(\.id)).count == library.all.count)
    for policy in library.all {
      #expect(policy.id.hasPrefix("ANPA") && policy.id.utf8.count == 21, "\(policy.name)")
      #expect(policy.id.utf8.allSatisfy { (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) }, "\(policy.name)")
    }
  }

  @Test("every version, path and date has AWS's form")
  func fields() {
    for policy in library.all {
      #expect(policy.defaultVersionID.hasPrefix("v"), "\(policy.name)")
      #expect(policy.path.hasPrefix("/") && policy.path.hasSuffix("/"), "\(policy.name)")
      #expect(policy.createDate <= policy.updateDate, "\(policy.name)")
      #expect(policy.createDate.parts.year >= 2013, "\(policy.name)")
    }
  }
}

@Suite("The file of managed policies") struct ManagedPolicyFileTests {
  @Test(
    "bytes that are no such file are refused",
    arguments: [
      [], Array("SPMANPOL".utf8), Array("SPMANPO_".utf8) + header(),
      Array("SPMANPOL".utf8) + header(version: 2), Array("SPMANPOL".utf8) + header(dictionary: 33),
      Array("SPMANPOL".utf8) + header(dictionary: 31),
    ])
  func malformed(bytes: [UInt8]) {
    #expect(throws: ManagedPolicyFile.Malformed.self) { try ManagedPolicyFile(.bytes(bytes)) }
  }

  @Test("an index that ends before its entries do is refused")
  func shortIndex() throws {
    let file = try ManagedPolicyFile(.bytes(Array("SPMANPOL".utf8) + Self.header(count: 1)))
    #expect(throws: ManagedPolicyFile.Malformed(reason: "it ends too early")) { try file.policies() }
  }

  @Test("a file without policies is read as such")
  func empty() throws {
    let file = try ManagedPolicyFile(.bytes(Array("SPMANPOL".utf8) + Self.header()))
    #expect(try ManagedPolicyLibrary(file).all.isEmpty)
  }

  @Test("a document that does not inflate to its length is refused")
  func truncatedDocument() throws {
    let file = try ManagedPolicyFile(.embedded)
    let location = try #require(try file.policies().first).location
    let shorter = ManagedPolicyFile.Location(
      offset: location.offset, compressed: location.compressed - 1, inflated: location.inflated)
    #expect(throws: ManagedPolicyFile.Malformed.self) { try file.document(at: shorter) }
    let longer = ManagedPolicyFile.Location(
      offset: location.offset, compressed: location.compressed, inflated: location.inflated + 1)
    #expect(throws: ManagedPolicyFile.Malformed.self) { try file.document(at: longer) }
  }

  /// What follows the name in a file without index, dictionary and documents.
  private static func header(version: UInt8 = 1, count: UInt8 = 0, dictionary: UInt8 = 32) -> [UInt8] {
    [version, count, dictionary, 0, 32, 0].flatMap { [$0, 0, 0, 0] }
  }
}

@Suite("AWS's managed policies, compiled") struct AWSManagedPoliciesTests {
  @Test("every document parses: none may lose a Deny in silence")
  func everyDocumentParses() throws {
    for policy in ManagedPolicyLibrary.aws.all {
      #expect(AWSManagedPolicies.shared.policy(policy.arn) != nil, "\(policy.arn)")
    }
  }
}

import AWSCore
import AWSWire
import Directory
import ServiceKit

// Reports on an organization's accounts. No account is in an organization here, so that none of them is made.

enum OrganizationsAccess {
  static let operations: [any Operation.Type] = [
    GenerateOrganizationsAccessReport.self, GetOrganizationsAccessReport.self,
  ]
}

/// The path of an account, an organizational unit or the root in an organization.
struct OrganizationsEntityPath: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(
    19...427, pattern: #"^o-[0-9a-z]{10,32}\/r-[0-9a-z]{4,32}[0-9a-z-\/]*"#,
    matches: { OrganizationsEntityPath.isPath($0[...]) })
  let text: String
  init(unchecked text: String) { self.text = text }

  private static let ids = ByteClass("", ranges: [0x30...0x39, 0x61...0x7A])
  private static let rest = ByteClass("-/", ranges: [0x30...0x39, 0x61...0x7A])

  private static func isPath(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let afterID = after("o-", 10...32, in: bytes), afterID.first == UInt8(ascii: "/"),
      let afterRoot = after("r-", 4...32, in: afterID.dropFirst())
    else { return false }
    return rest.containsAll(afterRoot)
  }

  /// What follows a prefix and so many letters and digits, as many as there are.
  private static func after(
    _ prefix: String, _ count: ClosedRange<Int>, in bytes: ArraySlice<UInt8>
  ) -> ArraySlice<UInt8>? {
    guard bytes.starts(with: prefix.utf8) else { return nil }
    let id = bytes.dropFirst(prefix.utf8.count).prefix(count.upperBound).prefix(while: ids.contains)
    return id.count >= count.lowerBound ? bytes[id.endIndex...] : nil
  }
}

/// The id of a policy of an organization.
struct OrganizationsPolicyID: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(
    0...Int.max, pattern: "^p-[0-9a-zA-Z_]{8,128}$",
    matches: { bytes in
      bytes.starts(with: "p-".utf8) && (10...130).contains(bytes.count)
        && ByteClass.word().containsAll(bytes.dropFirst(2))
    })
  let text: String
  init(unchecked text: String) { self.text = text }
}

struct GenerateOrganizationsAccessReport: ReadOperation {
  struct Input: WireStruct {
    let path: OrganizationsEntityPath
    let policy: OrganizationsPolicyID?

    init(from fields: inout Fields) {
      path = fields.required("EntityPath")
      policy = fields.optional("OrganizationsPolicyId")
    }
  }

  static let failures: [ErrorCode] = [.reportGenerationLimitExceeded]

  static func access(_ input: Input, _ view: View) -> Access {
    var access = Access(
      "iam:GenerateOrganizationsAccessReport", on: .iam(view.account.id, "access-report/\(input.path)"))
    if let policy = input.policy { access.keys.append(.one("iam:OrganizationsPolicyId", policy.text)) }
    return access
  }

  struct Output: WireOutput {
    let id: String
    func encode(to writer: inout WireWriter) { writer.put("JobId", id) }
  }

  // AWS: the management account alone may have it, and that of another organization is refused like any other.
  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    throw Failure(.accessDenied, "Your account is not the management account of the organization.")
  }
}

struct GetOrganizationsAccessReport: ReadOperation {
  enum SortKey: String, WireEnum {
    case namespaceAscending = "SERVICE_NAMESPACE_ASCENDING"
    case namespaceDescending = "SERVICE_NAMESPACE_DESCENDING"
    case timeAscending = "LAST_AUTHENTICATED_TIME_ASCENDING"
    case timeDescending = "LAST_AUTHENTICATED_TIME_DESCENDING"
  }

  struct Input: WireStruct {
    let id: JobID
    let page: PageRequest
    let sortKey: SortKey?

    init(from fields: inout Fields) {
      id = fields.required("JobId")
      page = PageRequest(from: &fields)
      sortKey = fields.optional("SortKey")
    }
  }

  static let failures: [ErrorCode] = [.noSuchEntity]
  static func access(_ input: Input, _ view: View) -> Access { Access("iam:GetOrganizationsAccessReport") }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> EmptyOutput {
    throw .noSuchJob(input.id)
  }
}

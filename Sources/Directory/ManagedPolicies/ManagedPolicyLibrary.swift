public import AWSCore

/// AWS's managed policies, read from the file that the program embeds; nobody can change them.
///
/// Names, ids and dates are kept; documents stay compressed until they are asked for, so that more than 1,500 policies
/// cost less than a megabyte.
public struct ManagedPolicyLibrary: Sendable {
  /// The library of the program, parsed at its first use.
  public static let aws: ManagedPolicyLibrary = {
    do throws(ManagedPolicyFile.Malformed) {
      return try ManagedPolicyLibrary(ManagedPolicyFile(.embedded))
    } catch {
      preconditionFailure("the embedded managed policies cannot be read: \(error.reason)")
    }
  }()

  /// Every policy in the byte order of the names.
  public let all: [ManagedPolicy]
  private let position: [String: Int]

  /// The policy with that ARN, for example `arn:aws:iam::aws:policy/AdministratorAccess`; the letter case counts.
  public subscript(arn: String) -> ManagedPolicy? {
    // INVARIANT: found by its bytes; Swift would also find it by a canonically equal text, such as one with a Kelvin sign.
    guard arn.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
    return position[arn].map { all[$0] }
  }

  init(_ file: ManagedPolicyFile) throws(ManagedPolicyFile.Malformed) {
    let all = try file.policies()
    var position = [String: Int](minimumCapacity: all.count)
    for (index, policy) in all.enumerated() {
      guard position.updateValue(index, forKey: policy.arn) == nil else {
        throw ManagedPolicyFile.Malformed(reason: "`\(policy.arn)` is there twice")
      }
    }
    self.all = all
    self.position = position
  }
}

/// One policy that AWS maintains; its document is inflated anew each time that it is asked for.
public struct ManagedPolicy: Sendable {
  public let arn: String
  public let name: String
  public let path: String
  /// The id that AWS gave it, or one derived from the ARN where AWS's is not known.
  public let id: String
  public let defaultVersionID: String
  public let createDate: Timestamp
  public let updateDate: Timestamp
  public let description: String?
  public let isAttachable: Bool
  let location: ManagedPolicyFile.Location
  let file: ManagedPolicyFile

  /// The JSON text of the default version.
  public func document() -> String {
    do throws(ManagedPolicyFile.Malformed) {
      return try file.document(at: location)
    } catch {
      preconditionFailure("the embedded document of \(arn) cannot be read: \(error.reason)")
    }
  }
}

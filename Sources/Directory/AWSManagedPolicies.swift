public import PolicyEngine
import Synchronization

/// The managed policies that AWS ships, parsed when first asked for; the same for all accounts, never changed.
public final class AWSManagedPolicies: Sendable {
  public static let shared = AWSManagedPolicies(library: .aws)

  private let library: ManagedPolicyLibrary
  private let parsed = Mutex<[String: Policy]>([:])

  init(library: ManagedPolicyLibrary) { self.library = library }

  /// The policy with the ARN; nil where AWS has none of that name.
  public func policy(_ arn: String) -> Policy? {
    // INVARIANT: every ARN of AWS's is ASCII; another text could still be canonically equal to one that is kept here.
    guard arn.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
    if let known = parsed.withLock({ $0[arn] }) { return known }
    guard let shipped = library[arn] else { return nil }
    let document: PolicyDocument
    do throws(PolicyDocumentError) {
      document = try PolicyDocument.parse(shipped.document(), as: .identity)
    } catch {
      // A policy that dropped out in silence would take its Deny along. A test parses every one that is shipped.
      preconditionFailure("the policy \(arn) that is shipped does not parse: \(error)")
    }
    let fresh = Policy(document, source: PolicySource(kind: .managed, name: arn))
    return parsed.withLock { known in
      if let first = known[arn] { return first }
      known[arn] = fresh
      return fresh
    }
  }
}

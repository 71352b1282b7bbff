public import PolicyEngine
import Synchronization

/// The managed policies that AWS ships, compiled when first asked for; the same for all accounts, never changed.
public final class AWSManagedPolicies: Sendable {
  public static let shared = AWSManagedPolicies(library: .aws)

  private let library: ManagedPolicyLibrary
  private let compiled = Mutex<[String: CompiledPolicy]>([:])

  init(library: ManagedPolicyLibrary) { self.library = library }

  /// The policy with the ARN; nil where AWS has none of that name.
  public func compiled(_ arn: String) -> CompiledPolicy? {
    // INVARIANT: every ARN of AWS's is ASCII; another text could still be canonically equal to one that is kept here.
    guard arn.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
    if let known = compiled.withLock({ $0[arn] }) { return known }
    guard let policy = library[arn] else { return nil }
    // AWS: a document that its own parser takes but ours would not must not silently grant or lose anything; a test
    // parses every one.
    guard let document = try? PolicyDocument.parse(policy.document(), as: .identity) else { return nil }
    let fresh = CompiledPolicy(document, source: PolicySource(kind: .managed, name: arn))
    return compiled.withLock { known in
      if let first = known[arn] { return first }
      known[arn] = fresh
      return fresh
    }
  }
}

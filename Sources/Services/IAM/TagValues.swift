import AWSCore
import Directory
import ServiceKit

// The rules that hold for the tags of every resource.

extension [Tag] {
  /// The tags themselves, if they may be put on a resource together.
  func checked(against quotas: Quotas) throws(Failure) -> [Tag] {
    guard count <= quotas.tagsPerResource else { throw .limitExceeded("TagsPerResource", quotas.tagsPerResource) }
    if let fault { throw .invalidInput(fault) }
    return self
  }

  /// These tags over the resource's own: a key in another letter case is the same key, its new spelling stays.
  func merged(into existing: [Tag]) -> [Tag] {
    let new = Set(map { $0.key.text.lowercased() })
    return existing.filter { !new.contains($0.key.text.lowercased()) } + self
  }
}

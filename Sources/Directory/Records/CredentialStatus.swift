/// Whether a credential is in use; one that is not keeps its place in the quota.
public enum CredentialStatus: String, Sendable, Codable, CaseIterable {
  case active = "Active"
  case inactive = "Inactive"
}

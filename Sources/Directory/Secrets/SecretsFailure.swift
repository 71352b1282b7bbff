/// Why a secret could not be sealed, opened or found. Never says anything about the secret itself.
public enum SecretsFailure: Error, Sendable, Equatable, CustomStringConvertible {
  /// The master key is missing, unreadable, or not written as it should be; one line for the operator.
  case masterKey(String)
  /// A data key was wrapped with a master key that the ring does not have.
  case unknownMasterKey(version: Int)
  /// The ring's master key of that version did not wrap this data key: another key, or a wrapping that was changed.
  case wrongMasterKey(version: Int)
  /// What was to be opened was not sealed with this key, for this place; or it was changed.
  case notAuthentic

  public var description: String {
    switch self {
    case .masterKey(let line): line
    case .unknownMasterKey(let version):
      "the master key v\(version), with which this data was sealed, is missing; add its line to the master keys"
    case .wrongMasterKey(let version):
      "the master key v\(version) is not the one with which this data was sealed"
    case .notAuthentic: "sealed data was changed, or sealed for another place"
    }
  }
}

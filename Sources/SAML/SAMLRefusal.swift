/// Why a document, a key or an assertion is not taken, in words for whoever sent it.
public struct SAMLRefusal: Error, Sendable, Equatable {
  public enum Kind: Sendable {
    /// What was sent is not what it has to be, or nobody who counts has signed it.
    case invalid
    /// It was good once.
    case expired
    /// The identity provider itself says no.
    case rejected
    /// It speaks of nobody.
    case anonymous
  }

  public let kind: Kind
  public let message: String

  init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  public init(_ message: String) { self.init(.invalid, message) }
}

/// A policy document that passed AWS's checks, taken apart, with the positions of its statements.
public struct PolicyDocument: Sendable {
  /// What a document is for, which decides what may stand in it.
  public enum Kind: Sendable {
    /// Attached to a user, group or role, or a permissions boundary: no `Principal` allowed.
    case identity
    /// A role's trust policy: `Principal` required, no `Resource`.
    case trust
    /// Attached to a resource: `Principal` and `Resource` required.
    case resource
    /// Passed with a call that makes temporary credentials: as `identity`.
    case session
  }

  /// The version of the policy language; variables exist in the second only.
  public enum Version: String, Sendable, Comparable {
    /// The older one, and the one of documents that name none.
    case v2008 = "2008-10-17"
    /// The current one, with variables.
    case v2012 = "2012-10-17"

    /// The older version is the smaller one.
    public static func < (a: Version, b: Version) -> Bool { a == .v2008 && b == .v2012 }
  }

  /// As it came.
  public let text: String
  /// What it was parsed as.
  public let kind: Kind
  /// `v2008` where the document names none.
  public let version: Version
  /// The document's `Id`.
  public let id: String?
  /// In the order of the text; at least one.
  public let statements: [Statement]

  /// Refuses what AWS refuses, with AWS's message, in AWS's order of checks.
  ///
  /// Whether named principals exist, and the size that a text may have, are the caller's to check.
  /// - Parameters:
  ///   - text: the policy as JSON.
  ///   - kind: what it is for.
  ///   - minimumVersion: the oldest version accepted; managed policies are held to `v2012` by AWS.
  public static func parse(
    _ text: String, as kind: Kind, minimumVersion: Version = .v2008
  ) throws(PolicyDocumentError) -> PolicyDocument {
    let bytes = Array(text.utf8)
    do {
      let root = try JSONParser.parse(bytes)
      let draft = try DraftDocument(root)
      try draft.check(as: kind, minimumVersion: minimumVersion)
      var statements: [Statement] = []
      statements.reserveCapacity(draft.statements.count)
      var position = SourcePosition.start
      for statement in draft.statements {
        position.advance(to: statement.offset, in: bytes)
        statements.append(try statement.statement(index: statements.count, at: position))
      }
      return PolicyDocument(
        text: text, kind: kind, version: draft.version ?? .v2008, id: draft.id, statements: statements)
    } catch {
      throw PolicyDocumentError(error, in: bytes)
    }
  }

  private init(text: String, kind: Kind, version: Version, id: String?, statements: [Statement]) {
    self.text = text
    self.kind = kind
    self.version = version
    self.id = id
    self.statements = statements
  }
}

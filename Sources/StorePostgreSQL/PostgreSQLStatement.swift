/// Prepared statements beside those of every store: news for other nodes, and what became of a commit.
enum PostgreSQLStatement: String, CaseIterable {
  /// Wakes the other nodes when the transaction is committed.
  case notify = "SELECT pg_notify('sallyport', $1)"

  // MARK: Whose commit it was

  case sign = "INSERT INTO signature (partition, revision, writer) VALUES ($1, $2, $3)"
  /// Who made a revision, and how far back signatures were forgotten.
  case signer = """
    SELECT head.floor, signature.writer
    FROM head LEFT JOIN signature ON signature.partition = head.partition AND signature.revision = $2
    WHERE head.partition = $1
    """
  case trimSignatures = "DELETE FROM signature WHERE partition = $1 AND revision <= $2"
  /// Changes nothing, and is confirmed after all that was committed before it.
  case touch = "UPDATE head SET revision = revision WHERE partition = $1"
  case clearSignatures = "DELETE FROM signature"
}

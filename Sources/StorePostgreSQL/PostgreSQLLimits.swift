/// How long the store waits, and how much it does at once.
public struct PostgreSQLLimits: Sendable {
  /// Connections for reads and writes; one more listens.
  public var connections = 8
  /// For one attempt to connect to one host; a URL's `connect_timeout` goes before it.
  public var connectSeconds = 5
  /// For the answer to one statement, or to several that were sent together; less once the database is out of reach.
  public var statement = Duration.seconds(10)
  /// For a caller until a connection is free for it, and then for trying again what failed.
  public var wait = Duration.seconds(10)
  /// For making the tables or bringing them up to date.
  public var upgrade = Duration.seconds(3600)
  /// For finding out what became of a commit whose connection broke.
  public var unsureCommit = Duration.seconds(30)
  /// Between two questions of the listening connection, which also ask whether there was any commit.
  public var heartbeat = Duration.milliseconds(250)
  /// Between two looks at all heads after commits, where notifications have told of them before.
  public var look = Duration.milliseconds(700)
  /// For the answer to one of these; then the database counts as out of reach.
  public var heartbeatAnswer = Duration.seconds(2)

  public init() {}

  /// For what is done once, and may take its time.
  var unhurried: PostgreSQLLimits {
    var limits = self
    limits.statement = upgrade
    return limits
  }
}

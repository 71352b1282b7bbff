/// The wire name of an error with the HTTP status that AWS gives it; equal by name.
public struct ErrorCode: Sendable, Hashable, CustomStringConvertible {
  public let name: String
  /// The HTTP status; from 500 on the fault is the service's, below it the sender's.
  public let status: Int

  public init(_ name: String, status: Int) {
    self.name = name
    self.status = status
  }

  public static func == (a: ErrorCode, b: ErrorCode) -> Bool { a.name == b.name }
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
  public var description: String { name }
}

/// The one error of the domain: a closed code, words for the client, and a private reason for the log.
///
/// It becomes bytes only in the wire module, in the shape of the protocol that the request came by.
public struct Failure: Error, Sendable, CustomStringConvertible {
  public let code: ErrorCode
  /// What the client reads, in AWS's words. Never holds a secret.
  public let message: String
  /// What only the log reads: lower-case, no full stop, user input in backticks.
  public let reason: String?
  /// A sealed account of the decision for whoever may decode it; goes into a response header.
  public let encodedMessage: String?

  public init(_ code: ErrorCode, _ message: String, reason: String? = nil, encodedMessage: String? = nil) {
    self.code = code
    self.message = message
    self.reason = reason
    self.encodedMessage = encodedMessage
  }

  public var description: String { "\(code): \(message)" }
}

// MARK: Errors that every service may answer

extension ErrorCode {
  public static let accessDenied = ErrorCode("AccessDenied", status: 403)
  public static let validationError = ErrorCode("ValidationError", status: 400)
  public static let serviceFailure = ErrorCode("ServiceFailure", status: 500)
  public static let serviceUnavailable = ErrorCode("ServiceUnavailable", status: 503)
}

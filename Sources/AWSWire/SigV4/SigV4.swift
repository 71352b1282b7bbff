public import AWSCore

/// AWS's Signature Version 4: reading what a client presents, verifying it, and signing as a client does.
///
/// All parts are pure: the clock, the rules of a service and the key come in as values. The order of use is
/// ``identification(of:)``, a look-up of the key, then ``verify(_:_:key:rules:now:)``, which is the only maker of
/// ``Verified``. Source: IAM User Guide, "AWS Signature Version 4 for API requests".
public enum SigV4 {
  static let algorithm = "AWS4-HMAC-SHA256"
  /// The end of every scope.
  public static let terminator = "aws4_request"
  static let unsignedPayload = "UNSIGNED-PAYLOAD"

  /// The longest life of a presigned request: seven days, in seconds.
  public static let presignedSecondsMax = 604_800
  /// AWS's usual tolerance between a client's clock and the server's.
  public static let windowSecondsDefault: Int64 = 900
  /// The most headers that a signature may name.
  public static let signedHeaderLimit = 64

  /// What a signature is good for: one day, one region, one service.
  public struct Scope: Sendable, Hashable, CustomStringConvertible {
    /// `YYYYMMDD`, as presented.
    public let date: String
    public let region: String
    public let service: String
    public let terminator: String

    public init(date: String, region: String, service: String, terminator: String = SigV4.terminator) {
      self.date = date
      self.region = region
      self.service = service
      self.terminator = terminator
    }

    /// `20150830/us-east-1/iam/aws4_request`
    public var description: String { "\(date)/\(region)/\(service)/\(terminator)" }
  }

  /// Where the authentication stood.
  public enum Form: Sendable, Hashable {
    case header
    /// A presigned URL, with its `X-Amz-Expires` in seconds where it had one.
    case query(expires: Int?)
  }

  /// How the path enters the canonical request.
  public enum PathRule: Sendable, Hashable {
    /// Dot segments and repeated slashes removed, then encoded once more: every service but S3.
    case normalized
    /// Decoded and encoded once, nothing removed: S3.
    case verbatim
  }

  /// How long a presigned request lives.
  public enum PresignedLifetime: Sendable, Hashable {
    /// For its own `X-Amz-Expires`; for the window where it has none.
    case asRequested
    /// For the window, whatever it asks for.
    // AWS: STS keeps presigned requests for 15 minutes and does not look at X-Amz-Expires.
    case window
  }

  /// What one service demands of a signature.
  public struct Rules: Sendable {
    /// The service names that a scope may carry; the first is the one that errors name.
    public var services: [String]
    /// The one region that a scope may carry; `nil` admits any well-formed one, as for global services.
    public var region: String?
    /// How far the signature's time may be from the server's, in seconds, in both directions.
    public var windowSeconds: Int64
    public var path: PathRule
    public var presignedLifetime: PresignedLifetime
    /// Whether `x-amz-content-sha256: UNSIGNED-PAYLOAD` is accepted; IAM and STS never do.
    public var allowsUnsignedPayload: Bool

    public init(
      services: [String], region: String? = nil, windowSeconds: Int64 = SigV4.windowSecondsDefault,
      path: PathRule = .normalized, presignedLifetime: PresignedLifetime = .asRequested,
      allowsUnsignedPayload: Bool = false
    ) {
      precondition(!services.isEmpty, "a service has a name")
      self.services = services
      self.region = region
      self.windowSeconds = windowSeconds
      self.path = path
      self.presignedLifetime = presignedLifetime
      self.allowsUnsignedPayload = allowsUnsignedPayload
    }
  }

  /// What a request says about itself; nothing of it is proven yet.
  public struct Presented: Sendable {
    public let form: Form
    public let accessKeyID: String
    public let scope: Scope
    /// Lower-case names in the order presented, each once; `host` and every `x-amz-*` header of the request are in it.
    public let signedHeaders: [String]
    /// As presented; a good one is 64 lower-case hexadecimal digits.
    public let signature: String
    /// `YYYYMMDDTHHMMSSZ`, as presented.
    public let timestampText: String
    public let timestamp: Timestamp
    public let sessionToken: String?
  }

  /// Who a request says that it is from.
  public enum Identification: Sendable {
    /// No trace of any authentication.
    case anonymous
    case presented(Presented)
  }
}

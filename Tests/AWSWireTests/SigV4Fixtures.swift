import AWSCore
import Crypto
import Foundation

@testable import AWSWire

/// The credentials, the moment and the scope of AWS's public vectors.
enum Fixture {
  static let accessKeyID = "AKIDEXAMPLE"
  static let secret = Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
  static let now = Timestamp(iso8601Basic: "20150830T123600Z")!
  static let credentials = SigV4.Credentials(accessKeyID: accessKeyID, secretAccessKey: secret)
  static let scopeText = "20150830/us-east-1/iam/aws4_request"

  static func credentials(token: String?) -> SigV4.Credentials {
    SigV4.Credentials(accessKeyID: accessKeyID, secretAccessKey: secret, sessionToken: token)
  }

  /// A form POST as the AWS CLI sends it, not signed yet.
  static var form: HTTPRequestMessage {
    HTTPRequestMessage(
      method: "POST", path: "/",
      headers: [
        Header("host", "127.0.0.1:4260"),
        Header("content-type", "application/x-www-form-urlencoded; charset=utf-8"),
        Header("user-agent", "aws-cli/2"),
      ],
      body: Array("Action=GetUser&Version=2010-05-08&UserName=alice".utf8))
  }

  static func signed(
    _ request: HTTPRequestMessage = form, token: String? = nil, service: String = "iam", at time: Timestamp = now
  ) throws -> HTTPRequestMessage {
    var request = request
    try SigV4.sign(
      &request, with: credentials(token: token), region: "us-east-1", service: service, at: time)
    return request
  }

  static func presigned(token: String? = nil, expiresSeconds: Int = 60) throws -> HTTPRequestMessage {
    var request = HTTPRequestMessage(
      method: "GET", path: "/", query: "Action=GetCallerIdentity&Version=2011-06-15",
      headers: [Header("host", "127.0.0.1:4260")])
    try SigV4.presign(
      &request, with: credentials(token: token), region: "us-east-1", service: "sts", at: now,
      expiresSeconds: expiresSeconds)
    return request
  }

  /// Does what a server does: reads, looks the key up by its id, verifies.
  static func verify(
    _ request: HTTPRequestMessage, rules: SigV4.Rules = SigV4.Rules(services: ["iam", "sts", "service"]),
    now: Timestamp = now
  ) throws(SigV4.Refusal) -> SigV4.Verified {
    guard case .presented(let presented) = try SigV4.identification(of: request) else {
      throw .missingAuthentication
    }
    let key: SigV4.VerificationKey =
      presented.accessKeyID == accessKeyID
      ? .signing(SigV4.SigningKey(secret: secret, scope: presented.scope)) : .unknown
    return try SigV4.verify(request, presented, key: key, rules: rules, now: now)
  }

  /// The refusal of a request, or `nil` where it is accepted.
  static func refusal(
    _ request: HTTPRequestMessage, rules: SigV4.Rules = SigV4.Rules(services: ["iam", "sts", "service"]),
    now: Timestamp = now
  ) -> SigV4.Refusal? {
    do {
      _ = try verify(request, rules: rules, now: now)
      return nil
    } catch {
      return error
    }
  }

  static func presented(_ request: HTTPRequestMessage) throws -> SigV4.Presented? {
    guard case .presented(let presented) = try SigV4.identification(of: request) else { return nil }
    return presented
  }
}

extension HTTPRequestMessage {
  /// The same request with the first header of that name changed; added where there was none.
  func with(_ name: String, _ value: String?) -> HTTPRequestMessage {
    var copy = self
    if let value {
      if let index = copy.headers.firstIndex(where: { $0.name == name }) {
        copy.headers[index].value = value
      } else {
        copy.headers.append(Header(name, value))
      }
    } else {
      copy.headers.removeAll { $0.name == name }
    }
    return copy
  }

  func adding(_ name: String, _ value: String) -> HTTPRequestMessage {
    var copy = self
    copy.headers.append(Header(name, value))
    return copy
  }

  func replacing(query: String) -> HTTPRequestMessage {
    var copy = self
    copy.query = query
    return copy
  }

  func replacing(body: String) -> HTTPRequestMessage {
    var copy = self
    copy.body = Array(body.utf8)
    return copy
  }

  func replacing(authorization old: String, with new: String) -> HTTPRequestMessage {
    with("authorization", value(of: "authorization")!.replacingOccurrences(of: old, with: new))
  }
}

/// A small generator with a seed, so that a failure can be repeated.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// `SALLYPORT_SEED` where it is set, otherwise a new one.
  static var seed: UInt64 {
    ProcessInfo.processInfo.environment["SALLYPORT_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0...UInt64.max)
  }
}

import AWSCore
public import AWSWire
import Directory
public import Logging

/// The way of every request, in one place: route, gate 1, decode, gate 2, perform, encode.
///
/// The order is a security property. There is no other way to an operation: it needs a ``Grant``, which needs a
/// ``Caller``, which needs a verified signature, or a verified assertion for the few operations that nobody signs.
public struct Pipeline: Sendable {
  private let router: Router
  private let authenticator: Authenticator
  private let environment: Environment
  private let revisions: SeenRevisions
  private let requestIDs: RequestIDs
  private let outages = OutageReports()
  private let log: Logger
  public let statistics = RequestStatistics()

  public init(router: Router, environment: Environment, log: Logger) {
    self.router = router
    self.environment = environment
    self.log = log
    revisions = SeenRevisions(directory: environment.directory)
    authenticator = Authenticator(directory: environment.directory)
    requestIDs = RequestIDs(from: environment.entropy)
  }

  /// Forgets what was kept about credentials, after the directory was emptied.
  public func reset() {
    authenticator.reset()
    environment.lastUsed.reset()
  }

  /// Answers any request whatever; never throws, never crashes, always in the shape of the protocol it came by.
  public func respond(to request: HTTPRequestMessage) async -> HTTPResponseMessage {
    let began = ContinuousClock.now
    let requestID = requestIDs.next()
    var trail = Trail(requestID: requestID, started: environment.clock.now())
    do throws(Failure) {
      let routed = try router.route(request)
      trail.service = routed.service.name
      trail.wireProtocol = routed.service.wireProtocol
      trail.operation = routed.name
      try environment.directory.requireContact()
      try await revisions.require(request)
      let answer =
        switch routed.operation.authentication {
        case .signature(let operation): try await answer(operation, routed, request, &trail)
        case .assertion(let operation): try await answer(operation, routed, request, &trail)
        }
      statistics.count(trail.service ?? "none", .allowed, since: began)
      record(trail, failure: nil)
      return answer
    } catch {
      statistics.count(trail.service ?? "none", .init(error), since: began)
      record(trail, failure: error)
      let wireProtocol = trail.wireProtocol ?? ErrorShape.guess(request)
      return ErrorShape.response(error, requestID: requestID, wireProtocol: wireProtocol)
    }
  }

  private func answer<Op: SignedOperation>(
    _ operation: Op.Type, _ routed: Router.Routed, _ request: HTTPRequestMessage, _ trail: inout Trail
  ) async throws(Failure) -> HTTPResponseMessage {
    let caller = try await authenticator.verify(request, for: routed.service, now: trail.started)
    trail.caller = caller
    environment.lastUsed.mark(
      caller, service: routed.service.name, operation: routed.name, at: trail.started)
    let call = call(by: caller, routed, request, trail)
    let input = try Fields.decode(Op.Input.self, from: routed.input)
    if let output = try Op.executeNow(input, call) {
      return AnswerShape.response(
        output, operation: routed.name, call: call, wireProtocol: routed.service.wireProtocol)
    }
    let output = try await Op.execute(input, call)
    var answer = AnswerShape.response(
      output, operation: routed.name, call: call, wireProtocol: routed.service.wireProtocol)
    revisions.note(Op.account(of: input, caller: call.caller), in: &answer)
    return answer
  }

  /// The same where the input says who calls: it is decoded first, for gate 1 to read.
  private func answer<Op: AssertedOperation>(
    _ operation: Op.Type, _ routed: Router.Routed, _ request: HTTPRequestMessage, _ trail: inout Trail
  ) async throws(Failure) -> HTTPResponseMessage {
    let input = try Fields.decode(Op.Input.self, from: routed.input)
    let visit = Visit(environment: environment, now: trail.started)
    let (caller, vouched) = try await authenticator.verify(input, for: operation, visit)
    trail.caller = caller
    let call = call(by: caller, routed, request, trail)
    let output = try await Op.execute(input, vouched, call)
    return AnswerShape.response(
      output, operation: routed.name, call: call, wireProtocol: routed.service.wireProtocol)
  }

  private func call(
    by caller: Caller, _ routed: Router.Routed, _ request: HTTPRequestMessage, _ trail: Trail
  ) -> Call {
    Call(
      caller: caller, environment: environment, service: routed.service.name, operation: routed.name,
      requestID: trail.requestID, now: trail.started, request: request)
  }

  private func record(_ trail: Trail, failure: Failure?) {
    if let failure, failure.code == .serviceUnavailable {
      if let count = outages.due(at: trail.started) {
        log.warning(
          "requests are refused as unavailable",
          metadata: ["requests": "\(count)", "reason": "\(failure.reason ?? "")"])
      }
    } else if let failure, failure.code.status >= 500, failure.code.status != 501 {
      // A broken promise of ours; everything else that a client is told is the client's business.
      log.error(
        "request failed",
        metadata: ["request": "\(trail.requestID)", "action": "\(trail.action)", "reason": "\(failure.reason ?? "")"])
    }
    log.info(
      "request",
      metadata: [
        "request": "\(trail.requestID)", "action": "\(trail.action)", "key": "\(trail.caller?.accessKeyID ?? "-")",
        "account": "\(trail.caller?.account.description ?? "-")", "decision": "\(failure?.code.name ?? "allow")",
        "ms": "\(environment.clock.now().milliseconds - trail.started.milliseconds)",
      ])
  }
}

/// What is known of a request so far; for the log and for the shape of an error.
private struct Trail {
  let requestID: String
  let started: Timestamp
  var service: String?
  var operation: String?
  var wireProtocol: WireProtocol?
  var caller: Caller?

  var action: String { service.map { "\($0):\(operation ?? "?")" } ?? "?" }
}

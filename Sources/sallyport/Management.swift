import AWSCore
import Directory
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceKit

/// What operators and load balancers ask, on an address of its own: health, readiness and metrics.
///
/// It says nothing about accounts, and asks nobody who they are: the address must not be reachable from outside.
struct ManagementResponder: HTTPResponder {
  let parts: Composition

  func respond(to request: Request, context: ConnectionContext) async throws -> Response {
    guard request.method == .get || request.method == .head else { return Self.answer(.methodNotAllowed, "GET only") }
    switch request.uri.path {
    case "/health": return Self.answer(.ok, "alive")
    case "/ready": return readiness(writes: false)
    case "/ready/writes": return readiness(writes: true)
    case "/metrics":
      let text = MetricsText(parts.pipeline.statistics.snapshot, parts.directory).text
      return Self.answer(.ok, text, type: "text/plain; version=0.0.4; charset=utf-8")
    default: return Self.answer(.notFound, "there are /health, /ready, /ready/writes and /metrics")
    }
  }

  /// A node whose database is out of reach goes on for known accounts, so it stays ready, except for writes.
  private func readiness(writes: Bool) -> Response {
    do throws(Failure) { try parts.directory.requireContact() } catch {
      return Self.answer(.serviceUnavailable, "not ready: \(error.reason ?? error.message)")
    }
    guard let outage = parts.directory.store.outage else { return Self.answer(.ok, "ready") }
    return writes
      ? Self.answer(.serviceUnavailable, "not ready for writes: \(outage)")
      : Self.answer(.ok, "ready, but not for writes: \(outage)")
  }

  private static func answer(
    _ status: HTTPResponse.Status, _ text: String, type: String = "text/plain; charset=utf-8"
  ) -> Response {
    Response(
      status: status, headers: [.contentType: type, .cacheControl: "no-store"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text.hasSuffix("\n") ? text : text + "\n")))
  }
}

/// The program's figures in Prometheus's text form.
struct MetricsText {
  private(set) var text = ""

  init(_ requests: RequestStatistics.Snapshot, _ directory: Directory) {
    family("sallyport_requests_total", "counter", "Requests by service and by how they ended.")
    let kinds = requests.counts.sorted {
      ($0.key.service, $0.key.outcome.rawValue) < ($1.key.service, $1.key.outcome.rawValue)
    }
    for (kind, count) in kinds {
      sample("sallyport_requests_total{service=\"\(kind.service)\",outcome=\"\(kind.outcome.rawValue)\"}", "\(count)")
    }
    family("sallyport_request_seconds", "histogram", "How long requests took, from the whole request to its answer.")
    var sum = 0
    for (limit, count) in zip(RequestStatistics.limits.map { "\($0)" } + ["+Inf"], requests.durations) {
      sum += count
      sample("sallyport_request_seconds_bucket{le=\"\(limit)\"}", "\(sum)")
    }
    sample("sallyport_request_seconds_sum", "\(requests.seconds)")
    sample("sallyport_request_seconds_count", "\(sum)")
    family("sallyport_store_reachable", "gauge", "1 while the store can be written, as far as is known.")
    sample("sallyport_store_reachable", directory.store.outage == nil ? "1" : "0")
    if let age = directory.contactAge {
      family("sallyport_store_contact_age_seconds", "gauge", "Since the shared store last answered.")
      sample("sallyport_store_contact_age_seconds", "\(age)")
    }
    family("sallyport_accounts_loaded", "gauge", "Accounts in memory.")
    sample("sallyport_accounts_loaded", "\(directory.loadedCount)")
    family("sallyport_conflicts_total", "counter", "Commits that another node came before.")
    sample("sallyport_conflicts_total", "\(directory.conflictCount)")
  }

  private mutating func family(_ name: String, _ type: String, _ help: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
  }

  private mutating func sample(_ name: String, _ value: String) { text += "\(name) \(value)\n" }
}

import AWSWire
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceKit

/// What a request needs of its connection: who is at the other end.
struct ConnectionContext: InitializableFromSource {
  let peerAddress: String

  init(source: ApplicationRequestContextSource) {
    peerAddress = source.channel.remoteAddress?.ipAddress ?? ""
  }
}

/// Between the HTTP server and the pipeline: bytes in, bytes out.
struct PipelineResponder: HTTPResponder {
  let pipeline: Pipeline
  let developer: DeveloperAPI?
  let log: Logger

  func respond(to request: Request, context: ConnectionContext) async throws -> Response {
    // What is announced as too large is refused at once, not after it has come.
    for field in request.head.headerFields where field.name == .contentLength {
      if let length = Int(field.value), length > Router.bodySizeMax { return Response(Self.tooLarge) }
    }
    let message: HTTPRequestMessage
    do {
      message = try await self.message(request, context)
    } catch {
      return Response(Self.tooLarge)
    }
    if let developer, message.path.hasPrefix(DeveloperAPI.prefix) {
      return Response(await developer.respond(to: message))
    }
    return Response(await pipeline.respond(to: message))
  }

  private func message(_ request: Request, _ context: ConnectionContext) async throws -> HTTPRequestMessage {
    let body = try await request.body.collect(upTo: Router.bodySizeMax)
    let target = request.head.path ?? "/"
    let question = target.utf8.firstIndex(of: 0x3F)
    var headers: [Header] = []
    headers.reserveCapacity(request.head.headerFields.count + 1)
    if let authority = request.head.authority { headers.append(Header("host", authority)) }
    for field in request.head.headerFields { headers.append(Header(field.name.canonicalName, field.value)) }
    return HTTPRequestMessage(
      method: request.head.method.rawValue, path: String(target[..<(question ?? target.endIndex)]),
      query: question.map { String(target[target.index(after: $0)...]) } ?? "", headers: headers,
      body: Array(body.readableBytesView), peerAddress: context.peerAddress)
  }

  private static let tooLarge = HTTPResponseMessage(
    status: 413, headers: [Header("content-type", "text/xml"), Header("connection", "close")],
    body: Array(
      ("<ErrorResponse><Error><Type>Sender</Type><Code>RequestEntityTooLarge</Code>"
        + "<Message>The request is larger than \(Router.bodySizeMax) bytes.</Message></Error></ErrorResponse>").utf8))
}

extension Response {
  /// The names that almost every answer has, checked once.
  private static let names: [String: HTTPField.Name] = Dictionary(
    uniqueKeysWithValues: ["content-type", "x-amzn-requestid"].compactMap { name in
      HTTPField.Name(name).map { (name, $0) }
    })

  init(_ message: HTTPResponseMessage) {
    var fields = HTTPFields()
    for header in message.headers {
      if let name = Self.names[header.name] ?? HTTPField.Name(header.name) {
        fields.append(HTTPField(name: name, value: header.value))
      }
    }
    self.init(
      status: .init(code: message.status), headers: fields,
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: message.body)))
  }
}

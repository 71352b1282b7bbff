import AWSWire
import HTTPTypes
import Hummingbird
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
  let issuers: IssuerDocuments
  let developer: DeveloperAPI?
  let proxies: TrustedProxies

  func respond(to request: Request, context: ConnectionContext) async throws -> Response {
    guard var message = await message(request, context) else { return Response(Self.tooLarge) }
    proxies.unwrap(&message)
    if let developer, message.path.hasPrefix(DeveloperAPI.prefix) {
      return Response(await developer.respond(to: message))
    }
    if message.path.hasPrefix(IssuerDocuments.prefix) { return Response(await issuers.respond(to: message)) }
    return Response(await pipeline.respond(to: message))
  }

  /// The request with all of its body; nil where that is too large.
  private func message(_ request: Request, _ context: ConnectionContext) async -> HTTPRequestMessage? {
    var headers: [Header] = []
    headers.reserveCapacity(request.head.headerFields.count + 1)
    if let authority = request.head.authority { headers.append(Header("host", authority)) }
    for field in request.head.headerFields {
      let header = Header(field.name.canonicalName, field.value)
      // What is announced as too large is refused at once, not after it has come.
      if header.name == "content-length", let length = Int(header.value), length > Router.bodySizeMax { return nil }
      headers.append(header)
    }
    let body: ByteBuffer
    do {
      body = try await request.body.collect(upTo: Router.bodySizeMax)
    } catch {
      return nil
    }
    let target = request.head.path ?? "/"
    let question = target.utf8.firstIndex(of: 0x3F)
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
  private static let requestID = HTTPField.Name("x-amzn-requestid")

  /// The name as the server knows it; those that almost every answer has are checked once.
  private static func name(_ text: String) -> HTTPField.Name? {
    switch text {
    case "content-type": .contentType
    case "x-amzn-requestid": requestID
    default: HTTPField.Name(text)
    }
  }

  init(_ message: HTTPResponseMessage) {
    var fields = HTTPFields()
    for header in message.headers {
      if let name = Self.name(header.name) { fields.append(HTTPField(name: name, value: header.value)) }
    }
    self.init(
      status: .init(code: message.status), headers: fields,
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: message.body)))
  }
}

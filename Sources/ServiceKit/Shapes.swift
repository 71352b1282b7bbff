import AWSCore
import AWSWire

/// The bytes of an answer in each protocol.
enum AnswerShape {
  static func response(
    _ output: some WireOutput, operation: String, call: Call, wireProtocol: WireProtocol
  ) -> HTTPResponseMessage {
    switch wireProtocol {
    case .query(let namespace):
      var writer = WireWriter(.xml, reserving: 1024)
      for piece in ["<", operation, "Response xmlns=\"", namespace, "\">"] { writer.append(raw: piece) }
      // AWS: an operation without output answers the metadata alone.
      if !(output is EmptyOutput) {
        for piece in ["<", operation, "Result>"] { writer.append(raw: piece) }
        output.encode(to: &writer)
        for piece in ["</", operation, "Result>"] { writer.append(raw: piece) }
      }
      writer.append(raw: "<ResponseMetadata><RequestId>")
      writer.append(raw: call.requestID)
      for piece in ["</RequestId></ResponseMetadata></", operation, "Response>"] { writer.append(raw: piece) }
      return HTTPResponseMessage(
        status: 200,
        headers: [Header("content-type", "text/xml"), Header("x-amzn-requestid", call.requestID)], body: writer.bytes)
    case .json, .restJSON:
      var writer = WireWriter(.json)
      writer.append(raw: "{")
      output.encode(to: &writer)
      writer.append(raw: "}")
      return HTTPResponseMessage(
        status: 200,
        headers: [
          Header("content-type", ErrorShape.jsonType(wireProtocol)), Header("x-amzn-requestid", call.requestID),
        ],
        body: writer.bytes)
    }
  }
}

/// The bytes of an error in each protocol.
enum ErrorShape {
  /// The protocol of a request that was not routed, by what it looks like.
  static func guess(_ request: HTTPRequestMessage) -> WireProtocol {
    if Router.target(of: request) != nil { return .json }
    if SigV4.normalizedPath(request.path) != "/" { return .restJSON }
    return .query(namespace: "")
  }

  static func response(_ failure: Failure, requestID: String, wireProtocol: WireProtocol) -> HTTPResponseMessage {
    var headers = [Header("x-amzn-requestid", requestID)]
    if let message = failure.encodedMessage { headers.append(Header(AuthorizationMessage.header, message)) }
    switch wireProtocol {
    case .query(let namespace):
      headers.append(Header("content-type", "text/xml"))
      var writer = WireWriter(.xml)
      writer.append(raw: namespace.isEmpty ? "<ErrorResponse>" : "<ErrorResponse xmlns=\"\(namespace)\">")
      writer.structure("Error") { error in
        error.put("Type", failure.code.status < 500 ? "Sender" : "Receiver")
        error.put("Code", failure.code.name)
        error.put("Message", failure.message)
      }
      writer.put("RequestId", requestID)
      writer.append(raw: "</ErrorResponse>")
      return HTTPResponseMessage(status: failure.code.status, headers: headers, body: writer.bytes)
    case .json, .restJSON:
      headers.append(Header("content-type", jsonType(wireProtocol)))
      headers.append(Header("x-amzn-errortype", failure.code.name))
      var writer = WireWriter(.json)
      writer.append(raw: "{")
      writer.put("__type", failure.code.name)
      writer.put("message", failure.message)
      writer.append(raw: "}")
      return HTTPResponseMessage(status: failure.code.status, headers: headers, body: writer.bytes)
    }
  }

  static func jsonType(_ wireProtocol: WireProtocol) -> String {
    wireProtocol == .json ? "application/x-amz-json-1.1" : "application/json"
  }
}

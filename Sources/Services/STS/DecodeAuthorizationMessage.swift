import AWSCore
import AWSWire
import ServiceKit

struct DecodeAuthorizationMessage: ReadOperation {
  struct Input: WireStruct {
    let encodedMessage: EncodedMessage
    init(from fields: inout Fields) { encodedMessage = fields.required("EncodedMessage") }
  }

  static let failures: [ErrorCode] = [.invalidAuthorizationMessage]

  static func access(_ input: Input, _ view: View) -> Access { Access("sts:DecodeAuthorizationMessage") }

  struct Output: WireOutput {
    let decodedMessage: String
    func encode(to writer: inout WireWriter) { writer.put("DecodedMessage", decodedMessage) }
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    let text = AuthorizationMessage.opened(
      input.encodedMessage.text, for: grant.caller.account, with: grant.sealingKey)
    guard let text else { throw Failure(.invalidAuthorizationMessage, "Message is not valid.") }
    return Output(decodedMessage: text)
  }
}

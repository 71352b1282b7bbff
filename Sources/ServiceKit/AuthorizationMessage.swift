public import AWSCore
import AWSWire
public import Directory
import PolicyEngine

/// The full story of a refusal, sealed: only this program can read it, and only for callers of the same account.
///
/// Every refusal carries it in the response header `x-sallyport-authorization-message`; DecodeAuthorizationMessage
/// of STS opens it. The form is AWS's.
public enum AuthorizationMessage {
  public static let header = "x-sallyport-authorization-message"

  /// Bytes of the text, so that what is sealed of it stays within the 10,240 characters that
  /// DecodeAuthorizationMessage takes: base64 makes four of three.
  private static let bytesMax = 7_600

  static func sealed(_ refusal: Refusal, with key: SealingKey) -> String {
    var writer = WireWriter(.json, reserving: 2_048)
    writer.append(raw: "{")
    refusal.encode(to: &writer, bytesMax: bytesMax)
    writer.append(raw: "}")
    let sealed = key.seal(
      writer.bytes, purpose: .authorizationMessage, binding: Array(refusal.caller.account.description.utf8))
    return Base64.encode(sealed, .urlSafe)
  }

  /// The JSON text of a message; nil for what was not sealed here for this account.
  public static func opened(_ message: String, for account: AccountID, with key: SealingKey) -> String? {
    guard let bytes = Base64.decode(message, .urlSafe),
      let text = try? key.open(bytes, purpose: .authorizationMessage, binding: Array(account.description.utf8))
    else { return nil }
    return String(decoding: text, as: UTF8.self)
  }
}

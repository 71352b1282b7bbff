import AWSCore
import AWSWire
import Directory
import ServiceKit

struct GetCallerIdentity: ReadOperation {
  typealias Input = EmptyInput
  static let failures: [ErrorCode] = []

  // AWS: needs no permission; not even an explicit Deny keeps a caller from knowing who it is.
  static func access(_ input: Input, _ view: View) -> Access { .open }

  struct Output: WireOutput {
    let caller: ResolvedCaller

    func encode(to writer: inout WireWriter) {
      writer.put("UserId", caller.userID)
      writer.put("Account", caller.account)
      writer.put("Arn", caller.arn)
    }
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    Output(caller: try ResolvedCaller(view.caller, in: view.callerAccount))
  }
}

struct GetAccessKeyInfo: ReadOperation {
  struct Input: WireStruct {
    let accessKeyID: PresentedKeyID
    init(from fields: inout Fields) { accessKeyID = fields.required("AccessKeyId") }
  }

  static let failures: [ErrorCode] = []

  static func access(_ input: Input, _ view: View) -> Access { Access("sts:GetAccessKeyInfo") }

  struct Output: WireOutput {
    let account: AccountID
    func encode(to writer: inout WireWriter) { writer.put("Account", account) }
  }

  // AWS: answers from the id alone, whatever the key's state is and whether it exists at all.
  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    guard let id = AccessKeyID(presented: input.accessKeyID.text),
      let account = view.call.environment.directory.accountID(ofAccessKey: id) ?? id.account
    else {
      throw Failure(.validationError, "The specified value for accessKeyId is invalid.")
    }
    return Output(account: account)
  }
}

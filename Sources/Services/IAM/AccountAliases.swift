import AWSCore
import AWSWire
import Directory
import ServiceKit

enum AccountAliases {
  static let operations: [any Operation.Type] = [
    CreateAccountAlias.self, ListAccountAliases.self, DeleteAccountAlias.self,
  ]
}

/// The name of an account in sign-in addresses: small letters, digits and single hyphens inside.
struct AccountAlias: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(
    3...63, pattern: "^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$",
    matches: { bytes in
      let hyphen = UInt8(ascii: "-")
      guard bytes.first != hyphen, bytes.last != hyphen else { return false }
      var previous: UInt8 = 0
      for byte in bytes {
        switch byte {
        case 0x30...0x39, 0x61...0x7A: break
        case hyphen where previous != hyphen: break
        default: return false
        }
        previous = byte
      }
      return true
    })
  let text: String
  init(unchecked text: String) { self.text = text }
}

struct AccountAliasInput: WireStruct {
  let alias: AccountAlias
  init(from fields: inout Fields) { alias = fields.required("AccountAlias") }
}

extension Transaction {
  func settings() throws(Failure) -> AccountSettingsRecord {
    guard let settings = account.settings else {
      throw Failure(.serviceFailure, "Internal failure.", reason: "account `\(account.id)` has no settings")
    }
    return settings
  }
}

struct CreateAccountAlias: WriteOperation {
  typealias Input = AccountAliasInput
  static let failures: [ErrorCode] = [.concurrentModification, .entityAlreadyExists, .limitExceeded, .serviceFailure]
  static func access(_ input: Input, _ view: View) -> Access { Access("iam:CreateAccountAlias") }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    var settings = try tx.settings()
    guard tx.registry.aliases[id: input.alias.text] == nil else {
      throw Failure(.entityAlreadyExists, "The account alias \(input.alias) already exists.")
    }
    // AWS: an account has one alias; the new one takes the place of the old one.
    if let old = settings.alias.flatMap({ tx.registry.aliases[id: $0] }) { try tx.unregister(old) }
    try tx.register(AliasRecord(id: input.alias.text, account: tx.account.id))
    settings.alias = input.alias.text
    try tx.put(settings)
    return EmptyOutput()
  }
}

struct ListAccountAliases: ReadOperation {
  struct Input: WireStruct {
    let page: PageRequest
    init(from fields: inout Fields) { page = PageRequest(from: &fields) }
  }

  static let failures: [ErrorCode] = [.serviceFailure]
  static func access(_ input: Input, _ view: View) -> Access { Access("iam:ListAccountAliases") }

  struct Output: WireOutput {
    let aliases: Page<String>
    func encode(to writer: inout WireWriter) { aliases.encode(as: "AccountAliases", to: &writer) }
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    let aliases = [view.account.settings?.alias].compactMap { $0 }
    return Output(aliases: try Pager(grant).page(of: aliases, input.page))
  }
}

struct DeleteAccountAlias: WriteOperation {
  typealias Input = AccountAliasInput
  static let failures: [ErrorCode] = [.concurrentModification, .noSuchEntity, .limitExceeded, .serviceFailure]
  static func access(_ input: Input, _ view: View) -> Access { Access("iam:DeleteAccountAlias") }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    var settings = try tx.settings()
    guard settings.alias == input.alias.text else {
      throw Failure(.noSuchEntity, "The account alias \(input.alias) cannot be found.")
    }
    if let alias = tx.registry.aliases[id: input.alias.text] { try tx.unregister(alias) }
    settings.alias = nil
    try tx.put(settings)
    return EmptyOutput()
  }
}

import AWSCore
import AWSWire
import Directory
import ServiceKit

enum PasswordPolicies {
  static let operations: [any Operation.Type] = [
    UpdateAccountPasswordPolicy.self, GetAccountPasswordPolicy.self, DeleteAccountPasswordPolicy.self,
  ]
}

struct UpdateAccountPasswordPolicy: WriteOperation {
  struct Input: WireStruct {
    let policy: PasswordPolicy

    // AWS: what is left out goes back to its default, whatever was set before.
    init(from fields: inout Fields) {
      policy = PasswordPolicy(
        minimumLength: fields.optional("MinimumPasswordLength", in: 6...128) ?? PasswordPolicy.minimumLengthDefault,
        requiresSymbols: fields.optional("RequireSymbols") ?? false,
        requiresNumbers: fields.optional("RequireNumbers") ?? false,
        requiresUppercase: fields.optional("RequireUppercaseCharacters") ?? false,
        requiresLowercase: fields.optional("RequireLowercaseCharacters") ?? false,
        allowUsersToChangePassword: fields.optional("AllowUsersToChangePassword") ?? false,
        maximumAge: fields.optional("MaxPasswordAge", in: 1...1095),
        reusePrevention: fields.optional("PasswordReusePrevention", in: 1...24),
        hardExpiry: fields.optional("HardExpiry"))
    }
  }

  static let failures: [ErrorCode] = [.noSuchEntity, .malformedPolicyDocument, .limitExceeded, .serviceFailure]
  static func access(_ input: Input, _ view: View) -> Access { Access("iam:UpdateAccountPasswordPolicy") }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    var settings = try tx.settings()
    settings.passwordPolicy = input.policy
    try tx.put(settings)
    return EmptyOutput()
  }
}

struct GetAccountPasswordPolicy: ReadOperation {
  typealias Input = EmptyInput
  static let failures: [ErrorCode] = [.noSuchEntity, .serviceFailure]
  static func access(_ input: Input, _ view: View) -> Access { Access("iam:GetAccountPasswordPolicy") }

  struct Output: WireOutput {
    let policy: PasswordPolicy

    func encode(to writer: inout WireWriter) {
      writer.structure("PasswordPolicy") { shown in
        shown.put("MinimumPasswordLength", policy.minimumLength)
        shown.put("RequireSymbols", policy.requiresSymbols)
        shown.put("RequireNumbers", policy.requiresNumbers)
        shown.put("RequireUppercaseCharacters", policy.requiresUppercase)
        shown.put("RequireLowercaseCharacters", policy.requiresLowercase)
        shown.put("AllowUsersToChangePassword", policy.allowUsersToChangePassword)
        shown.put("ExpirePasswords", policy.maximumAge != nil)
        shown.put("MaxPasswordAge", policy.maximumAge)
        shown.put("PasswordReusePrevention", policy.reusePrevention)
        shown.put("HardExpiry", policy.hardExpiry)
      }
    }
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    guard let policy = view.account.settings?.passwordPolicy else {
      throw Failure(.noSuchEntity, "The Password Policy with domain name \(view.account.id) cannot be found.")
    }
    return Output(policy: policy)
  }
}

struct DeleteAccountPasswordPolicy: WriteOperation {
  typealias Input = EmptyInput
  static let failures: [ErrorCode] = [.noSuchEntity, .limitExceeded, .serviceFailure]
  static func access(_ input: Input, _ view: View) -> Access { Access("iam:DeleteAccountPasswordPolicy") }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    var settings = try tx.settings()
    guard settings.passwordPolicy != nil else {
      throw Failure(.noSuchEntity, "The account policy with name PasswordPolicy cannot be found.")
    }
    settings.passwordPolicy = nil
    try tx.put(settings)
    return EmptyOutput()
  }
}

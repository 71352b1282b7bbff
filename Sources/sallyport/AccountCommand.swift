import AWSCore
import ArgumentParser
import Directory

/// Accounts from the terminal: while no server runs on the data folder, or beside the nodes of a database.
struct AccountCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "account", abstract: "Make accounts.", subcommands: [Create.self])

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make an account with a root user, and print its root access key once.")

    @OptionGroup var data: DataOptions
    @OptionGroup var logging: LogOptions
    @Option(help: "The account's name.") var name: String
    @Option(help: "The root user's e-mail address.") var email: String

    func validate() throws {
      guard (1...50).contains(name.count) else { throw ValidationError("a name has 1 to 50 characters") }
      guard EmailAddress.isPlausible(email) else { throw ValidationError("`\(email)` is not an e-mail address") }
    }

    func run() async throws {
      let parts = try await Composition.open(try data.place(), log: logging.logger())
      let outcome: Result<NewAccount, Failure>
      do throws(Failure) {
        outcome = .success(try await parts.directory.createAccount(name: name, email: email))
      } catch {
        outcome = .failure(error)
      }
      await parts.close()
      switch outcome {
      case .success(let account): Terminal.say(account.exportLines)
      case .failure(let failure): throw Complaint(failure.message)
      }
    }
  }
}

/// A first look at e-mail addresses; what is really one, only a mail to it tells.
enum EmailAddress {
  static func isPlausible(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    return parts.count == 2 && !parts[0].isEmpty && parts[1].contains(".") && (3...254).contains(text.utf8.count)
      && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
  }
}

extension NewAccount {
  /// What a shell evaluates to act as the account's root user.
  var exportLines: String {
    """
    export AWS_ACCOUNT_ID=\(account)
    export AWS_ACCESS_KEY_ID=\(rootAccessKeyID)
    export AWS_SECRET_ACCESS_KEY=\(rootSecretAccessKey.reveal())
    """
  }
}

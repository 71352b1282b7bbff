import ArgumentParser
import NIOCore
import NIOPosix

/// AWS's identity layer that people can run themselves.
@main
struct Sallyport: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sallyport",
    abstract: "AWS's identity layer that you run yourself: IAM and STS for every AWS SDK, CLI and tool.",
    version: Version.text,
    subcommands: [
      Serve.self, AccountCommand.self, Backup.self, Restore.self, Copy.self, Decide.self, Explain.self, Operations.self,
      Validate.self,
    ])

  static func main() async {
    // Requests are served on the loops that read them, so that none is handed from thread to thread. Nothing here may
    // block a loop: the store has a thread of its own.
    let isInstalled = NIOSingletons.unsafeTryInstallSingletonPosixEventLoopGroupAsConcurrencyGlobalExecutor()
    precondition(isInstalled, "the event loops become the executor before anything runs on another")
    await main(nil)
  }
}

enum Version {
  static let text = "0.1.0"
}

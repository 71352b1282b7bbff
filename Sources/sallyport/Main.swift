import ArgumentParser

/// AWS's identity layer that people can run themselves.
@main
struct Sallyport: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sallyport",
    abstract: "AWS's identity layer that you run yourself: IAM and STS for every AWS SDK, CLI and tool.",
    version: Version.text,
    subcommands: [Serve.self, AccountCommand.self, Operations.self])
}

enum Version {
  static let text = "0.1.0"
}

import AWSCore
import AWSWire
import ArgumentParser
import ServiceKit

/// What is served and what is not yet: for people, and for the comparison with AWS's API models.
struct Operations: ParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  static let configuration = CommandConfiguration(abstract: "List the operations that are served.")

  @Option(help: "text, or json with the shapes of all inputs.") var format = Format.text

  func run() throws {
    switch format {
    case .text:
      for service in Composition.services {
        for name in service.operations.keys.sorted() { Terminal.say("\(service.name):\(name)") }
        for name in service.missing.sorted() { Terminal.say("\(service.name):\(name) (not yet)") }
      }
    case .json: Terminal.say(OperationsReport(Composition.services).json)
    }
  }
}

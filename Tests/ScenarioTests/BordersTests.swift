import AWSCore
import AWSWire
import Directory
import ScenarioKit
import ServiceKit
import Testing

/// Every constraint that an operation's shape declares holds at its border, and not one step beyond.
///
/// That the shapes are those of AWS's API models is held by the tests of model conformance.
@Suite("Borders of every member") struct BordersTests {
  typealias Target = AuthorizationMatrixTests.Target

  /// Members whose patterns say more than a length, so that their borders are tested where they are declared. The
  /// list may only shrink.
  static let unknown: Set<String> = [
    "entityPath", "organizationsPolicyId", "ownerAccountId", "permissions.parameters.1.member.values.1.member",
    "redirectUrl", "versionId",
  ]
  /// Members of which fewer values are good than their shape admits, in the words of a shape's violation.
  static let narrower: Set<String> = ["signingAlgorithm"]

  @Test("a value at the border passes, one beyond is told and changes nothing", arguments: AuthorizationMatrixTests.all)
  func borders(_ target: Target) async throws {
    let service = try #require(TestServer.services.first { $0.name == target.service })
    let operation: any Operation.Type = try #require(service.operations[target.name])
    let sample = SampleInput.parameters(of: operation)
    let borders = Self.borders(of: operation)
    #expect(borders.unknown.subtracting(Self.unknown) == [])
    let account = try await TestServer.start().account()
    for probe in borders.probes {
      var parameters = sample.filter { $0.key != probe.replaced && !$0.key.hasPrefix(probe.replaced + ".") }
      parameters.merge(probe.parameters) { $1 }
      let revision = try await account.server.directory.account(account.id)?.revision
      let answer = try await account.server.call(target.name, parameters, as: account.root, service: target.service)
      guard let broken = probe.broken else {
        if Self.narrower.contains(probe.member) { continue }
        // What the operation says of the value afterwards is its own business.
        let message = answer.message ?? ""
        let names = ["at '\(probe.member)'", "specified value for \(probe.member) is invalid. It must"]
        #expect(!names.contains { message.contains($0) }, "\(message)")
        continue
      }
      #expect(answer.code == "ValidationError", "\(probe.member): \(broken)")
      let words = "at '\(probe.member)' failed to satisfy constraint: \(broken)"
      #expect(answer.message?.contains(words) == true, "\(words), but: \(answer.message ?? "")")
      #expect(try await account.server.directory.account(account.id)?.revision == revision)
    }
  }

  @Test("there are borders to be tested")
  func count() throws {
    var count = 0
    for operation in TestServer.services.flatMap(\.operations.values) {
      count += Self.borders(of: operation).probes.count
    }
    #expect(count > 900)
  }

  private static func borders<Op: Operation>(of operation: Op.Type) -> Borders { Borders(of: Op.Input.shape) }
}

import AWSCore
import PolicyEngine
import Testing

/// Levels of an organization are compiled together, and must decide as each would by itself.
@Suite("Levels of an organization")
struct PolicyLevelsTests {
  private static let account = AccountID("111111111111")!

  private func set(_ statements: String) throws -> PolicySet {
    let text = #"{"Version":"2012-10-17","Statement":[\#(statements)]}"#
    let document = try PolicyDocument.parse(text, as: .identity)
    return PolicySet([Policy(document, source: .init(kind: .serviceControl, name: statements))])
  }

  private func decision(_ levels: [PolicySet], _ action: String = "s3:GetObject") throws -> Decision {
    let request = AuthorizationRequest(
      principal: .user(arn: "arn:aws:iam::111111111111:user/ann", account: Self.account), action: action,
      resource: "arn:aws:s3:::album/cat.jpg", resourceAccount: Self.account, context: RequestContext())
    let layers = PolicyLayers(identity: try set(everything), serviceControl: PolicyLevels(levels))
    let decision = Authorization.decide(request, under: layers)
    #expect(Authorization.verdict(on: request, under: layers).decision == decision)
    return decision
  }

  private let everything = #"{"Effect":"Allow","Action":"*","Resource":"*"}"#
  private let storage = #"{"Effect":"Allow","Action":"s3:*","Resource":"*"}"#
  private let album = #"{"Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::album/*"}"#
  private let machines = #"{"Effect":"Allow","Action":"ec2:*","Resource":"*"}"#
  private let denial = #"{"Effect":"Deny","Action":"s3:GetObject","Resource":"arn:aws:s3:::album/*"}"#

  @Test("each of them must allow, wherever it stands", arguments: [2, 3, 7, 32, 33, 40], [0, 1, 2])
  func eachMustAllow(count: Int, kind: Int) throws {
    let allowing = try [everything, storage, album].map(set)
    let levels = (0..<count).map { allowing[($0 + kind) % 3] }
    #expect(try decision(levels).isAllowed)
    for place in [0, count / 2, count - 1] {
      var silent = levels
      silent[place] = try set(machines)
      #expect(try decision(silent).layer == .serviceControl, "level \(place) of \(count)")
      var empty = levels
      empty[place] = .empty
      #expect(try decision(empty).outcome == .implicitlyDenied, "level \(place) of \(count)")
      var denying = levels
      denying[place] = try set(everything + "," + denial)
      #expect(try decision(denying).outcome == .explicitlyDenied, "level \(place) of \(count)")
    }
  }

  @Test("an action that the service reference does not know must be allowed by each of them too")
  func unknownAction() throws {
    #expect(try decision([set(everything), set(storage), set(album)], "s3:GetMoonlight").isAllowed)
    #expect(try decision([set(everything), set(storage), set(album)], "s3:PutMoonlight").layer == .serviceControl)
    #expect(try decision([set(storage), set(machines)], "s3:GetMoonlight").layer == .serviceControl)
  }

  @Test("one statement that allows everything does not speak for the other levels")
  func everythingAtOneLevel() throws {
    let once = try set(everything + "," + storage)
    #expect(try decision([once, set(machines)]).outcome == .implicitlyDenied)
    #expect(try decision([set(machines), once]).outcome == .implicitlyDenied)
  }
}

import AWSCore
import AWSWire
import Foundation
import ScenarioKit
import Testing

/// A role is deleted while others assume it: whatever was handed out is worth nothing afterwards.
@Suite("Deleting a role against assuming it") struct RoleDeletionRaceTests {
  /// `make race-test` sets many more.
  static let rounds = Int(ProcessInfo.processInfo.environment["SALLYPORT_RACES"] ?? "") ?? 300
  static let callersPerRound = 4

  @Test("no credential of a deleted role works, also not when there is a role of that name again")
  func races() async throws {
    let account = try await TestServer.start().account()
    let user = try await account.user("u", policy: TestPolicy.allow("sts:AssumeRole"))
    var outcomes = (handedOut: 0, refused: 0)
    var earlier: [SigV4.Credentials] = []
    for round in 0..<Self.rounds {
      try await account.role("r")
      for session in earlier { #expect(try await Self.isRefused(session, account), "round \(round)") }
      let sessions = try await Self.race(account, user, round)
      outcomes.handedOut += sessions.count
      outcomes.refused += Self.callersPerRound - sessions.count
      for session in sessions { #expect(try await Self.isRefused(session, account), "round \(round)") }
      earlier = sessions
    }
    // Otherwise there was no race.
    #expect(outcomes.handedOut > 0)
    #expect(outcomes.refused > 0)
  }

  /// Deletes the role while it is assumed; the sessions that were handed out.
  private static func race(
    _ account: TestAccount, _ user: SigV4.Credentials, _ round: Int
  ) async throws -> [SigV4.Credentials] {
    try await withThrowingTaskGroup(of: SigV4.Credentials?.self) { group in
      group.addTask {
        for _ in 0..<(round % 8) { await Task.yield() }
        try await account.root("DeleteRole", ["RoleName": "r"])
        return nil
      }
      for _ in 0..<callersPerRound { group.addTask { try? await account.assume("r", as: user) } }
      return try await group.reduce(into: []) { sessions, session in
        if let session { sessions.append(session) }
      }
    }
  }

  // An operation that needs no permission: what refuses it is gate 1.
  private static func isRefused(_ session: SigV4.Credentials, _ account: TestAccount) async throws -> Bool {
    let answer = try await account.server.call("GetCallerIdentity", as: session, service: "sts")
    return answer.code == "InvalidClientTokenId"
  }
}

import AWSCore
import Directory
import ScenarioKit
import Synchronization
import Testing

@testable import ServiceKit

/// Holds the thread up until it is opened.
private final class Gate: Sendable {
  let isOpen = Atomic(false)
  let passed = Atomic(0)
}

@Suite("Passwords") struct PasswordsTests {
  @Test("a hash is a PHC string with OWASP's parameters, and its own salt")
  func form() throws {
    let hash = try #require(Argon2.hash("pässword", salt: [UInt8](repeating: 7, count: 16)))
    #expect(hash.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$BwcHBwcHBwcHBwcHBwcHBw$"))
    #expect(Argon2.isRight("pässword", hash))
    #expect(!Argon2.isRight("password", hash))
    #expect(!Argon2.isRight("", hash))
    #expect(Argon2.hash("pässword", salt: [UInt8](repeating: 8, count: 16)) != hash)
  }

  @Test("nobody's hash is checked as any other is, and nothing is right for it")
  func nobody() {
    #expect(Argon2.ofNobody.utf8.count == Argon2.hash("x", salt: [UInt8](repeating: 0, count: 16))?.utf8.count)
    #expect(!Argon2.isRight("", Argon2.ofNobody))
  }

  @Test("for nobody a wrong password costs the same attempts, and nothing is told")
  func unknownUser() async throws {
    let server = try await TestServer.start()
    let account = try await server.account()
    let state = try #require(try await server.directory.account(account.id))
    for _ in 0..<Attempts.inPeriodMax {
      #expect(try await server.environment.standing(of: Secret("x"), in: nil, named: "none", in: state) == nil)
    }
    await #expect(throws: Failure.self) {
      try await server.environment.standing(of: Secret("x"), in: nil, named: "none", in: state)
    }
    #expect(try await server.environment.standing(of: Secret("x"), in: nil, named: "other", in: state) == nil)
  }

  @Test("what waits is bounded, and what is refused is told at once")
  func queue() async throws {
    let thread = HashingThread()
    let gate = Gate()
    let (done, refused) = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<HashingThread.waitingMax + 20 {
        group.addTask {
          do throws(Failure) {
            try await thread.run {
              gate.passed.wrappingAdd(1, ordering: .relaxed)
              while !gate.isOpen.load(ordering: .relaxed) {}
            }
            return true
          } catch {
            // The first refusal opens the gate: until then one job runs and the others wait.
            gate.isOpen.store(true, ordering: .relaxed)
            return false
          }
        }
      }
      return await group.reduce(into: (0, 0)) { $1 ? ($0.0 += 1) : ($0.1 += 1) }
    }
    #expect(refused > 0)
    #expect(done == gate.passed.load(ordering: .relaxed))
    #expect(done + refused == HashingThread.waitingMax + 20)
    #expect(try await thread.run { 1 } == 1)
  }
}

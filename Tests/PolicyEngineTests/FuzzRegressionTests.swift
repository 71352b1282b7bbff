import Foundation
import Testing

@testable import Differential

/// What fuzzing found once stays mended, and each check is run on some bytes at random. `Fuzzing/run` does it with
/// libFuzzer, for as long as one likes.
@Suite("Fuzzing")
struct FuzzRegressionTests {
  private static let cases = 1_000
  private static let bytesMax = 256

  /// A file of `Fuzzing/regressions/TARGET`.
  struct Regression: Sendable, CustomTestStringConvertible {
    let target: FuzzTarget
    let file: URL

    var testDescription: String { "\(target)/\(file.lastPathComponent)" }

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Fuzzing/regressions")

    static func all() throws -> [Regression] {
      try FuzzTarget.allCases.flatMap { target in
        let folder = folder.appending(path: target.rawValue)
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
          .sorted { $0.path < $1.path }.map { Regression(target: target, file: $0) }
      }
    }
  }

  @Test("what was found once is mended", arguments: try Regression.all())
  func regressions(regression: Regression) throws {
    let bytes = [UInt8](try Data(contentsOf: regression.file))
    #expect(regression.target.complaint(about: bytes) == nil)
  }

  @Test("bytes at random stop nothing", arguments: FuzzTarget.allCases)
  func randomBytes(target: FuzzTarget) {
    var random = SeededGenerator(seed: RandomRun.seed)
    for _ in 0..<Self.cases {
      let count = Int.random(in: 0...Self.bytesMax, using: &random)
      let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) }
      #expect(target.complaint(about: bytes) == nil, "seed \(RandomRun.seed): \(bytes)")
    }
  }
}

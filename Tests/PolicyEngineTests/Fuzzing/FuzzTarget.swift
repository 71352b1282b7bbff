@testable import PolicyEngine

/// What is fed with bytes that nobody meant: by libFuzzer, millions of times (`Fuzzing/run`), and by the tests with
/// what libFuzzer found and with some bytes at random.
enum FuzzTarget: String, CaseIterable, Sendable {
  /// Texts of policies: parsing, writing, validation.
  case document
  /// Wildcards, variables, ARNs: the matchers against a naive one.
  case pattern
  /// Policies and a request: the decision by the index against one that asks every statement.
  case decision

  /// What is wrong with the engine, shown by these bytes; nil where nothing is.
  func complaint(about bytes: [UInt8]) -> String? {
    switch self {
    case .document: DocumentCheck.complaint(about: bytes)
    case .pattern: PatternCheck.complaint(about: bytes)
    case .decision: DecisionCheck.complaint(about: bytes)
    }
  }
}

import AWSCore
import PolicyEngine

@testable import Differential

/// Reads a case from bytes: choices among a few words, or, behind a `T`, lines of text.
///
/// The lines, each with a letter in front, are what `Fuzzing/seeds` makes of the corpus:
/// `p` the principal's ARN or name, `q` the role of a session or who made it, `u` a unique id, `a` the action, `r` the
/// resource, `o` its account, `k` a key and value with `=` between them, `m` for a resource's policy that must grant;
/// policies: `I` identity, `B` boundary, `S` session, `R` resource, `T` trust, `E` endpoint, `C` service control and
/// `D` resource control, where `c` and `d` begin a level. A policy may be its statement alone.
enum DecisionBytes {
  /// Bytes that are read as choices: some fifteen statements.
  private static let chosenBytesMax = 128

  static func read(_ bytes: [UInt8]) -> FuzzedCase {
    if bytes.first == UInt8(ascii: "T") { return WrittenCase(FuzzInput.text(bytes.dropFirst())).fuzzed }
    var input = FuzzInput(Array(bytes.prefix(chosenBytesMax)))
    return ChosenCase.read(&input)
  }

  /// Nil for a text that is refused.
  static func policy(
    _ text: String, _ kind: PolicyDocument.Kind, _ source: PolicySource.Kind
  ) -> ReferenceEvaluator.Policy? {
    let isWhole = !text.hasPrefix(#"{"Effect""#) && !text.hasPrefix("[")
    let text = isWhole ? text : #"{"Version":"2012-10-17","Statement":\#(text)}"#
    guard case .success(let document) = Result(catching: { try PolicyDocument.parse(text, as: kind) }) else {
      return nil
    }
    return ReferenceEvaluator.Policy(document: document, source: PolicySource(kind: source, name: "fuzzed"))
  }
}

/// A case whose lines are texts.
private struct WrittenCase {
  private var principal = ""
  private var origin: String?
  private var uniqueID: String?
  private var action = ""
  private var resource = "*"
  private var account: String?
  private var context = ReferenceContext()
  private var mustGrant = false
  private var policies: [Character: [ReferenceEvaluator.Policy]] = [:]
  private var serviceControl: [[ReferenceEvaluator.Policy]] = []
  private var resourceControl: [[ReferenceEvaluator.Policy]] = []

  init(_ text: String) {
    for line in text.split(separator: "\n") {
      guard let letter = line.first else { continue }
      read(letter, String(line.dropFirst()))
    }
  }

  private mutating func read(_ letter: Character, _ text: String) {
    switch letter {
    case "p": principal = text
    case "q": origin = text
    case "u": uniqueID = text
    case "a": action = text
    case "r": resource = text
    case "o": account = ReferenceTexts.isAccount(text) ? text : nil
    case "m": mustGrant = true
    case "k":
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      if parts.count == 2 { context[parts[0]] = (context[parts[0]] ?? []) + [parts[1]] }
    case "c": serviceControl.append([])
    case "d": resourceControl.append([])
    case "C": add(text, .identity, .serviceControl, to: &serviceControl)
    case "D": add(text, .resource, .resourceControl, to: &resourceControl)
    default:
      guard let (kind, source) = Self.kinds[letter] else { return }
      policies[letter, default: []] += [DecisionBytes.policy(text, kind, source)].compactMap { $0 }
    }
  }

  private static let kinds: [Character: (PolicyDocument.Kind, PolicySource.Kind)] = [
    "I": (.identity, .managed), "B": (.identity, .boundary), "S": (.session, .session), "R": (.resource, .resource),
    "T": (.trust, .trust), "E": (.resource, .endpoint),
  ]

  private func add(
    _ text: String, _ kind: PolicyDocument.Kind, _ source: PolicySource.Kind,
    to levels: inout [[ReferenceEvaluator.Policy]]
  ) {
    guard !levels.isEmpty, let policy = DecisionBytes.policy(text, kind, source) else { return }
    levels[levels.count - 1].append(policy)
  }

  var fuzzed: FuzzedCase {
    let layers = ReferenceEvaluator.Layers(
      identity: policies["I"] ?? [], boundary: policies["B"], session: policies["S"],
      resource: policies["T"] ?? policies["R"], mustGrant: mustGrant || policies["T"] != nil, endpoint: policies["E"],
      serviceControl: serviceControl, resourceControl: resourceControl)
    let request = ReferenceRequest(
      caller: caller, action: action, resource: resource, resourceAccount: account, context: context)
    return FuzzedCase(request: request, layers: layers)
  }

  private var caller: ReferenceCaller {
    if principal.isEmpty { return .anonymous }
    guard let arn = ARN(principal) else { return .service(principal) }
    guard let account = arn.accountID?.description else { return .federated(provider: principal, account: nil) }
    switch arn.resource.prefix(while: { $0 != "/" }) {
    case "root": return .root(account: account)
    case "user": return .user(arn: principal, account: account, uniqueID: uniqueID)
    case "assumed-role":
      let role = arn.resource.split(separator: "/").dropFirst().first ?? ""
      return .roleSession(
        sessionARN: principal, roleARN: origin ?? "arn:aws:iam::\(account):role/\(role)", account: account,
        uniqueID: uniqueID)
    case "federated-user": return .federatedUser(arn: principal, issuerARN: origin ?? "", account: account)
    default: return .federated(provider: principal, account: account)
    }
  }
}

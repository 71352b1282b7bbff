internal import AWSCore
import PolicyEngine

extension CaseExplanation {
  /// The explanation as one line of JSON (docs/schemas/explanation.schema.json), with its newline.
  public var line: [UInt8] {
    var line = JSONLine()
    line.object { line in
      answer.writeMembers(to: &line)
      line.object("request") { request.write(to: &$0) }
      line.list("layers", explanation.layers) { $0.write(to: &$1) }
      line.list("missingKeys", explanation.missingKeys) { $0.write(to: &$1) }
      line.list("notGiven", explanation.assumptions) { $0.write(to: &$1) }
      line.list("remarks", explanation.remarks) { $0.write(to: &$1) }
    }
    line.end()
    return line.bytes
  }
}

extension AuthorizationRequest {
  fileprivate func write(to line: inout JSONLine) {
    line.member("principal", principal.name)
    line.member("action", action)
    line.member("resource", resource)
    line.member("resourceAccount", resourceAccount?.description)
    line.object("context") { line in
      for key in context.keys { line.texts(named: key, context[key] ?? []) }
    }
  }
}

extension JSONLine {
  fileprivate mutating func statement(_ reference: StatementReference, _ layer: Layer, _ level: Int) {
    object("statement") { DecisionAnswer.Reason(reference, layer, level).write(to: &$0) }
  }
}

// MARK: Layers

extension Explanation.LayerReport {
  fileprivate func write(to line: inout JSONLine) {
    line.member("layer", CaseLayer(layer).rawValue)
    line.member("level", givenLevel)
    switch say {
    case .denies: line.member("says", "denies")
    case .allows(let grantee):
      line.member("says", "allows")
      line.member("to", grantee?.rawValue)
    case .silent: line.member("says", "silent")
    case .notGiven: line.member("says", "notGiven")
    case .exempt(let exemption):
      line.member("says", "exempt")
      line.member("because", exemption.rawValue)
    }
    line.member("need", need.rawValue)
    line.member("statements", statementCount)
    line.member("statementsOnAction", statementsOnAction)
    line.list("deciding", deciding) { deciding, line in
      line.statement(deciding.reference, layer, level)
      line.member("effect", deciding.effect.rawValue)
      line.member("endLine", deciding.end.line)
      line.member("endColumn", deciding.end.column)
    }
    line.list("nearMisses", nearMisses) { miss, line in
      line.statement(miss.statement, layer, level)
      line.member("effect", miss.effect.rawValue)
      line.list("mismatches", miss.mismatches) { $0.write(to: &$1) }
      line.list("changes", miss.changes) { $0.write(to: &$1) }
    }
  }
}

extension Explanation.LayerReport {
  /// Nil where there are no levels, too.
  private var givenLevel: Int? {
    switch say {
    case .denies, .allows, .silent: layer.hasLevels ? level : nil
    case .notGiven, .exempt: nil
    }
  }
}

extension Mismatch {
  fileprivate func write(to line: inout JSONLine) {
    line.member("element", element.name)
    if case .condition(let name, let key) = element {
      line.member("operator", name.description)
      line.member("key", key)
    }
    line.member("line", range.start.line)
    line.member("column", range.start.column)
    line.member("endLine", range.end.line)
    line.member("endColumn", range.end.column)
    line.texts("wanted", wanted)
    line.texts("given", given)
    let (name, texts) = reason.parts
    line.member("reason", name)
    line.texts("names", texts)
    if !variables.isEmpty {
      line.object("variables") { line in
        for variable in variables { line.member(named: variable.name, variable.value) }
      }
    }
    if let remark { line.object("remark") { remark.write(to: &$0) } }
  }
}

extension Mismatch.Reason {
  /// Its name, and what it is about.
  fileprivate var parts: (name: String, texts: [String]?) {
    switch self {
    case .differs: ("differs", nil)
    case .keyAbsent: ("keyAbsent", nil)
    case .noValue: ("noValue", nil)
    case .unresolvedVariables(let names): ("unresolvedVariables", names)
    case .colonInVariables(let names): ("colonInVariables", names)
    case .unreadableValues(let values): ("unreadableValues", values)
    case .unreadableOperands(let values): ("unreadableOperands", values)
    }
  }
}

extension RequestChange {
  fileprivate func write(to line: inout JSONLine) {
    switch self {
    case .action(let name): line.member("action", name)
    case .resource(let name): line.member("resource", name)
    case .key(let key, let values):
      line.member("key", key)
      line.texts("values", values)
    case .noKey(let key): line.member("key", key)
    }
  }
}

// MARK: What is missing

extension Explanation.MissingKey {
  fileprivate func write(to line: inout JSONLine) {
    line.member("key", name)
    line.list("uses", uses) { use, line in
      line.statement(use.statement, use.layer, use.level)
      line.member("effect", use.effect.rawValue)
      line.member("could", use.couldMatch ? "match" : "differ")
      line.list("changes", use.changes) { $0.write(to: &$1) }
    }
  }
}

extension Explanation.Assumption {
  fileprivate func write(to line: inout JSONLine) {
    switch self {
    case .noPolicies(let layer):
      line.member("what", "policies")
      line.member("layer", CaseLayer(layer).rawValue)
    case .resourceAccount(let account):
      line.member("what", "resourceAccount")
      line.member("takenAs", account.description)
    case .sessionName: line.member("what", "sessionName")
    case .sessionIssuer: line.member("what", "sessionIssuer")
    case .uniqueID: line.member("what", "uniqueId")
    }
  }
}

extension Explanation.Remark {
  fileprivate func write(to line: inout JSONLine) {
    switch self {
    case .unknownAction(let action, let nearest):
      line.member("remark", "unknownAction")
      line.member("action", action)
      line.texts("nearest", nearest)
    case .actionWithoutResource(let action):
      line.member("remark", "actionWithoutResource")
      line.member("action", action)
    case .otherResource(let action, let text, let types, let expected):
      line.member("remark", "otherResource")
      line.member("action", action)
      line.member("text", text)
      line.texts("types", types)
      line.list("expected", expected) { form, line in
        line.member("type", form.type)
        line.member("pattern", form.pattern)
      }
    }
  }
}

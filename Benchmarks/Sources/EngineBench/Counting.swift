import PolicyEngine

/// Runs one kind of work again and again in a function with a name, for a tool that counts what it does.
///
/// The tool is `Benchmarks/instructions`. Everything is done once before, in a function with another name.
enum Counting {
  static func run(_ name: String, times: Int) throws {
    if let statements = Int(name) {
      try decide(Workload(statements: statements), times)
      return
    }
    switch name {
    case "request": try prepare(times)
    case "compile": try compile(times)
    default: throw Complaint("`\(name)` cannot be counted; there are \(Workload.sizes), request and compile")
    }
  }

  private static func decide(_ workload: Workload, _ times: Int) throws {
    let asked = try workload.asked()
    let requests = asked.span
    for index in requests.indices { sink(Authorization.decide(requests[index].request, under: requests[index].layers)) }
    for index in 0..<times { countedDecision(requests[index % requests.count]) }
  }

  private static func prepare(_ times: Int) throws {
    let questions = try Workload(statements: Workload.sizes[0]).questions
    for question in questions { sink(question.request) }
    for index in 0..<times { countedRequest(questions[index % questions.count]) }
  }

  private static func compile(_ times: Int) throws {
    let texts = try Workload(statements: 500).texts
    sink(PolicySet(try Workload.policies(texts)))
    for _ in 0..<times { try countedCompilation(texts) }
  }
}

@inline(never)
private func countedDecision(_ asked: borrowing Workload.Asked) {
  sink(Authorization.decide(asked.request, under: asked.layers))
}

@inline(never)
private func countedRequest(_ question: MadeQuestion) {
  sink(question.request)
}

@inline(never)
private func countedCompilation(_ texts: [String]) throws {
  sink(PolicySet(try Workload.policies(texts)))
}

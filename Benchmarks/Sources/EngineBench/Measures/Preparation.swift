/// What it takes to make the context and the request around it, which decisions have given.
enum Preparation {
  static func measure() throws -> [String: Double] {
    let questions = try Workload(statements: Workload.sizes[0]).questions
    let contexts = questions.map(\.context)
    let context = Timing.median(per: 1) { for question in questions { sink(question.context) } }
    let request = Timing.median(per: 1) {
      for index in questions.indices { sink(questions[index].request(contexts[index])) }
    }
    let count = Double(questions.count)
    return ["context": context / count, "request": request / count, "keys": Double(Caller.keysInContext)]
  }
}

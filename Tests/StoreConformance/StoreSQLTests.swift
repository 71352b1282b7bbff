import Directory
import Testing

@Suite("Statements") struct StoreSQLTests {
  @Test("parameters first appear in the order of their numbers", arguments: StoreSQL.allCases)
  func order(_ statement: StoreSQL) {
    var seen: [Int] = []
    for part in statement.rawValue.split(separator: "$", omittingEmptySubsequences: false).dropFirst() {
      let number = Int(part.prefix { $0.isNumber }) ?? -1
      if !seen.contains(number) { seen.append(number) }
    }
    #expect(seen == Array(seen.indices.map { $0 + 1 }))
  }
}

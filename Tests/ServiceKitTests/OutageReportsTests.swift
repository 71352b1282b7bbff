import AWSCore
import Testing

@testable import ServiceKit

@Suite("Reports of an outage") struct OutageReportsTests {
  private let noon = Timestamp(seconds: 43_200)

  @Test("one a minute, with the number of requests since the last")
  func onceAMinute() {
    let reports = OutageReports()
    #expect(reports.due(at: noon) == 1)
    #expect(reports.due(at: noon.adding(seconds: 1)) == nil)
    #expect(reports.due(at: noon.adding(seconds: 59)) == nil)
    #expect(reports.due(at: noon.adding(seconds: 60)) == 3)
    #expect(reports.due(at: noon.adding(seconds: 61)) == nil)
  }

  @Test("a clock that is set back silences nothing")
  func clockSetBack() {
    let reports = OutageReports()
    #expect(reports.due(at: noon) == 1)
    #expect(reports.due(at: noon.adding(seconds: -3_600)) == 1)
  }
}

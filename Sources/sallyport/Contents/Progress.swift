import Synchronization

/// How far something long has come: one line on standard error where that is a terminal, and nothing elsewhere.
final class Progress: Sendable {
  private static let interval = Duration.milliseconds(200)
  private static let clearLine = "\r\u{1B}[K"

  private struct State {
    var done = 0
    var shown: ContinuousClock.Instant
  }

  private let what: String
  private let total: Int?
  private let began = ContinuousClock.now
  private let isOn: Bool
  private let state: Mutex<State>

  /// - Parameter total: how many items there are, about; nil where that is not known.
  init(_ what: String, of total: Int?) {
    self.what = what
    self.total = total
    isOn = StandardError.isTerminal
    state = Mutex(State(shown: began))
  }

  func add(_ items: Int) {
    guard isOn else { return }
    let now = ContinuousClock.now
    let done = state.withLock { state -> Int? in
      state.done += items
      guard now - state.shown >= Self.interval else { return nil }
      state.shown = now
      return state.done
    }
    guard let done else { return }
    let perSecond = Int(Double(done) / ((now - began) / .seconds(1)))
    let all = total.map { " of \($0)" } ?? ""
    StandardError.write("\(Self.clearLine)\(what): \(done)\(all) items, \(perSecond) per second")
  }

  func end() {
    if isOn { StandardError.write(Self.clearLine) }
  }
}

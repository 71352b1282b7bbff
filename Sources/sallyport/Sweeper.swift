import AWSCore
import Directory
import Logging
import ServiceLifecycle

/// Removes short-lived things whose time is over: used codes, counted attempts, news of use.
struct Sweeper: Service {
  static let interval = Duration.seconds(60)
  let store: any Store
  let log: Logger

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        try? await Task.sleep(for: Self.interval)
        guard !Task.isCancelled else { return }
        do throws(StoreFailure) {
          _ = try await store.removeExpired(before: Composition.clock.now())
        } catch {
          log.warning("what has expired cannot be removed", metadata: ["reason": "\(error)"])
        }
      }
    }
  }
}

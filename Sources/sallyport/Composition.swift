import AWSCore
import Directory
import FoundationEssentials
import IAM
import Logging
import STS
import ServiceKit
import WebIdentity

/// The one place that names the concrete parts: store, clock, services.
struct Composition {
  static let services = [IAMService.description, STSService.description]

  static let clock = Clock {
    Timestamp(milliseconds: Int64((Date.now.timeIntervalSince1970 * 1000).rounded(.down)))
  }

  let store: any Store
  let directory: Directory
  let lastUsed: LastUsed
  let environment: Environment
  let pipeline: Pipeline

  /// Lets go of the store; nothing that was answered is lost without it.
  func close() async { await store.close() }

  /// Opens the store and everything in it.
  ///
  /// - Throws: a `Complaint` of one line.
  static func open(
    _ place: StorePlace, issuers: IssuerSettings = .standard, signInURLs: [String] = [], log: Logger
  ) async throws -> Composition {
    do {
      let store = try await place.open()
      do {
        return try await compose(store, place, issuers, signInURLs, log)
      } catch {
        await store.close()
        throw error
      }
    } catch let failure as StoreFailure {
      throw Complaint(failure.line(about: place))
    } catch let failure as SecretsFailure {
      throw Complaint(failure.description)
    }
  }

  private static func compose(
    _ store: any Store, _ place: StorePlace, _ issuers: IssuerSettings, _ signInURLs: [String], _ log: Logger
  ) async throws -> Composition {
    let isEmpty = try await store.heads().isEmpty
    let keys = try MasterKeyRing.load(
      folder: place.folder, environment: ProcessInfo.processInfo.environment, mayCreate: isEmpty)
    let directory = try await Directory.open(store: store, keys: keys, clock: clock, outageMax: place.outageMax)
    let lastUsed = LastUsed(store: store)
    try await lastUsed.load(now: clock.now())
    let fetcher = HTTPSFetcher(
      rules: AddressRules(allowsPrivate: issuers.allowsPrivate), authorities: issuers.authorities)
    let environment = Environment(
      directory: directory, lastUsed: lastUsed, linkedRoleUses: LinkedRoleUses(of: services),
      issuerKeys: IssuerKeys(source: fetcher),
      publicURL: PublicURL(issuers.publicURL ?? "http://\(ListenAddress.standard.shown)"),
      signInURLs: signInURLs)
    return Composition(
      store: store, directory: directory, lastUsed: lastUsed, environment: environment,
      pipeline: Pipeline(router: Router(services: services), environment: environment, log: log))
  }
}

extension StoreFailure {
  /// The failure in one line for the person who started the program.
  func line(about place: StorePlace) -> String {
    switch self {
    case .unavailable(let cause): cause
    case .newerVersion(let found, let known):
      "the data in \(place.shown) was written by a newer sallyport (version \(found) of its form; this one knows \(known))"
    case .corrupted(let cause): "the data in \(place.shown) cannot be used: \(cause)"
    case .notEmpty: "there is data in \(place.shown) already; take an empty place"
    case .conflict, .nameTaken: "the data in \(place.shown) was changed by somebody else meanwhile"
    }
  }
}

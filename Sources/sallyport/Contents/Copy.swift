import ArgumentParser
import Directory
import FoundationEssentials

/// Moves everything from one store to another, of the same kind or another.
struct Copy: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Copy everything into an empty folder or database.",
    discussion: """
      A store is sqlite:DIR or postgres://user@host:port/database. Stop the servers of the source first: a folder that is \
      served is refused, and what nodes of a database still write is not copied. Everything is placed in one transaction, \
      then read back and compared. The master key is not copied; the new place needs the same one.
      """)

  @Option(help: "The store to read; it is left as it is.") var from: String
  @Option(help: "The store to fill; it must be empty.") var to: String
  @Option(
    help: """
      The folder of master.key, where neither environment nor credential has the master key. [default: the folders of \
      --from and --to, then the user's state folder]
      """)
  var data: String?

  func run() async throws {
    let (source, target) = (try place(from), try place(to))
    guard !source.isSame(as: target) else { throw Complaint("--from and --to are the same store") }
    try await Complaint.describing {
      let keys = try keys(source, target)
      let contents = try source.contentsAlone()
      let outline = try await contents.outline()
      guard outline.items > 0 else { throw Complaint("there is nothing in \(source.shown) to copy") }
      try keys.requireOpening(outline)
      let store: any Store & ContentsStore
      do { store = try await target.openEmpty() } catch StoreFailure.notEmpty { throw Complaint.notEmpty(target) }
      let summary: ContentsSummary
      do {
        summary = try await fill(store, from: contents, keys, of: outline.items)
        try await store.requireHolding(summary)
      } catch {
        await store.close()
        if let failure = error as? StoreFailure, failure == .notEmpty { throw Complaint.notEmpty(target) }
        throw error
      }
      await store.close()
      Terminal.say(ContentsReport("copied \(source.shown) to \(target.shown)", summary).text)
      try sayWhereTheKeyIsMissing(target)
    }
  }

  private func place(_ text: String) throws -> StorePlace {
    switch try StoreURL(text) {
    case .sqlite(let folder): return .folder(folder)
    case .postgreSQL(let url):
      let folder = try data ?? DataOptions.standardFolder(ProcessInfo.processInfo.environment)
      return .postgreSQL(url: url, folder: folder, outageMax: .zero)
    }
  }

  private func keys(_ source: StorePlace, _ target: StorePlace) throws -> MasterKeyRing {
    let environment = ProcessInfo.processInfo.environment
    let folders = try data.map { [$0] } ?? [source.folder, target.folder, DataOptions.standardFolder(environment)]
    for folder in folders {
      if let keys = try MasterKeyRing.find(folder: folder, environment: environment) { return keys }
    }
    throw Complaint(
      "there is no master key; name the folder of \(MasterKeyRing.file) with --data, or put the key into the "
        + "environment as \(MasterKeyRing.variable)")
  }

  private func fill(
    _ store: any ContentsStore, from source: any ContentsSource, _ keys: MasterKeyRing, of items: Int
  ) async throws -> ContentsSummary {
    let progress = Progress("copying", of: items)
    defer { progress.end() }
    let digest = SharedDigest()
    try await store.fill(from: source) { items throws(StoreFailure) in
      for item in items { try keys.requireOpening(item) }
      digest.add(items)
      progress.add(items.count)
    }
    return digest.summary
  }

  private func sayWhereTheKeyIsMissing(_ target: StorePlace) throws {
    guard case .folder(let folder) = target,
      try MasterKeyRing.find(folder: folder, environment: ProcessInfo.processInfo.environment) == nil
    else { return }
    StandardError.say("put the master key into `\(folder)/\(MasterKeyRing.file)` (mode 0600) before you serve it")
  }
}

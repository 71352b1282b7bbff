import AWSCore
import ArgumentParser
import Directory
import FoundationEssentials
import Synchronization

/// Places what a backup holds into an empty store.
struct Restore: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Place a backup into an empty folder or database.",
    discussion: """
      The whole file is checked before anything is written, and everything is placed in one transaction. The master key \
      is that of the backup: in SALLYPORT_MASTER_KEY, a credential, or as master.key in the folder. Access keys and \
      permissions that were taken away since the backup work again afterwards.
      """)

  @OptionGroup var data: DataOptions
  @Flag(help: "Only check the file, and write nothing.") var check = false
  @Argument(help: "The backup.") var file: String

  func run() async throws {
    let place = try data.place()
    try await Complaint.describing {
      let keys = try keys(place)
      let backup = try BackupFile(file)
      let (header, summary) = try checked(backup, keys)
      let made = "of \(header.created), by sallyport \(header.program)"
      guard !check else {
        return Terminal.say(ContentsReport("`\(file)` is whole, \(made)", summary, bytes: try backup.size()).text)
      }
      let store: any Store & ContentsStore
      do { store = try await place.openEmpty() } catch StoreFailure.notEmpty { throw Complaint.notEmpty(place) }
      do {
        try await fill(store, from: backup, keys, of: summary.counts.items)
        try await store.requireHolding(summary)
      } catch {
        await store.close()
        if let failure = error as? StoreFailure, failure == .notEmpty { throw Complaint.notEmpty(place) }
        throw error
      }
      await store.close()
      Terminal.say(ContentsReport("restored \(place.shown) from `\(file)`, \(made)", summary).text)
    }
  }

  private func keys(_ place: StorePlace) throws -> MasterKeyRing {
    if let keys = try MasterKeyRing.find(
      folder: place.folder, environment: ProcessInfo.processInfo.environment)
    {
      return keys
    }
    throw Complaint(
      "there is no master key, and a backup opens only with the one that it was made with; put it into "
        + "`\(place.folder)/\(MasterKeyRing.file)` (mode 0600) or into the environment as \(MasterKeyRing.variable)")
  }

  private func checked(_ backup: BackupFile, _ keys: MasterKeyRing) throws -> (BackupHeader, ContentsSummary) {
    let progress = Progress("checking", of: nil)
    defer { progress.end() }
    return try backup.check(keys, progress)
  }

  private func fill(
    _ store: any ContentsStore, from backup: BackupFile, _ keys: MasterKeyRing, of items: Int
  ) async throws {
    let progress = Progress("restoring", of: items)
    defer { progress.end() }
    let reader = Mutex(try backup.reader(keys))
    try await store.fill { () throws(StoreFailure) in
      let items = try reader.withLock { reader throws(StoreFailure) in try reader.next() }
      progress.add(items.count)
      return items
    }
  }
}

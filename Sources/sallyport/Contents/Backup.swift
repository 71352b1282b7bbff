import AWSCore
import ArgumentParser
import Directory
import FoundationEssentials
import Synchronization

/// Writes everything that the store holds into one sealed file, beside a server that goes on.
struct Backup: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Back up everything into one sealed file, while servers go on.",
    discussion: """
      Whatever was answered before the command read is in the file, as of one instant. The file is sealed under the \
      master key and does not contain it: keep the key, elsewhere. It is read back before it gets its name, and an \
      existing file is never overwritten.
      """)

  @OptionGroup var data: DataOptions
  @Argument(help: "The file to make.") var file: String

  func run() async throws {
    let place = try data.place()
    try await Complaint.describing {
      let keys = try MasterKeyRing.load(
        folder: place.folder, environment: ProcessInfo.processInfo.environment, mayCreate: false)
      let source = place.contents()
      let outline = try await source.outline()
      guard outline.items > 0 else { throw Complaint("there is nothing in \(place.shown) to back up") }
      try keys.requireOpening(outline)
      let draft = try DraftFile(file)
      do {
        let summary = try await write(source, to: draft, keys, of: outline.items)
        try check(draft, keys, summary)
        try draft.keep()
        Terminal.say(ContentsReport("backed up \(place.shown) to `\(file)`", summary, bytes: try draft.size()).text)
      } catch {
        draft.discard()
        throw error
      }
    }
  }

  private func write(
    _ source: any ContentsSource, to draft: DraftFile, _ keys: MasterKeyRing, of items: Int
  ) async throws(StoreFailure) -> ContentsSummary {
    let made = try BackupWriter(created: Composition.clock.now(), program: Version.text, keys: keys)
    try draft.write(made.header)
    let writer = Mutex(made)
    let progress = Progress("backing up", of: items)
    defer { progress.end() }
    try await source.readAll { items throws(StoreFailure) in
      for item in items { try keys.requireOpening(item) }
      try draft.write(writer.withLock { $0.add(items) })
      progress.add(items.count)
    }
    let (bytes, summary) = writer.withLock { $0.finish() }
    try draft.write(bytes)
    try draft.sync()
    return summary
  }

  private func check(_ draft: DraftFile, _ keys: MasterKeyRing, _ summary: ContentsSummary) throws {
    let progress = Progress("checking", of: summary.counts.items)
    defer { progress.end() }
    guard try draft.reading().check(keys, progress).summary == summary else {
      throw Complaint("the file does not read back as it was written; nothing is kept of it")
    }
  }
}

/// Names in order with the ids they stand for: a list that is changed in small pieces and read from any point.
///
/// Sorted chunks of bounded size: a change copies one chunk and the list of chunks, so that an older value of the list
/// stays as it was at a cost far below a full copy; reading on from a name is a search and a walk.
struct OrderedNames: Sendable {
  struct Entry: Sendable, Equatable {
    let name: String
    let id: String
  }

  private static let chunkSizeMax = 256
  /// None is empty; the entries of each are below those of the next.
  private var chunks: [[Entry]] = []
  private(set) var count = 0

  mutating func insert(_ name: String, id: String) {
    count += 1
    guard let index = chunkIndex(for: name) else {
      chunks.append([Entry(name: name, id: id)])
      return
    }
    var chunk = chunks[index]
    chunk.insert(Entry(name: name, id: id), at: Self.position(of: name, in: chunk))
    if chunk.count <= Self.chunkSizeMax {
      chunks[index] = chunk
    } else {
      let half = chunk.count / 2
      chunks.replaceSubrange(index...index, with: [Array(chunk[..<half]), Array(chunk[half...])])
    }
  }

  mutating func remove(_ name: String) {
    guard let index = chunkIndex(for: name) else { return }
    let position = Self.position(of: name, in: chunks[index])
    guard position < chunks[index].count, chunks[index][position].name == name else { return }
    count -= 1
    chunks[index].remove(at: position)
    if chunks[index].isEmpty { chunks.remove(at: index) }
  }

  /// Visits the entries after `name` (all without it) in order until `visit` answers false.
  func walk(after name: String?, _ visit: (Entry) -> Bool) {
    var chunk = 0
    var position = 0
    if let name {
      guard let index = chunkIndex(for: name) else { return }
      chunk = index
      position = Self.position(of: name, in: chunks[index])
      if position < chunks[index].count, chunks[index][position].name == name { position += 1 }
    }
    while chunk < chunks.count {
      while position < chunks[chunk].count {
        guard visit(chunks[chunk][position]) else { return }
        position += 1
      }
      chunk += 1
      position = 0
    }
  }

  /// The last chunk that begins at or below the name; the first where all begin above it; nil where there is none.
  private func chunkIndex(for name: String) -> Int? {
    guard !chunks.isEmpty else { return nil }
    var low = 0
    var high = chunks.count
    while low < high {
      let middle = (low + high) / 2
      if chunks[middle][0].name <= name { low = middle + 1 } else { high = middle }
    }
    return max(low - 1, 0)
  }

  private static func position(of name: String, in chunk: [Entry]) -> Int {
    var low = 0
    var high = chunk.count
    while low < high {
      let middle = (low + high) / 2
      if chunk[middle].name < name { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

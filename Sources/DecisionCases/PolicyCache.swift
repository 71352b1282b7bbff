internal import PolicyEngine
internal import Synchronization

/// Policies that were compiled for earlier cases; the cases of a batch often share theirs.
///
/// What was asked for longest ago is dropped first: there are two generations, and when the younger one is full, the
/// older one goes.
final class PolicyCache: Sendable {
  /// Bytes of the texts of one generation, each with `textWeight` more.
  static let weightMax = 8 << 20
  static let textWeight = 1024

  private struct Key: Hashable {
    let layer: Layer
    let texts: [String]

    // INVARIANT: equal by bytes. Two texts of which one spells a letter with two characters mean different things.
    static func == (a: Key, b: Key) -> Bool {
      a.layer == b.layer && a.texts.elementsEqual(b.texts) { $0.hasSameBytes(as: $1) }
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(layer)
      for text in texts {
        hasher.combine(text.utf8.count)
        text.utf8.span.withUnsafeBytes { hasher.combine(bytes: $0) }
      }
    }

    var weight: Int { texts.reduce(PolicyCache.textWeight) { $0 + $1.utf8.count + PolicyCache.textWeight } }
  }

  private struct Generations {
    var young: [Key: CompiledTexts] = [:]
    var old: [Key: CompiledTexts] = [:]
    var weight = 0
    let weightMax: Int

    init(weightMax: Int) { self.weightMax = weightMax }

    mutating func find(_ key: Key) -> CompiledTexts? {
      if let compiled = young[key] { return compiled }
      guard let compiled = old[key] else { return nil }
      store(compiled, for: key)
      return compiled
    }

    mutating func store(_ compiled: CompiledTexts, for key: Key) {
      guard young.updateValue(compiled, forKey: key) == nil else { return }
      weight += key.weight
      if weight > weightMax {
        old = young
        young = [:]
        weight = 0
      }
    }
  }

  private let generations: Mutex<Generations>

  init(weightMax: Int = PolicyCache.weightMax) { generations = Mutex(Generations(weightMax: weightMax)) }

  /// Lists that are remembered; some may be counted twice.
  var count: Int { generations.withLock { $0.young.count + $0.old.count } }

  /// The policies of a layer, or of a level of it, compiled now or before.
  func policies(_ texts: [String], as layer: Layer) -> CompiledTexts {
    let key = Key(layer: layer, texts: texts)
    if let known = generations.withLock({ $0.find(key) }) { return known }
    let compiled = CompiledTexts(texts, as: layer)
    generations.withLock { $0.store(compiled, for: key) }
    return compiled
  }
}

extension String {
  /// Compares eight bytes at a time; most of what a batch costs whose policies are known is this.
  fileprivate func hasSameBytes(as other: String) -> Bool {
    let own = utf8.span.bytes
    let others = other.utf8.span.bytes
    guard own.byteCount == others.byteCount else { return false }
    let step = MemoryLayout<UInt64>.size
    var offset = 0
    while offset + step <= own.byteCount {
      let word = own.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
      if word != others.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self) { return false }
      offset += step
    }
    while offset < own.byteCount {
      let byte = own.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
      if byte != others.unsafeLoad(fromByteOffset: offset, as: UInt8.self) { return false }
      offset += 1
    }
    return true
  }
}

/// Where the names and values of a query stand in its bytes; empty pieces between two `&` are no pieces.
enum QueryPieces {
  static func ranges(in bytes: borrowing Span<UInt8>) -> [(name: Range<Int>, value: Range<Int>)] {
    var result: [(name: Range<Int>, value: Range<Int>)] = []
    var start = 0
    var equals = -1
    let count = bytes.count
    var index = 0
    while index <= count {
      let byte = index < count ? bytes[index] : 0x26
      if byte == 0x26 {
        if index > start {
          let nameEnd = equals < 0 ? index : equals
          result.append((start..<nameEnd, min(nameEnd + 1, index)..<index))
        }
        start = index + 1
        equals = -1
      } else if byte == 0x3D, equals < 0 {
        equals = index
      }
      index += 1
    }
    return result
  }
}

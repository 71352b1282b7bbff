import AWSCore
import CQREncode
import CZlib

/// A text as a picture that a phone reads: a QR code in a PNG.
///
/// Source: the PNG specification (third edition), sections 5, 7, 9 and 11.
enum QRCode {
  private static let pixelsPerModule = 6
  /// The white frame that readers need, in modules.
  private static let quietZone = 4
  private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  /// - Parameter text: ASCII without a zero byte.
  static func png(of text: String) throws(Failure) -> [UInt8] {
    guard let code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M) else {
      throw Failure(.serviceFailure, "Internal failure.", reason: "a text has no QR code")
    }
    defer { QRcode_free(code) }
    let width = Int(code.pointee.width)
    let modules = UnsafeBufferPointer(start: code.pointee.data, count: width * width)
    let side = (width + 2 * quietZone) * pixelsPerModule
    guard let packed = deflated(rows(modules, width: width, side: side)) else {
      throw Failure(.serviceFailure, "Internal failure.", reason: "a picture cannot be deflated")
    }
    // One bit of grey for a pixel, neither interlaced nor filtered in a way of its own.
    let header = bigEndian(side) + bigEndian(side) + [1, 0, 0, 0, 0]
    return signature + chunk("IHDR", header) + chunk("IDAT", packed) + chunk("IEND", [])
  }

  /// The pixels, eight in a byte, each row behind its filter type; a set bit is white.
  private static func rows(_ modules: UnsafeBufferPointer<UInt8>, width: Int, side: Int) -> [UInt8] {
    let bytesPerRow = 1 + (side + 7) / 8
    var rows: [UInt8] = []
    rows.reserveCapacity(bytesPerRow * side)
    for line in -quietZone..<width + quietZone {
      var row = [UInt8](repeating: 0xFF, count: bytesPerRow)
      row[0] = 0
      for column in 0..<width where (0..<width).contains(line) && modules[line * width + column] & 1 == 1 {
        let start = (column + quietZone) * pixelsPerModule
        for pixel in start..<start + pixelsPerModule { row[1 + pixel / 8] &= ~(0x80 >> UInt8(pixel % 8)) }
      }
      for _ in 0..<pixelsPerModule { rows += row }
    }
    return rows
  }

  private static func deflated(_ bytes: [UInt8]) -> [UInt8]? {
    var size = compressBound(uLong(bytes.count))
    var packed = [UInt8](repeating: 0, count: Int(size))
    guard compress2(&packed, &size, bytes, uLong(bytes.count), Z_BEST_COMPRESSION) == Z_OK else { return nil }
    return Array(packed.prefix(Int(size)))
  }

  private static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(type.utf8) + data
    return bigEndian(data.count) + body + bigEndian(Int(crc32(0, body, uInt(body.count))))
  }

  private static func bigEndian(_ number: Int) -> [UInt8] {
    withUnsafeBytes(of: UInt32(number).bigEndian) { Array($0) }
  }
}

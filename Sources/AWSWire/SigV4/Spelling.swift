/// Lower-case hexadecimal digits of a digest.
enum Hexadecimal {
  static func encode(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 2 * bytes.count) { digits, count in
      for index in bytes.indices {
        digits[2 * index] = digit(bytes[index] >> 4)
        digits[2 * index + 1] = digit(bytes[index] & 0x0F)
      }
      count = 2 * bytes.count
    }
  }

  private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
}

public import AWSCore
import Crypto

/// A phone with an authenticator program: it shows the codes of one virtual device.
public struct TestPhone: Sendable {
  public let serialNumber: String
  private let seed: [UInt8]

  /// - Parameter made: the answer of CreateVirtualMFADevice.
  public init(_ made: Answer) throws {
    serialNumber = made["SerialNumber"] ?? ""
    guard let spelled = Base64.decode(made["Base32StringSeed"] ?? "") else {
      throw UnexpectedAnswer(description: "no seed in \(made.text)")
    }
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
    var bits: [UInt8] = []
    for letter in spelled {
      guard let value = alphabet.firstIndex(of: letter) else {
        throw UnexpectedAnswer(description: "not base 32: \(made.text)")
      }
      bits += (0..<5).map { UInt8(value >> (4 - $0) & 1) }
    }
    seed = stride(from: 0, to: bits.count / 8 * 8, by: 8).map { start in
      bits[start..<start + 8].reduce(0) { $0 << 1 | $1 }
    }
  }

  public var seedBytesCount: Int { seed.count }

  /// What it shows so many steps of 30 seconds after an instant.
  public func code(_ now: Timestamp, after steps: Int64 = 0) -> String {
    let counter = now.seconds / 30 + steps
    let message = (0..<8).map { UInt8(truncatingIfNeeded: counter >> (56 - 8 * $0)) }
    let mac = Array(HMAC<Insecure.SHA1>.authenticationCode(for: message, using: SymmetricKey(data: seed)))
    let start = Int(mac[19] & 15)
    let number = (0..<4).reduce(0) { $0 * 256 + Int(mac[start + $1]) } % (1 << 31) % 1_000_000
    return String(String(1_000_000 + number).dropFirst())
  }

  /// The parameters of a call that two codes are given to: those of the last step and of this one.
  public func twoCodes(_ now: Timestamp, after steps: Int64 = 0, for user: String) -> [String: String] {
    [
      "UserName": user, "SerialNumber": serialNumber, "AuthenticationCode1": code(now, after: steps - 1),
      "AuthenticationCode2": code(now, after: steps),
    ]
  }

  /// The parameters by which STS is given a code.
  public func oneCode(_ now: Timestamp, after steps: Int64 = 0) -> [String: String] {
    ["SerialNumber": serialNumber, "TokenCode": code(now, after: steps)]
  }
}

extension TestAccount {
  /// A new virtual device of that name that nobody has yet.
  public func phone(_ name: String = "phone", _ parameters: [String: String] = [:]) async throws -> TestPhone {
    try TestPhone(
      try await root("CreateVirtualMFADevice", parameters.merging(["VirtualMFADeviceName": name]) { $1 }))
  }

  /// A new virtual device that is enabled for the user, with the code of this step and the one before it.
  public func phone(_ name: String = "phone", of user: String) async throws -> TestPhone {
    let phone = try await phone(name)
    try await root("EnableMFADevice", phone.twoCodes(server.now, for: user))
    return phone
  }
}

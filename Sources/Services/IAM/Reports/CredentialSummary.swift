import AWSCore
import Directory
import ServiceKit

/// What the credential report tells of a user, or of the root user.
struct CredentialSummary: Sendable {
  struct Password: Sendable {
    let lastChanged: Timestamp
    let lastUsed: Timestamp?
    /// When the account's password policy wants another one.
    let nextRotation: Timestamp?
  }

  struct Key: Sendable {
    let isActive: Bool
    let created: Timestamp
    let lastUsed: LastUsed.Mark?
  }

  struct Certificate: Sendable {
    let isActive: Bool
    let uploaded: Timestamp
  }

  /// Nil without a password.
  var password: Password?
  var isMFAActive = false
  /// Oldest first.
  var keys: [Key] = []
  /// Oldest first.
  var certificates: [Certificate] = []

  /// The one place where the report looks at records of credentials.
  ///
  /// - Parameter user: nil for the root user.
  init(of user: UserRecord?, in account: Account, _ lastUsed: LastUsed) {
    if let changed = account.loginProfile(of: user)?.passwords.first?.setDate {
      let days = account.settings?.passwordPolicy?.maximumAge
      password = Password(
        lastChanged: changed, lastUsed: nil, nextRotation: days.map { changed.adding(seconds: Int64($0) * 86_400) })
    }
    isMFAActive = !account.mfaDevices(of: user).isEmpty
    certificates = account.owned(SigningCertificateRecord.self, by: user).map { certificate in
      Certificate(isActive: certificate.status == .active, uploaded: certificate.uploadDate)
    }
    keys = account.accessKeys(of: user).map { key in
      Key(isActive: key.status == .active, created: key.createDate, lastUsed: lastUsed[accessKey: key.id])
    }
  }
}

// MARK: The report's line

extension CredentialSummary {
  static let header = [
    "user", "arn", "user_creation_time", "password_enabled", "password_last_used", "password_last_changed",
    "password_next_rotation", "mfa_active", "access_key_1_active", "access_key_1_last_rotated",
    "access_key_1_last_used_date", "access_key_1_last_used_region", "access_key_1_last_used_service",
    "access_key_2_active", "access_key_2_last_rotated", "access_key_2_last_used_date", "access_key_2_last_used_region",
    "access_key_2_last_used_service", "cert_1_active", "cert_1_last_rotated", "cert_2_active", "cert_2_last_rotated",
  ]

  private static let none = "N/A"
  /// How many keys and how many certificates of each user the report shows.
  private static let shownMax = 2

  /// - Parameter isRoot: whether it is the root user's, whose password no policy rotates.
  func fields(user: String, arn: ARN, created: Timestamp, isRoot: Bool) -> [String] {
    var fields = [user, arn.text, Self.date(created), Self.flag(password != nil)]
    // AWS: a password that was never used has no information; what nobody has is not applicable.
    fields.append(password.map { $0.lastUsed.map { Self.date($0) } ?? "no_information" } ?? Self.none)
    fields.append(Self.date(password?.lastChanged))
    fields.append(isRoot ? "not_supported" : Self.date(password?.nextRotation))
    fields.append(Self.flag(isMFAActive))
    for place in 0..<Self.shownMax {
      let key = keys.indices.contains(place) ? keys[place] : nil
      fields += [
        Self.flag(key?.isActive == true), Self.date(key?.created), Self.date(key?.lastUsed?.at),
        key?.lastUsed?.region ?? Self.none, key?.lastUsed?.service ?? Self.none,
      ]
    }
    for place in 0..<Self.shownMax {
      let certificate = certificates.indices.contains(place) ? certificates[place] : nil
      fields += [Self.flag(certificate?.isActive == true), Self.date(certificate?.uploaded)]
    }
    return fields
  }

  private static func flag(_ isTrue: Bool) -> String { isTrue ? "true" : "false" }

  /// `2026-11-22T13:58:00+00:00`, as the report spells dates.
  private static func date(_ date: Timestamp?) -> String {
    date.map { "\($0.iso8601.dropLast())+00:00" } ?? none
  }
}

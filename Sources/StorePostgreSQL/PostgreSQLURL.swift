import CPQ
import Directory

/// What is checked of a URL before libpq connects to it.
///
/// libpq quotes what it cannot read, and where a password has a sign in it that should have been escaped, a part of the
/// password is what it cannot read.
enum PostgreSQLURL {
  static let malformed = StoreFailure.unavailable(
    "the URL of the database is malformed; in a password write `@`, `/`, `:`, `%`, `?` and `#` as %40, %2F, %3A, %25, "
      + "%3F and %23, or leave the password to PGPASSFILE")

  static func isWellFormed(_ url: String) -> Bool {
    guard let options = PQconninfoParse(url, nil) else { return false }
    defer { PQconninfoFree(options) }
    var option = options
    while let keyword = option.pointee.keyword {
      let value = option.pointee.val.map { String(cString: $0) } ?? ""
      switch String(cString: keyword) {
      case "port" where !value.allSatisfy { $0.isASCII && $0.isNumber || $0 == "," }: return false
      case "host" where value.contains("@"), "hostaddr" where value.contains("@"), "dbname" where value.contains("@"):
        return false
      default: break
      }
      option += 1
    }
    return true
  }
}

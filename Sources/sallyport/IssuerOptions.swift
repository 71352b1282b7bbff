import ArgumentParser

/// What the operator says of issuers: those whose tokens come in, and the one that this program is itself.
struct IssuerSettings: Sendable {
  static let standard = IssuerSettings(allowsPrivate: false, authorities: nil, publicURL: nil)

  /// Whether issuers may have private and loopback addresses, and ports.
  let allowsPrivate: Bool
  /// A file of authorities that are trusted beside the system's; nil where there is none.
  let authorities: String?
  /// Nil where it is that of the address that the program listens at.
  let publicURL: String?
}

/// The flags for it.
struct IssuerOptions: ParsableArguments {
  @Flag(
    help: """
      Let OpenID Connect providers have private and loopback addresses, and ports in their URLs. [environment: \
      SALLYPORT_ALLOW_PRIVATE_ISSUERS=1]
      """)
  var allowPrivateIssuers = false

  @Option(
    help: """
      A file of certificates in PEM: authorities that are trusted for OpenID Connect providers beside the system's. \
      [environment: SALLYPORT_ISSUER_AUTHORITIES]
      """)
  var issuerAuthorities: String?

  @Option(
    help: """
      Where others reach this server, for what it tells them: https://sallyport.example.com. [environment: \
      SALLYPORT_PUBLIC_URL; default: the address that it listens at]
      """)
  var publicURL: String?

  func settings(_ environment: [String: String]) throws -> IssuerSettings {
    func given(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    return IssuerSettings(
      allowsPrivate: allowPrivateIssuers || given("SALLYPORT_ALLOW_PRIVATE_ISSUERS") == "1",
      authorities: issuerAuthorities ?? given("SALLYPORT_ISSUER_AUTHORITIES"),
      publicURL: try (publicURL ?? given("SALLYPORT_PUBLIC_URL")).map(Self.checked))
  }

  /// The URL without slashes at its end.
  private static func checked(_ text: String) throws -> String {
    var url = text[...]
    while url.hasSuffix("/") { url.removeLast() }
    guard url.hasPrefix("https://") || url.hasPrefix("http://"), url.allSatisfy({ $0.isASCII && !$0.isWhitespace }),
      !url.contains("?"), !url.contains("#")
    else { throw Complaint("a public URL is one such as https://sallyport.example.com, not `\(text)`") }
    return String(url)
  }
}

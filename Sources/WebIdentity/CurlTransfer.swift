import AWSCore
import CCurl
import Crypto
import FoundationEssentials

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// One GET by libcurl, waiting for it; run on a thread that may wait.
struct CurlTransfer: Sendable {
  /// The longest document, in bytes.
  static let sizeMax = 262_144
  static let redirectsMax = 3
  // AWS gives an issuer five seconds.
  static let millisecondsMax = 5_000

  let url: HTTPSURL
  let rules: AddressRules
  let authorities: String?

  /// Who vouches for the server's certificate.
  enum Trust {
    case authorities
    /// This one, in PEM: an authority's, or the server's own.
    case certificate(String)
    /// Nobody: to look at the certificates alone.
    case anybody
  }

  struct Answer: Sendable {
    let body: [UInt8]
    /// What the server showed, its own certificate first.
    let certificates: [ShownCertificate]
  }

  struct ShownCertificate: Sendable {
    let pem: String
    /// The SHA-1 hash in lower case.
    let thumbprint: String
  }

  private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  func run(trusting trust: Trust) throws(KeyFailure) -> Answer {
    guard Self.isReady, let handle = curl_easy_init() else { throw .unreachable("libcurl does not start") }
    defer { curl_easy_cleanup(handle) }
    let state = State(rules: rules)
    return try withExtendedLifetime(state) { () throws(KeyFailure) in
      configure(handle, state, trust)
      let code = curl_easy_perform(handle)
      if state.metForbiddenAddress { throw .unusable("`\(url.host)` has an address that is not allowed") }
      if state.isTooLarge { throw .unusable("the document at `\(url.host)` is larger than \(Self.sizeMax) bytes") }
      if case .anybody = trust {} else { try Self.check(code, handle) }
      let certificates = Self.certificates(of: handle)
      if case .anybody = trust, certificates.isEmpty { try Self.check(code, handle) }
      return Answer(body: state.body, certificates: certificates)
    }
  }

  private static func check(_ code: CURLcode, _ handle: UnsafeMutableRawPointer) throws(KeyFailure) {
    switch code {
    case CURLE_OK: break
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR: throw .untrusted
    case CURLE_TOO_MANY_REDIRECTS, CURLE_UNSUPPORTED_PROTOCOL:
      throw .unusable(String(cString: curl_easy_strerror(code)))
    default: throw .unreachable(String(cString: curl_easy_strerror(code)))
    }
    var status = 0
    ccurl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
    if status >= 500 { throw .unreachable("the server answered \(status)") }
    guard status == 200 else { throw .unusable("the server answered \(status)") }
  }

  // MARK: Setting up

  private func configure(_ handle: UnsafeMutableRawPointer, _ state: State, _ trust: Trust) {
    let longs: [(CURLoption, Int)] = [
      (CURLOPT_NOSIGNAL, 1), (CURLOPT_HTTPGET, 1), (CURLOPT_FOLLOWLOCATION, 1), (CURLOPT_MAXREDIRS, Self.redirectsMax),
      (CURLOPT_TIMEOUT_MS, Self.millisecondsMax), (CURLOPT_CONNECTTIMEOUT_MS, Self.millisecondsMax),
      (CURLOPT_CERTINFO, 1), (CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)), (CURLOPT_FRESH_CONNECT, 1),
    ]
    for (option, value) in longs { ccurl_set_long(handle, option, value) }
    // No proxy, from no environment: the address that is checked is the one that is connected to.
    let texts: [(CURLoption, String)] = [
      (CURLOPT_URL, url.text), (CURLOPT_PROXY, ""), (CURLOPT_PROTOCOLS_STR, "https"),
      (CURLOPT_REDIR_PROTOCOLS_STR, "https"), (CURLOPT_USERAGENT, "sallyport"), (CURLOPT_ACCEPT_ENCODING, "identity"),
    ]
    for (option, text) in texts { ccurl_set_text(handle, option, text) }
    let pointer = Unmanaged.passUnretained(state).toOpaque()
    ccurl_set_pointer(handle, CURLOPT_WRITEDATA, pointer)
    ccurl_set_sink(handle) { State.of($3).take($0, $1 * $2) }
    ccurl_set_pointer(handle, CURLOPT_OPENSOCKETDATA, pointer)
    ccurl_set_open_socket(handle) { state, _, address in State.of(state).open(address) }
    ccurl_set_long(handle, CURLOPT_SSL_VERIFYPEER, 1)
    ccurl_set_long(handle, CURLOPT_SSL_VERIFYHOST, 2)
    switch trust {
    // The file stands beside the system's folder of authorities.
    case .authorities: if let authorities { ccurl_set_text(handle, CURLOPT_CAINFO, authorities) }
    case .certificate(let pem):
      // OpenSSL takes any certificate as an anchor, an intermediate one too; libcurl asks it to.
      ccurl_set_text(handle, CURLOPT_CAPATH, nil)
      ccurl_set_authorities(handle, pem, pem.utf8.count)
    case .anybody:
      ccurl_set_long(handle, CURLOPT_SSL_VERIFYPEER, 0)
      ccurl_set_long(handle, CURLOPT_SSL_VERIFYHOST, 0)
      ccurl_set_long(handle, CURLOPT_NOBODY, 1)
    }
  }

  private static func certificates(of handle: UnsafeMutableRawPointer) -> [ShownCertificate] {
    var shown: [ShownCertificate] = []
    for index in 0..<ccurl_certificate_count(handle) {
      guard let text = ccurl_certificate(handle, index) else { continue }
      let pem = String(cString: text)
      let lines = pem.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("-----") }
      guard let der = Base64.decode(lines.joined()) else { continue }
      let digits = Insecure.SHA1.hash(data: der).map { byte in
        let text = String(byte, radix: 16)
        return byte < 16 ? "0" + text : text
      }
      shown.append(ShownCertificate(pem: pem, thumbprint: digits.joined()))
    }
    return shown
  }

  /// What the callbacks of one transfer know; lives as long as the transfer, on its thread alone.
  private final class State {
    let rules: AddressRules
    var body: [UInt8] = []
    var isTooLarge = false
    var metForbiddenAddress = false

    init(rules: AddressRules) { self.rules = rules }

    static func of(_ pointer: UnsafeMutableRawPointer?) -> State {
      guard let pointer else { preconditionFailure("libcurl hands back what it was given") }
      return Unmanaged<State>.fromOpaque(pointer).takeUnretainedValue()
    }

    /// - Returns: how much was taken; less than there is ends the transfer.
    func take(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
      guard let bytes, body.count + count <= CurlTransfer.sizeMax else {
        isTooLarge = true
        return 0
      }
      body.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: count))
      return count
    }

    /// Opens the socket for an address, if it is one to connect to. Every connection passes here, those of redirects
    /// too: what a name stands for cannot change between this check and the connection.
    func open(_ address: UnsafeMutablePointer<curl_sockaddr>?) -> curl_socket_t {
      guard let address else { return ccurl_bad_socket }
      let length = Int(address.pointee.addrlen)
      let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) ?? 0
      let bytes = UnsafeRawBufferPointer(start: UnsafeRawPointer(address) + offset, count: length)
      guard rules.allows(bytes) else {
        metForbiddenAddress = true
        return ccurl_bad_socket
      }
      return ccurl_socket(address)
    }
  }
}

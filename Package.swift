// swift-tools-version:6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  // An async function runs where its caller does: a hop between executors costs more than most of what is awaited.
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

// Across our own modules too, generic code is made for the types that it is used with. PolicyEngine and AWSCore, which
// others may import, do without: a package with unsafe flags cannot be depended on.
let optimized = strict + [.unsafeFlags(["-cross-module-optimization"], .when(configuration: .release))]

// What others wrote is the server's alone: whoever depends on PolicyEngine with `traits: []` fetches nothing else.
let server = TargetDependencyCondition.when(traits: ["Server"])
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto", condition: server)
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto", condition: server)
let x509 = Target.Dependency.product(name: "X509", package: "swift-certificates", condition: server)
let asn1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1", condition: server)
let jwt = Target.Dependency.product(name: "JWTKit", package: "jwt-kit", condition: server)
let log = Target.Dependency.product(name: "Logging", package: "swift-log", condition: server)

let package = Package(
  name: "sallyport",
  platforms: [.macOS(.v26)],
  products: [
    .executable(name: "sallyport", targets: ["sallyport"]),
    .library(name: "PolicyEngine", targets: ["PolicyEngine", "AWSCore"]),
  ],
  traits: [.default(enabledTraits: ["Server"]), .trait(name: "Server", description: "The server.")],
  dependencies: [
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
    .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    .target(name: "AWSCore", swiftSettings: strict),
    .target(name: "CServiceReference", exclude: ["service-reference.bin", "NOTICE.md"]),
    .target(
      name: "PolicyEngine", dependencies: ["AWSCore", "CServiceReference"],
      swiftSettings: strict),
    .target(name: "DecisionCases", dependencies: ["AWSCore", "PolicyEngine"], swiftSettings: optimized),
    .target(name: "AWSWire", dependencies: ["AWSCore", crypto], swiftSettings: optimized),
    .target(
      name: "CManagedPolicies", exclude: ["managed-policies.bin", "NOTICE.md"]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(name: "CArgon2", pkgConfig: "libargon2", providers: [.apt(["libargon2-dev"])]),
    .systemLibrary(name: "CQREncode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
    .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "CXMLSec", pkgConfig: "xmlsec1-openssl", providers: [.apt(["libxmlsec1-dev"])]),
    .target(
      name: "Directory",
      dependencies: [
        "AWSCore", "PolicyEngine", "CManagedPolicies", "CZlib", crypto,
        .product(name: "HashTreeCollections", package: "swift-collections", condition: server),
      ], swiftSettings: optimized),
    .target(name: "StoreSQLite", dependencies: ["AWSCore", "Directory", "CSQLite"], swiftSettings: optimized),
    .target(name: "StorePostgreSQL", dependencies: ["AWSCore", "Directory", "CPQ"], swiftSettings: optimized),
    .target(
      name: "WebIdentity", dependencies: ["AWSCore", "Directory", "CCurl", crypto, cryptoExtras, jwt],
      swiftSettings: optimized),
    .target(
      name: "ServiceKit",
      dependencies: ["AWSCore", "AWSWire", "Directory", "PolicyEngine", "WebIdentity", "CArgon2", crypto, log],
      swiftSettings: optimized),
    .target(name: "SAML", dependencies: ["AWSCore", "CXMLSec", crypto], swiftSettings: optimized),
    .target(
      name: "IAM",
      dependencies: [
        "AWSCore", "AWSWire", "Directory", "PolicyEngine", "SAML", "ServiceKit", "WebIdentity", "CQREncode", "CZlib",
        crypto, cryptoExtras, x509, asn1,
      ],
      path: "Sources/Services/IAM", swiftSettings: optimized),
    .target(
      name: "STS",
      dependencies: ["AWSCore", "AWSWire", "Directory", "PolicyEngine", "SAML", "ServiceKit", "WebIdentity"],
      path: "Sources/Services/STS", swiftSettings: optimized),
    .executableTarget(
      name: "sallyport",
      dependencies: [
        "AWSCore", "AWSWire", "DecisionCases", "Directory", "PolicyEngine", "StorePostgreSQL", "StoreSQLite",
        "ServiceKit", "WebIdentity",
        "IAM", "STS", log,
        .product(name: "Hummingbird", package: "hummingbird", condition: server),
        .product(name: "ArgumentParser", package: "swift-argument-parser", condition: server),
        .product(name: "HTTPTypes", package: "swift-http-types", condition: server),
        .product(name: "NIOCore", package: "swift-nio", condition: server),
        .product(name: "NIOPosix", package: "swift-nio", condition: server),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle", condition: server),
        .product(name: "UnixSignals", package: "swift-service-lifecycle", condition: server),
      ],
      swiftSettings: optimized),

    .testTarget(name: "AWSCoreTests", dependencies: ["AWSCore"], swiftSettings: strict),
    // The reference evaluator is slow by nature, and millions of random cases are more so: optimized in every build.
    .executableTarget(
      name: "Differential", dependencies: ["AWSCore", "PolicyEngine"], path: "Tests/Differential",
      swiftSettings: optimized + [.unsafeFlags(["-O"], .when(configuration: .debug))]),
    .testTarget(
      name: "PolicyEngineTests", dependencies: ["AWSCore", "DecisionCases", "Differential", "PolicyEngine"],
      exclude: ["Corpus"], swiftSettings: strict),
    .testTarget(
      name: "DecisionCasesTests", dependencies: ["AWSCore", "DecisionCases", "PolicyEngine"], swiftSettings: strict),
    .testTarget(name: "AWSWireTests", dependencies: ["AWSCore", "AWSWire", crypto], swiftSettings: strict),
    .testTarget(
      name: "DirectoryTests",
      dependencies: ["AWSCore", "Directory", "PolicyEngine", "StoreFixtures", "StoreSQLite", crypto],
      swiftSettings: strict),
    .target(
      name: "StoreFixtures", dependencies: ["StorePostgreSQL"], path: "Tests/StoreFixtures", swiftSettings: strict),
    .testTarget(
      name: "StoreConformanceTests",
      dependencies: ["AWSCore", "Directory", "StoreFixtures", "StorePostgreSQL", "StoreSQLite", "CSQLite"],
      path: "Tests/StoreConformance", swiftSettings: strict),
    .target(
      name: "ScenarioKit",
      dependencies: ["AWSCore", "AWSWire", "Directory", "IAM", "STS", "ServiceKit", "WebIdentity", crypto, log],
      path: "Tests/ScenarioKit", swiftSettings: strict),
    .testTarget(
      name: "IAMTests",
      dependencies: [
        "AWSCore", "AWSWire", "Directory", "IAM", "PolicyEngine", "SAMLFixtures", "ScenarioKit", "ServiceKit",
      ], swiftSettings: strict),
    .testTarget(
      name: "STSTests",
      dependencies: [
        "AWSCore", "AWSWire", "Directory", "SAMLFixtures", "STS", "ScenarioKit", "ServiceKit", "WebIdentity",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "WebIdentityTests", dependencies: ["AWSCore", "Directory", "WebIdentity", crypto, cryptoExtras],
      swiftSettings: strict),
    .testTarget(
      name: "ServiceKitTests",
      dependencies: [
        "AWSCore", "AWSWire", "Directory", "PolicyEngine", "ScenarioKit", "ServiceKit", "StoreSQLite", crypto,
      ], swiftSettings: strict),
    .testTarget(
      name: "ScenarioTests",
      dependencies: ["AWSCore", "AWSWire", "Directory", "ScenarioKit", "ServiceKit", "StoreSQLite"],
      swiftSettings: strict),
    .target(
      name: "SAMLFixtures", dependencies: ["AWSCore", "CXMLSec", "SAML"], path: "Tests/SAMLFixtures",
      swiftSettings: strict),
    .testTarget(name: "SAMLTests", dependencies: ["AWSCore", "SAML", "SAMLFixtures"], swiftSettings: strict),
    .testTarget(name: "TidyTests", swiftSettings: strict),
  ]
)

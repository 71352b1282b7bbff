// swift-tools-version:6.2
import PackageDescription

let package = Package(
  name: "photogate",
  platforms: [.macOS(.v26)],
  dependencies: [
    .package(name: "sallyport", path: "../..", traits: [])
  ],
  targets: [
    .executableTarget(
      name: "photogate",
      dependencies: [.product(name: "PolicyEngine", package: "sallyport")])
  ]
)

// swift-tools-version: 6.0
import PackageDescription

let package = Package(
  name: "packet-counter",
  dependencies: [.package(name: "xdp-tcp-server", path: "../..")],
  targets: [
    .executableTarget(
      name: "packet-counter",
      dependencies: [.product(name: "BPF", package: "xdp-tcp-server")],
      plugins: [.plugin(name: "SwiftBPFPlugin", package: "xdp-tcp-server")])
  ]
)

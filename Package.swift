// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "xdp-tcp-server",
  products: [
    .executable(name: "xdp_loader", targets: ["xdp_loader"]),
    .executable(name: "swift-bpf", targets: ["swift-bpf"]),
    .plugin(name: "SwiftBPFPlugin", targets: ["SwiftBPFPlugin"]),
    .library(name: "BPF", targets: ["BPF"]),
    .library(name: "ServerControl", targets: ["ServerControl"]),
    .library(name: "TCPCore", targets: ["TCPCore"]),
    .library(name: "HTTPCore", targets: ["HTTPCore"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // The core: no imports, no I/O. Compiled natively here and into eBPF by DataPlane.
    .target(name: "TCPCore"),
    .target(name: "HTTPCore"),

    // What the kernel side is handed as data: the request grammar's tables, and the rendered answers.
    .target(name: "HTTPGrammar", dependencies: ["HTTPCore"]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CBrotli", pkgConfig: "libbrotlienc", providers: [.apt(["libbrotli-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .target(name: "HTTPContent", dependencies: ["HTTPCore", "DataPlaneABI", "Redirects", "CZlib", "CBrotli", "CZstd"]),
    // Where redirects lead, as operators write it.
    .target(name: "Redirects"),

    // Swift to eBPF.
    .target(name: "SwiftBPFHelpers"),
    .target(name: "SwiftBPFCompiler"),
    .executableTarget(
      name: "swift-bpf",
      dependencies: [
        "SwiftBPFCompiler", "BPF", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    // What the plugin runs; it depends on little, since it is built before all else.
    .executableTarget(name: "swift-bpf-target", dependencies: ["SwiftBPFCompiler"]),
    .plugin(name: "SwiftBPFPlugin", capability: .buildTool(), dependencies: ["swift-bpf-target"]),

    // What the kernel side and the control plane share, and the programs themselves.
    .target(name: "DataPlaneABI", dependencies: ["SwiftBPFHelpers"]),

    .target(name: "DataPlaneObject", plugins: ["SwiftBPFPlugin"]),

    // libbpf, typed.
    .systemLibrary(name: "CLibBPF", pkgConfig: "libbpf", providers: [.apt(["libbpf-dev"])]),
    .target(name: "BPF", dependencies: ["CLibBPF", .product(name: "SystemPackage", package: "swift-system")]),

    // What is to be served, from flags or from a configuration file.
    .target(name: "SiteSettings", dependencies: ["Redirects", .product(name: "Yams", package: "Yams")]),

    // The control plane.
    .systemLibrary(name: "CLinux"),
    .target(
      name: "ServerControl",
      dependencies: [
        "BPF", "CLinux", "DataPlaneABI", "DataPlaneObject", "HTTPContent", "HTTPGrammar", "SiteSettings",
        .product(name: "SystemPackage", package: "swift-system"),
      ]),
    .executableTarget(
      name: "xdp_loader",
      dependencies: [
        "ServerControl", "SiteSettings", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // What only tests use.
    .target(name: "PacketKit", path: "Tests/Support/PacketKit"),
    .target(name: "Randomness", path: "Tests/Support/Randomness"),
    .target(name: "TCPSimulator", dependencies: ["TCPCore", "Randomness"], path: "Tests/Support/TCPSimulator"),
    .executableTarget(name: "simulate", dependencies: ["TCPSimulator"], path: "Tests/Support/simulate"),
    .target(name: "LabKit", dependencies: ["CLinux"], path: "Tests/Support/LabKit"),
    .testTarget(name: "SupportTests", dependencies: ["PacketKit", "LabKit"]),
    .testTarget(name: "TCPCoreTests", dependencies: ["TCPCore", "Randomness"]),
    .testTarget(name: "SimulationTests", dependencies: ["TCPSimulator", "Randomness"]),
    .testTarget(
      name: "HTTPCoreTests",
      dependencies: ["HTTPCore", "HTTPGrammar", "HTTPContent", "DataPlaneABI", "Randomness"]),
    .testTarget(
      name: "HTTPContentTests",
      dependencies: ["HTTPContent", "HTTPCore", "DataPlaneABI", "Redirects", "CBrotli", "CZstd", "Randomness"]),
    .testTarget(
      name: "SwiftBPFCompilerTests", dependencies: ["SwiftBPFCompiler", "swift-bpf", "BPF", "LabKit"],
      exclude: ["Fixtures"]),
    .testTarget(name: "SiteSettingsTests", dependencies: ["SiteSettings", "Redirects"]),
    .testTarget(name: "BPFTests", dependencies: ["BPF", "LabKit"], exclude: ["Fixtures"]),
    .testTarget(
      name: "ABITests",
      dependencies: ["DataPlaneABI", "DataPlaneObject", "TCPCore", "HTTPCore", "BPF", "CLibBPF", "ServerControl"]),
    .testTarget(
      name: "ProgramTests",
      dependencies: [
        "BPF", "CLinux", "DataPlaneABI", "DataPlaneObject", "HTTPContent", "HTTPCore", "HTTPGrammar", "PacketKit",
        "Randomness",
      ]),
    .testTarget(
      name: "CLITests", dependencies: ["ServerControl", "BPF", "DataPlaneABI", "HTTPContent", "LabKit"],
      exclude: ["Golden", "Fixtures"]),
    .testTarget(
      name: "LabTests", dependencies: ["BPF", "DataPlaneABI", "ServerControl", "LabKit", "PacketKit"]),
  ]
)

import Foundation

/// The programs of one Swift toolchain that turn Swift into eBPF.
///
/// A Swift toolchain brings its own clang, and that clang has LLVM's BPF back end. It must be this clang and no
/// other: only the LLVM that wrote the intermediate representation is sure to read it.
public struct Toolchain: Sendable {
  public let swiftCompiler: URL
  public let clang: URL
  public let demangler: URL
  /// Absent from some stripped-down toolchains; then objects keep their DWARF.
  public let objectCopy: URL?

  /// Names the `swiftc` to use, when no option does.
  public static let environmentVariable = "SWIFT_BPF_SWIFTC"

  /// Why Embedded Swift is compiled for this target first: it is bare metal, 64-bit, little-endian, and its data
  /// layout is BPF's to the letter, so that no offset, size or alignment changes when the module is retargeted.
  static let embeddedTarget = "riscv64-none-none-eabi"

  /// Finds the toolchain of `swiftc`, of `SWIFT_BPF_SWIFTC`, or of the first `swiftc` in PATH, in this order.
  public static func locate(
    swiftc: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws -> Toolchain {
    let compiler = try compilerPath(swiftc ?? environment[environmentVariable], environment: environment)
    // `swiftc` in PATH is often a link into the toolchain; its siblings stand where the link leads.
    let directory = compiler.resolvingSymlinksInPath().deletingLastPathComponent()
    func sibling(_ name: String) -> URL? {
      let url = directory.appendingPathComponent(name)
      return FileManager.default.isExecutableFile(atPath: url.path) ? url : nil
    }
    guard let clang = sibling("clang"), let demangler = sibling("swift-demangle") else {
      throw CompilerError(
        "the Swift toolchain in \(directory.path) has no clang or no swift-demangle beside its swiftc; install a whole"
          + " toolchain from swift.org, or name another one with --swiftc or \(environmentVariable)")
    }
    return Toolchain(
      swiftCompiler: compiler, clang: clang, demangler: demangler, objectCopy: sibling("llvm-objcopy"))
  }

  /// Confirms that the toolchain can do the work: Swift 6.3 or later, the Embedded standard library of the
  /// intermediate target, and clang's BPF back end.
  public func check() throws {
    let version = try Subprocess.run(swiftCompiler, ["--version"]).succeeded(as: "swiftc --version")
    guard let number = Self.version(in: version.output) else {
      throw CompilerError("\(swiftCompiler.path) does not tell its version; swift-bpf needs Swift 6.3 or later")
    }
    guard number >= (6, 3) else {
      throw CompilerError(
        "\(swiftCompiler.path) is Swift \(number.0).\(number.1); swift-bpf needs Swift 6.3 or later")
    }
    let library = swiftCompiler.resolvingSymlinksInPath().deletingLastPathComponent()
      .appendingPathComponent("../lib/swift/embedded/\(Self.embeddedTarget)").standardized
    guard FileManager.default.fileExists(atPath: library.path)
      || FileManager.default.fileExists(
        atPath: library.deletingLastPathComponent().appendingPathComponent(
          "Swift.swiftmodule/\(Self.embeddedTarget).swiftmodule").path)
    else {
      throw CompilerError(
        "the toolchain of \(swiftCompiler.path) has no Embedded standard library for \(Self.embeddedTarget); install a"
          + " Linux toolchain from swift.org")
    }
    let targets = try Subprocess.run(clang, ["--print-targets"]).succeeded(as: "clang --print-targets")
    guard targets.output.split(separator: "\n").contains(where: { $0.split(separator: " ").first == "bpfel" }) else {
      throw CompilerError(
        "\(clang.path) was built without LLVM's BPF back end; install a toolchain from swift.org, or name another one"
          + " with --swiftc or \(Self.environmentVariable)")
    }
  }

  /// "Swift version 6.3.1 (swift-6.3.1-RELEASE)" gives (6, 3).
  static func version(in text: String) -> (Int, Int)? {
    guard let range = text.range(of: "Swift version ") else { return nil }
    let parts = text[range.upperBound...].prefix { $0.isNumber || $0 == "." }.split(separator: ".")
    guard parts.count >= 2, let major = Int(parts[0]), let minor = Int(parts[1]) else { return nil }
    return (major, minor)
  }

  private static func compilerPath(_ named: String?, environment: [String: String]) throws -> URL {
    if let named {
      guard FileManager.default.isExecutableFile(atPath: named) else {
        throw CompilerError("\(named) is not an executable file; name the swiftc of a Swift 6.3 toolchain")
      }
      return URL(fileURLWithPath: named).standardized
    }
    for directory in (environment["PATH"] ?? "").split(separator: ":") {
      let candidate = URL(fileURLWithPath: String(directory)).appendingPathComponent("swiftc")
      if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
    }
    throw CompilerError(
      "no swiftc in PATH; install Swift 6.3 from swift.org, or name its swiftc with --swiftc or \(environmentVariable)")
  }
}

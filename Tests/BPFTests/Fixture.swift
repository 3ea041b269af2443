import Foundation
import XCTest

@testable import BPF

/// struct entry of Fixtures/counter.c.
struct Entry: Equatable, BitwiseCopyable {
  var lock: UInt32 = 0
  var hits: UInt32 = 0
  var bytes: UInt64 = 0
}

/// Compiles and loads the C programs under Fixtures/ with the clang of the Swift toolchain.
enum Fixture {
  /// The bytes of the compiled `Fixtures/NAME.c`.
  static func bytes(_ name: String, definitions: [String] = []) throws -> [UInt8] {
    let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/\(name).c")
    let object = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).o")
    defer { try? FileManager.default.removeItem(at: object) }
    let clang = Process()
    clang.executableURL = try toolchainClang()
    clang.arguments = ["-target", "bpfel", "-mcpu=v3", "-O2", "-g", "-I/usr/include/x86_64-linux-gnu",
      "-I/usr/include/aarch64-linux-gnu"] + definitions.map { "-D\($0)" }
      + ["-c", source.path, "-o", object.path]
    try clang.run()
    clang.waitUntilExit()
    guard clang.terminationStatus == 0 else { throw BPFError("clang does not compile \(name).c") }
    return Array(try Data(contentsOf: object))
  }

  /// Beside the `swiftc` that PATH finds: Debian's own clang is older than what Swift's modules need elsewhere.
  private static func toolchainClang() throws -> URL {
    for folder in (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":") {
      let swiftc = URL(fileURLWithPath: String(folder)).appendingPathComponent("swiftc")
      guard FileManager.default.isExecutableFile(atPath: swiftc.path) else { continue }
      return swiftc.resolvingSymlinksInPath().deletingLastPathComponent().appendingPathComponent("clang")
    }
    throw BPFError("no swiftc in PATH")
  }

  static func counter() throws -> Object {
    let object = try Object(bytes: try bytes("counter"), name: "counter")
    try object.load()
    return object
  }

  /// A frame of 60 zero bytes but for the one at 13, which the program takes for a key.
  static func frame(key: UInt8 = 0, length: Int = 60) -> [UInt8] {
    var frame = [UInt8](repeating: 0, count: length)
    frame[13] = key
    return frame
  }
}

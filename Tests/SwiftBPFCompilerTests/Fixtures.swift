import BPF
import Foundation
import XCTest

@testable import SwiftBPFCompiler

/// Folders of Swift and C that the tests compile, each once.
enum Fixtures {
  static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../..").standardizedFileURL
  static let helpers = package.appendingPathComponent("Sources/SwiftBPFHelpers/include")
  private static let folder = package.appendingPathComponent("Tests/SwiftBPFCompilerTests/Fixtures")

  /// Programs with every construct that must work.
  static let constructs = Swift.Result {
    try compile(folder: "Constructs", sources: ".", header: "constructs.h", glue: "constructs.c")
  }

  /// The object with them. Where there is no compiler, on emulated kernels, SWIFT_BPF_CONSTRUCTS names it.
  static func constructsObject() throws -> [UInt8] {
    if let path = ProcessInfo.processInfo.environment["SWIFT_BPF_CONSTRUCTS"] {
      return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }
    return Array(try constructs.get().object)
  }

  static func compile(folder name: String, sources: String, header: String, glue: String) throws -> Compiler.Result {
    try compiler(folder: name, sources: sources, header: header, glue: glue).compile()
  }

  static func sources(_ name: String) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(
      at: folder.appendingPathComponent(name), includingPropertiesForKeys: nil
    ).filter { $0.pathExtension == "swift" }
  }

  private static func compiler(folder name: String, sources: String, header: String, glue: String) throws -> Compiler {
    let directory = folder.appendingPathComponent(name)
    return Compiler(
      toolchain: try Toolchain.locate(),
      compilation: Compilation(
        swiftSources: [directory.appendingPathComponent(sources).standardizedFileURL],
        headers: [directory.appendingPathComponent(header)], includeDirectories: [helpers],
        glue: [directory.appendingPathComponent(glue)], moduleName: name.lowercased()))
  }
}

/// A 64-byte frame with 32-bit words from byte 16 on.
func frame(_ words: UInt32...) -> [UInt8] {
  var bytes = [UInt8](repeating: 0, count: 64)
  for (index, word) in words.enumerated() {
    for byte in 0..<4 { bytes[16 + index * 4 + byte] = UInt8(truncatingIfNeeded: word >> UInt32(byte * 8)) }
  }
  return bytes
}

extension TestRunResult {
  /// What the program wrote into the eight bytes from 48 on.
  var result: UInt64 {
    output[48..<56].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}

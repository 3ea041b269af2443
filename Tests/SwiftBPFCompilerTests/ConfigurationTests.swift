import Foundation
import XCTest

@testable import SwiftBPFCompiler

/// What a user can get wrong before anything is compiled: each error is a sentence that says what to do.
final class ConfigurationTests: XCTestCase {
  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch { return "\(error)" }
  }

  func testToolchainMustBeThere() {
    XCTAssertTrue(message { _ = try Toolchain.locate(environment: ["PATH": "/nowhere"]) }.contains("no swiftc in PATH"))
    XCTAssertTrue(message { _ = try Toolchain.locate(swiftc: "/nowhere/swiftc") }.contains("/nowhere/swiftc is not"))
    XCTAssertTrue(
      message { _ = try Toolchain.locate(environment: [Toolchain.environmentVariable: "/bin/true", "PATH": ""]) }
        .contains("has no clang"))
  }

  func testToolchainIsFoundThroughALink() throws {
    let directory = try TemporaryDirectory()
    let real = try Toolchain.locate()
    let link = directory.url.appendingPathComponent("swiftc")
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: real.swiftCompiler)
    let found = try Toolchain.locate(environment: ["PATH": directory.url.path])
    XCTAssertEqual(found.clang.resolvingSymlinksInPath(), real.clang.resolvingSymlinksInPath())
    try found.check()
  }

  func testAClangWithoutTheBackEndIsRefused() throws {
    let directory = try TemporaryDirectory()
    let real = try Toolchain.locate()
    let clang = directory.url.appendingPathComponent("clang")
    try Data("#!/bin/sh\necho '  Registered Targets:'\necho '    x86-64 - 64-bit X86'\n".utf8).write(to: clang)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: clang.path)
    let toolchain = Toolchain(
      swiftCompiler: real.swiftCompiler, clang: clang, demangler: real.demangler, objectCopy: nil)
    XCTAssertTrue(message { try toolchain.check() }.contains("built without LLVM's BPF back end"))
  }

  func testVersions() {
    XCTAssertTrue(Toolchain.version(in: "Swift version 6.3.1 (swift-6.3.1-RELEASE)")! == (6, 3))
    XCTAssertTrue(Toolchain.version(in: "Apple Swift version 5.10 (swiftlang)")! == (5, 10))
    XCTAssertNil(Toolchain.version(in: "clang version 21"))
  }

  func testDescriptionOfATarget() throws {
    let directory = try TemporaryDirectory()
    let file = directory.url.appendingPathComponent("swift-bpf.json")
    func read(_ json: String) throws -> TargetDescription {
      try Data(json.utf8).write(to: file)
      return try TargetDescription.read(file)
    }
    let description = try read(
      #"{"object": "a-b.o", "swift": ["S"], "glue": ["g.c"], "includeDirectories": ["I"], "embedAs": "bytes"}"#)
    XCTAssertEqual(description.embedAs, "bytes")
    let compilation = description.compilation(package: URL(fileURLWithPath: "/p"))
    XCTAssertEqual(compilation.moduleName, "a_b")
    XCTAssertEqual(compilation.swiftSources.map(\.path), ["/p/S"])
    XCTAssertEqual(compilation.includeDirectories.map(\.path), ["/p/I"])
    for (json, text) in [
      (#"{"swift": [], "glue": []}"#, "\"object\" is missing"),
      (#"{"object": "a.o", "swift": "S", "glue": []}"#, "\"swift\" is of the wrong type"),
      (#"{"object": "a.o", "swift": [], "glue": [], "glu": []}"#, "does not know the key \"glu\""),
      (#"{"object": "dir/a.o", "swift": [], "glue": []}"#, "without a directory"),
      ("{", "is not valid JSON"),
    ] {
      let message = message { _ = try read(json) }
      XCTAssertTrue(message.contains(text) && message.contains(file.path), message)
    }
  }

  func testMissingInputsAreNamed() throws {
    let toolchain = try Toolchain.locate()
    let here = URL(fileURLWithPath: #filePath)
    for (compilation, text) in [
      (Compilation(swiftSources: [here], glue: [], moduleName: "m"), "no C glue was given"),
      (Compilation(swiftSources: [], glue: [here], moduleName: "m"), "no Swift sources were given"),
      (Compilation(swiftSources: [URL(fileURLWithPath: "/no.swift")], glue: [here], moduleName: "m"),
        "no Swift source /no.swift"),
      (Compilation(swiftSources: [here], glue: [URL(fileURLWithPath: "/no.c")], moduleName: "m"), "no file /no.c"),
    ] {
      let message = message { _ = try Compiler(toolchain: toolchain, compilation: compilation).compile() }
      XCTAssertTrue(message.contains(text), message)
    }
  }

  /// The source that embeds an object gives its bytes again, and compiles fast even for a megabyte.
  func testEmbeddedObject() throws {
    let directory = try TemporaryDirectory()
    var state: UInt32 = 1
    let bytes = (0..<1_000_001).map { _ -> UInt8 in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(state >> 24)
    }
    let source = directory.url.appendingPathComponent("main.swift")
    let check = """
      var sum: UInt64 = 0
      for byte in object { sum = sum &* 31 &+ UInt64(byte) }
      print(object.count, sum)
      """
    try Data((EmbeddedObject.source(object: Data(bytes), name: "object", file: "o.o") + check).utf8).write(to: source)
    let program = directory.url.appendingPathComponent("program")
    let start = Date()
    _ = try Subprocess.run(try Toolchain.locate().swiftCompiler, ["-O", source.path, "-o", program.path])
      .succeeded(as: "swiftc")
    XCTAssertLessThan(Date().timeIntervalSince(start), 30)
    let sum = bytes.reduce(0 as UInt64) { $0 &* 31 &+ UInt64($1) }
    XCTAssertEqual(try Subprocess.run(program, []).output, "1000001 \(sum)\n")
  }
}

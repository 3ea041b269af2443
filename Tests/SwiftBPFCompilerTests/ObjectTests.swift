import BPF
import Foundation
import XCTest

@testable import SwiftBPFCompiler

/// What is in an object: nothing of the Embedded runtime, readable names, types and source lines.
final class ObjectTests: XCTestCase {
  private var directory: TemporaryDirectory!
  private var object: URL!

  override func setUpWithError() throws {
    directory = try TemporaryDirectory()
    object = directory.url.appendingPathComponent("constructs.o")
    try Fixtures.constructs.get().object.write(to: object)
  }

  func testHasNoRuntimeAndNothingUndefined() throws {
    let symbols = try tool("llvm-nm", object.path).split(separator: "\n")
    XCTAssertTrue(symbols.contains { $0.hasSuffix(" T use_maps") })
    for symbol in symbols {
      XCTAssertFalse(symbol.contains(" U "), "undefined: \(symbol)")
      XCTAssertFalse(symbol.contains("swift_"), "runtime: \(symbol)")
      XCTAssertFalse(symbol.contains("$"), "mangled: \(symbol)")
    }
  }

  func testSubprogramsAreStaticAndNamed() throws {
    let types = try run("/usr/sbin/bpftool", "btf", "dump", "file", object.path)
    for name in [
      "constructs_Rectangle_mix", "constructs_Rectangle_grow", "constructs_helperLoop_closure_1", "alarm_fired",
    ] {
      let line = types.split(separator: "\n").first { $0.contains("FUNC '\(name)'") }
      XCTAssertTrue(line?.contains("linkage=static") == true, "\(name) in\n\(types)")
    }
  }

  func testMapsHaveTypes() throws {
    let types = try run("/usr/sbin/bpftool", "btf", "dump", "file", object.path)
    for text in ["STRUCT 'account' size=12", "'balance'", "STRUCT 'alarm' size=24", "DATASEC '.maps'", "VAR 'words'"] {
      XCTAssertTrue(types.contains(text), text)
    }
  }

  func testHasNoDWARFUnlessAsked() throws {
    let sections = try tool("llvm-objdump", "-h", object.path)
    XCTAssertFalse(sections.contains(".debug_info"))
    XCTAssertTrue(sections.contains(".BTF.ext"))
  }

  func testDisassemblyIsReadable() throws {
    let code = try tool("llvm-objdump", "-d", object.path)
    XCTAssertTrue(code.contains("<constructs_Rectangle_mix>:"))
    XCTAssertTrue(code.contains("<tail_caller>:"))
    XCTAssertTrue(code.contains("call 0xc"), "the helper of tail calls, inlined")
  }

  func testKernelQuotesSwiftLines() throws {
    let loaded = try Object(path: object.path)
    try loaded.load()
    let id = try loaded.program("subprograms").info().id
    let code = try run("/usr/sbin/bpftool", "prog", "dump", "xlated", "id", "\(id)", "linum")
    XCTAssertTrue(code.contains("; rectangle.grow(by: frame[2])"), code)
    XCTAssertTrue(code.contains("Subprograms.swift line_num:"), code)
    XCTAssertTrue(code.contains("constructs_Rectangle_grow"), code)
  }

  func testEveryInputIsListed() throws {
    let names = Set(try Fixtures.constructs.get().inputs.map(\.lastPathComponent))
    XCTAssertTrue(
      names.isSuperset(of: ["Maps.swift", "Timer.swift", "constructs.c", "constructs.h", "swift_bpf_helpers.h"]),
      "\(names)")
  }

  /// A tool of the Swift toolchain.
  private func tool(_ name: String, _ arguments: String...) throws -> String {
    let directory = try Toolchain.locate().clang.deletingLastPathComponent()
    return try Subprocess.run(directory.appendingPathComponent(name), arguments).succeeded(as: name).output
  }

  private func run(_ path: String, _ arguments: String...) throws -> String {
    try Subprocess.run(URL(fileURLWithPath: path), arguments).succeeded(as: path).output
  }
}

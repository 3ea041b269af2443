import Foundation
import LabKit
import XCTest

@testable import SwiftBPFCompiler

/// The command swift-bpf as a user runs it.
final class CommandTests: XCTestCase {
  private var directory: TemporaryDirectory!
  private let fixture = Fixtures.package.appendingPathComponent("Tests/SwiftBPFCompilerTests/Fixtures/Rejected").path

  override func setUpWithError() throws { directory = try TemporaryDirectory() }

  private func path(_ name: String) -> String { directory.url.appendingPathComponent(name).path }

  /// The executable stands in the folder of the tests' own.
  private func swiftBPF(_ arguments: String...) throws -> Command.Result {
    let executable = Bundle(for: CommandTests.self).bundleURL
      .appendingPathComponent("swift-bpf").path
    return try Command.attempt([executable] + arguments, timeout: .seconds(60))
  }

  private func build(_ extra: String...) throws -> Command.Result {
    let executable = Bundle(for: CommandTests.self).bundleURL
      .appendingPathComponent("swift-bpf").path
    return try Command.attempt(
      [executable, "build", fixture, "--header", "\(fixture)/rejected.h", "--glue", "\(fixture)/rejected.c", "-I",
        Fixtures.helpers.path, "-o", path("rejected.o")] + extra, timeout: .seconds(60))
  }

  func testBuildWritesWhatItIsAskedFor() throws {
    let run = try build(
      "--emit-ir", path("module.ll"), "--depfile", path("object.d"), "--embed-swift", path("Embedded.swift"),
      "--embed-name", "bytes", "--keep-dwarf")
    XCTAssertTrue(run.succeeded, "\(run)")
    func text(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }
    XCTAssertTrue(try text("module.ll").contains("define dso_local"))
    XCTAssertTrue(try text("object.d").hasPrefix("\(path("rejected.o")): "))
    XCTAssertTrue(try text("object.d").contains("\(fixture)/Unchecked.swift"))
    XCTAssertTrue(try text("Embedded.swift").contains("public let bytes: [UInt8]"))
    XCTAssertNotNil(try Data(contentsOf: URL(fileURLWithPath: path("rejected.o"))).range(of: Data(".debug_line".utf8)))
  }

  func testARejectionNamesTheSwiftLine() throws {
    XCTAssertTrue(try build().succeeded)
    let source = try String(contentsOfFile: "\(fixture)/Unchecked.swift", encoding: .utf8).split(
      separator: "\n", omittingEmptySubsequences: false)
    let line = try XCTUnwrap(source.firstIndex { $0.contains("// refused here") }) + 1
    let run = try swiftBPF("check", path("rejected.o"))
    XCTAssertEqual(run.ending, .exited(1))
    XCTAssertTrue(run.output.contains("checked: accepted"), "\(run)")
    XCTAssertTrue(run.output.contains("unchecked: refused"), "\(run)")
    XCTAssertTrue(run.errors.contains("Unchecked.swift:\(line): "), "\(run)")
    XCTAssertTrue(run.errors.contains("outside of the packet"), "\(run)")
    XCTAssertTrue(run.errors.contains("let isOdd = frame.load"), "\(run)")
    XCTAssertFalse(run.errors.contains("processed "), "the end of the log only\n\(run)")
    let full = try swiftBPF("check", "--full-log", path("rejected.o"))
    XCTAssertTrue(full.errors.contains("processed "), "\(full)")
  }

  /// Glue with a program array that libbpf fills as it loads the object.
  private func buildWithProgramArray(_ targets: [String]) throws {
    let slots = targets.enumerated().map { "[\($0)] = (void *)&\($1)" }.joined(separator: ", ")
    let programs = targets.map { """
      int swift_\($0)(struct xdp_md *c);
      SEC("xdp") int \($0)(struct xdp_md *c) { return swift_\($0)(c); }
      """ }.joined(separator: "\n")
    let glue = """
      #include "rejected.h"
      \(programs)
      struct {
        __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
        __uint(max_entries, 4);
        __uint(key_size, 4);
        __array(values, int(void *));
      } stages SEC(".maps") = {.values = {\(slots)}};
      SEC("xdp") int first(struct xdp_md *c) { return bpf_tail_call(c, &stages, 0), 2; }
      BPF_LICENSE("GPL");
      """
    try glue.write(toFile: path("glue.c"), atomically: true, encoding: .utf8)
    let executable = Bundle(for: CommandTests.self).bundleURL.appendingPathComponent("swift-bpf").path
    let run = try Command.attempt(
      [executable, "build", fixture, "--header", "\(fixture)/rejected.h", "--glue", path("glue.c"), "-I", fixture, "-I",
        Fixtures.helpers.path, "-o", path("array.o")], timeout: .seconds(60))
    XCTAssertTrue(run.succeeded, "\(run)")
  }

  func testAnObjectWithAFilledProgramArrayIsChecked() throws {
    try buildWithProgramArray(["checked"])
    let run = try swiftBPF("check", path("array.o"))
    XCTAssertTrue(run.succeeded, "\(run)")
    for name in ["checked", "first"] {
      XCTAssertNotNil(run.output.firstMatch(of: try Regex("(?m)^\(name): accepted, .* walked [1-9][0-9]* ")), "\(run)")
    }
  }

  func testARefusalInAnObjectWithAFilledProgramArray() throws {
    try buildWithProgramArray(["checked", "unchecked"])
    let run = try swiftBPF("check", path("array.o"))
    XCTAssertEqual(run.ending, .exited(1))
    let lines = run.output.split(separator: "\n").map(String.init)
    XCTAssertEqual(Set(lines), ["checked: accepted", "unchecked: refused", "first: accepted"], "\(run)")
    XCTAssertTrue(run.errors.contains("Unchecked.swift:"), "\(run)")
  }

  func testErrorsAreOneSentence() throws {
    let missing = try swiftBPF("check", "/nowhere.o")
    XCTAssertEqual(missing.ending, .exited(1))
    XCTAssertTrue(missing.errors.contains("/nowhere.o"), "\(missing)")
    let lonely = try swiftBPF("build", fixture, "--glue", "x.c", "-o", path("x.o"), "--embed-name", "bytes")
    XCTAssertEqual(lonely.ending, .exited(64))
    XCTAssertTrue(lonely.errors.contains("belong together"), "\(lonely)")
    XCTAssertFalse(FileManager.default.fileExists(atPath: path("x.o")))
  }

  func testAnInstalledCommandFindsItsHeaders() throws {
    let files = FileManager.default
    let executable = Bundle(for: CommandTests.self).bundleURL.appendingPathComponent("swift-bpf")
    try files.createDirectory(atPath: path("bin"), withIntermediateDirectories: true)
    try files.createDirectory(atPath: path("include"), withIntermediateDirectories: true)
    try files.copyItem(atPath: executable.path, toPath: path("bin/swift-bpf"))
    try files.copyItem(atPath: Fixtures.helpers.path, toPath: path("include/swift-bpf"))
    let run = try Command.attempt(
      [path("bin/swift-bpf"), "build", fixture, "--header", "\(fixture)/rejected.h", "--glue",
        "\(fixture)/rejected.c", "-o", path("x.o")], timeout: .seconds(60))
    XCTAssertTrue(run.succeeded, "\(run)")
  }

  func testNothingIsLeftBehindByAFailure() throws {
    let run = try swiftBPF("build", fixture, "--glue", "\(fixture)/rejected.c", "-o", path("x.o"))
    XCTAssertEqual(run.ending, .exited(1))
    XCTAssertTrue(run.errors.contains("xdp_md"), "swiftc's own words: \(run)")
    XCTAssertEqual(try FileManager.default.contentsOfDirectory(atPath: directory.url.path), [])
  }
}

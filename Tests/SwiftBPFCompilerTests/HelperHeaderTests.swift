import Foundation
import XCTest

@testable import SwiftBPFCompiler

/// The helper headers repeat numbers and layouts of the kernel's, which programs can't include as they are: these
/// tests have a C compiler compare the two.
final class HelperHeaderTests: XCTestCase {
  func testConstantsAreTheKernels() throws {
    var count = 0
    var source = "#include <linux/bpf.h>\n#include <linux/pkt_cls.h>\n"
    for line in try header("swift_bpf_constants.h").split(separator: "\n") {
      guard let match = line.wholeMatch(of: #/#define (\w+) (\S+)/#) else { continue }
      count += 1
      // A comparison of unsigned numbers, as TC_ACT_UNSPEC is -1.
      source += "_Static_assert((unsigned long long)(\(match.1)) == (unsigned long long)(\(match.2)),"
        + " \"\(match.1)\");\n"
    }
    XCTAssertGreaterThan(count, 100)
    try compile(source)
  }

  func testLayoutsAreTheKernels() throws {
    let types = try header("swift_bpf_types.h").replacing(#/\/\/.*/#, with: "")
    var layouts: [(ours: String, kernels: String)] = []
    for structure in types.matches(of: #/struct (\w+) \{([^}]*)\}/#) {
      let name = String(structure.1)
      for declaration in structure.2.split(separator: ";") {
        // `u32 a, b[4]`: the type, then names with or without bounds.
        for part in declaration.split(separator: ",") {
          guard let field = part.firstMatch(of: #/(\w+)(\[\d+\])?\s*$/#) else { continue }
          // The contents of locks and timers are nobody's business.
          if name == "bpf_timer" { continue }
          layouts.append((
            "__builtin_offsetof(struct \(name), \(field.1))", "__builtin_offsetof(struct \(name), \(field.1))"))
        }
      }
      layouts.append(("sizeof(struct \(name))", "sizeof(struct \(name))"))
      layouts.append(("_Alignof(struct \(name))", "_Alignof(struct \(name))"))
    }
    XCTAssertGreaterThan(layouts.count, 40)
    let include = "-I\(Fixtures.helpers.path)"
    let ours = try numbers(
      layouts.map(\.ours), include: "swift_bpf.h", flags: [include, "-D\(Compilation.programDefinition)"])
    let kernels = try numbers(layouts.map(\.kernels), include: "linux/bpf.h", flags: [])
    for (index, layout) in layouts.enumerated() { XCTAssertEqual(ours[index], kernels[index], layout.ours) }
  }

  func testEveryHelperIsCalledByItsName() throws {
    let constants = try header("swift_bpf_constants.h")
    var called: Set<String> = []
    for name in ["swift_bpf_helpers.h", "swift_bpf_xdp.h", "swift_bpf_skb.h"] {
      let text = try header(name)
      for function in text.matches(of: #/BPF_HELPER \w+ bpf_(\w+)\([^{]*\{[^}]*?BPF_CALL\((\w+),/#) {
        XCTAssertEqual(function.1, function.2)
        called.insert(String(function.2))
      }
    }
    XCTAssertGreaterThan(called.count, 40)
    for name in called { XCTAssertTrue(constants.contains("#define BPF_FUNC_\(name) "), name) }
  }

  private func header(_ name: String) throws -> String {
    try String(contentsOf: Fixtures.helpers.appendingPathComponent(name), encoding: .utf8)
  }

  private func compile(_ source: String) throws {
    let clang = try Toolchain.locate().clang
    _ = try Subprocess.run(clang, ["-fsyntax-only", "-x", "c", "-"], input: source).succeeded(as: "clang")
  }

  /// The values of constant expressions.
  private func numbers(_ expressions: [String], include: String, flags: [String]) throws -> [String] {
    let directory = try TemporaryDirectory()
    let program = directory.url.appendingPathComponent("numbers")
    let source = """
      #include <\(include)>
      extern int printf(const char *, ...);
      int main(void) {
      \(expressions.map { "printf(\"%lu\\n\", (unsigned long)(\($0)));" }.joined(separator: "\n"))
      }
      """
    let clang = try Toolchain.locate().clang
    _ = try Subprocess.run(clang, flags + ["-x", "c", "-", "-o", program.path], input: source).succeeded(as: "clang")
    let run = try Subprocess.run(program, []).succeeded(as: "numbers")
    return run.output.split(separator: "\n").map(String.init)
  }
}

import XCTest

@testable import SwiftBPFCompiler

/// What can't work is refused with a sentence of our own, and the place in the Swift source.
///
/// The fixtures say in comments what is expected of a line, parted by semicolons; nothing else may be reported.
final class RefusalTests: XCTestCase {
  func testOfSwiftc() throws { try check(sources: "FrontEnd", glue: "front_end.c") }
  func testOfTheModule() throws { try check(sources: "Module", glue: "module.c") }
  func testOfTheBackEnd() throws { try check(sources: "BackEnd", glue: "back_end.c") }

  private func check(sources: String, glue: String) throws {
    var expected: [(file: String, line: Int, text: String)] = []
    for source in try Fixtures.sources("Refused/\(sources)") {
      let text = try String(contentsOf: source, encoding: .utf8)
      for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
        guard let mark = line.range(of: "// expect: ") else { continue }
        for text in line[mark.upperBound...].components(separatedBy: "; ") {
          expected.append((source.path, index + 1, text))
        }
      }
    }
    XCTAssertFalse(expected.isEmpty)
    do {
      _ = try Fixtures.compile(folder: "Refused", sources: sources, header: "refused.h", glue: glue)
      XCTFail("an object was made")
    } catch let error as CompilerError {
      for (file, line, text) in expected {
        XCTAssertTrue(
          error.diagnostics.contains { $0.file == file && $0.line == line && $0.message.contains(text) },
          "\(file):\(line): \(text)\nis missing in\n\(error)")
      }
      for diagnostic in error.diagnostics {
        XCTAssertTrue(
          expected.contains { $0.file == diagnostic.file && $0.line == diagnostic.line },
          "not expected: \(diagnostic)")
      }
    }
  }
}

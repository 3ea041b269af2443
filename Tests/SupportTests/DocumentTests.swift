import Foundation
import XCTest

/// What the documents refer to is there: files, headings, tests, targets, maps, counters.
final class DocumentTests: XCTestCase {
  private static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  func testEveryLinkLeadsSomewhere() throws {
    var count = 0
    for document in try Self.documents() {
      for match in Self.prose(try Self.text(document)).matches(of: /\]\(([^)\s]+)\)/) {
        let link = String(match.1)
        if link.hasPrefix("https://") { continue }
        count += 1
        let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let folder = (document as NSString).deletingLastPathComponent
        let target = parts[0].isEmpty ? document : Self.join(folder, parts[0])
        XCTAssertTrue(Self.exists(target), "\(document): nothing is at \(link)")
        if parts.count == 2, Self.exists(target) {
          let anchors = Self.anchors(try Self.text(target))
          XCTAssertTrue(anchors.contains(parts[1]), "\(document): no heading of \(target) is \(parts[1])")
        }
      }
    }
    XCTAssertGreaterThan(count, 10, "no links were found")
  }

  func testEveryTestThatIsNamedExists() throws {
    let sources = try Self.files(under: "Tests", ext: "swift")
    var functions: Set<String> = []
    var suites: Set<String> = []
    for source in sources {
      let text = try Self.text(source)
      for match in text.matches(of: /func (test\w+)/) { functions.insert(String(match.1)) }
      for match in text.matches(of: /class (\w+Tests)\b/) { suites.insert(String(match.1)) }
    }
    let folders = Set(try FileManager.default.contentsOfDirectory(atPath: Self.path("Tests")))
    var count = 0
    for document in try Self.documents() {
      let text = try Self.text(document)
      for match in text.matches(of: /\b(test[A-Z]\w+)/) {
        count += 1
        XCTAssertTrue(functions.contains(String(match.1)), "\(document): there is no test \(match.1)")
      }
      for match in text.matches(of: /\b([A-Z]\w*Tests)\b/) {
        let name = String(match.1)
        XCTAssertTrue(suites.contains(name) || folders.contains(name), "\(document): there are no tests \(name)")
      }
    }
    XCTAssertGreaterThan(count, 50, "no tests were found")
  }

  /// The column "Rule" of the conformance tables names files.
  func testEveryRuleThatIsNamedExists() throws {
    var count = 0
    for line in try Self.text("docs/conformance.md").split(separator: "\n") where line.hasPrefix("| ") {
      let cells = line.split(separator: "|", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      guard cells.count == 6, cells[3] != "Rule" else { continue }
      for rule in cells[3].split(separator: ",").map({ $0.trimmingCharacters(in: .whitespaces) }) {
        count += 1
        let folders = rule.hasPrefix("DataPlane/") || rule.hasPrefix("Redirects/")
          ? [""] : ["TCPCore/", "HTTPCore/", "HTTPGrammar/", "HTTPContent/"]
        XCTAssertTrue(
          folders.contains { Self.exists("Sources/\($0)\(rule).swift") }, "no file \(rule), named for \(cells[1])")
      }
    }
    XCTAssertGreaterThan(count, 50, "no rules were found")
  }

  func testEveryMakeTargetThatIsNamedExists() throws {
    let makefile = try Self.text("Makefile")
    let targets = Set(makefile.matches(of: #/(?m)^([a-z-]+):.*##/#).map { String($0.1) })
    var named: Set<String> = []
    for document in try Self.documents() {
      for match in try Self.text(document).matches(of: /(?m)(?:^|`|sudo )make ([a-z][a-z-]*)/) {
        named.insert(String(match.1))
        XCTAssertTrue(targets.contains(String(match.1)), "\(document): make has no target \(match.1)")
      }
    }
    XCTAssertTrue(named.isSuperset(of: ["demo", "test", "bench", "install"]), "\(named)")
  }

  func testEveryMapIsInTheTableOfMaps() throws {
    let glue = try Self.text("Sources/DataPlane/programs.c")
    // The device maps are made by a macro: clones_##N.
    let maps = Set(
      glue.matches(of: /([\w#]+) SEC\("\.maps"\)/).map { $0.1.replacingOccurrences(of: "##", with: "") })
    let sections = try Self.text("docs/architecture.md").components(separatedBy: "\n## ")
    let table = try XCTUnwrap(sections.first { $0.hasPrefix("Maps\n") })
    let listed = Set(table.matches(of: /(?m)^\| `(\w+)` \|/).map { String($0.1) })
    XCTAssertEqual(listed, maps)
    XCTAssertGreaterThan(maps.count, 5)
  }

  /// A counter that is documented and never counts would be a promise that nobody keeps.
  func testEveryCounterIsExplainedAndCounted() throws {
    let fields = try Self.text("Sources/DataPlaneABI/include/statistics_abi.h").matches(of: /(?m)^  u64 (\w+);/)
      .map { String($0.1) }
    XCTAssertGreaterThan(fields.count, 30)
    let document = try Self.text("docs/operations.md")
    var program = ""
    for file in try Self.files(under: "Sources/DataPlane", ext: "swift") where !file.hasSuffix("/Counter.swift") {
      program += try Self.text(file)
    }
    for field in fields {
      XCTAssertTrue(document.contains("| `\(field)` |"), "docs/operations.md does not explain \(field)")
      let words = field.split(separator: "_")
      let name = words[0] + words.dropFirst().map(\.capitalized).joined()
      XCTAssertTrue(program.contains(try Regex("\\.\(name)\\b")), "nothing counts \(field)")
    }
  }

  // MARK: - What there is

  private static func path(_ relative: String) -> String { package.appendingPathComponent(relative).path }
  private static func exists(_ relative: String) -> Bool { FileManager.default.fileExists(atPath: path(relative)) }
  private static func text(_ relative: String) throws -> String {
    try String(contentsOfFile: path(relative), encoding: .utf8)
  }

  private static func join(_ folder: String, _ relative: String) -> String {
    ((folder as NSString).appendingPathComponent(relative) as NSString).standardizingPath
  }

  private static func files(under folder: String, ext: String) throws -> [String] {
    let all = try FileManager.default.subpathsOfDirectory(atPath: path(folder))
    return all.filter { $0.hasSuffix(".\(ext)") && !$0.contains(".build") }.map { "\(folder)/\($0)" }
  }

  /// All documents, relative to the package.
  private static func documents() throws -> [String] {
    let top = try FileManager.default.contentsOfDirectory(atPath: path(".")).filter { $0.hasSuffix(".md") }
    return try top + files(under: "docs", ext: "md")
  }

  /// Without code blocks, where brackets and parentheses mean something else.
  private static func prose(_ text: String) -> String {
    let parts = text.components(separatedBy: "\n```").enumerated()
    return parts.filter { $0.offset % 2 == 0 }.map(\.element).joined(separator: "\n")
  }

  /// The anchors of a document's headings, as web sites make them.
  private static func anchors(_ text: String) -> Set<String> {
    Set(
      prose(text).matches(of: /(?m)^#+ (.+)$/).map { match in
        let kept = match.1.lowercased().filter { $0.isLetter || $0.isNumber || " -_".contains($0) }
        return kept.replacingOccurrences(of: " ", with: "-")
      })
  }
}

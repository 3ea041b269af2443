import Foundation
import LabKit
import ServerControl
import XCTest

/// The documents name what the command line has. Needs root for the fields of JSON.
final class DocumentationTests: XCTestCase {
  private func document(_ name: String) throws -> String {
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(contentsOf: package.appendingPathComponent("docs/\(name)"), encoding: .utf8)
  }

  func testEveryCounterIsExplained() throws {
    let text = try document("operations.md")
    for counter in Counter.all { XCTAssertTrue(text.contains("| `\(counter.name)` |"), counter.name) }
    let counters = try XCTUnwrap(text.components(separatedBy: "\n## ").first { $0.hasPrefix("Counters") })
    let rows = counters.split(separator: "\n").filter { $0.hasPrefix("| `") }
    XCTAssertEqual(rows.count, Counter.all.count, "a counter is explained that is not there")
  }

  func testEveryOptionIsExplained() throws {
    let text = try document("command-line.md")
    for command in ["run", "attach", "reload", "detach", "status", "stats", "sessions", "log", "check"] {
      let help = try loader(command, "--help").output
      for word in help.split(whereSeparator: { " ,\n[]".contains($0) }) where word.hasPrefix("--") {
        if ["--version", "--help"].contains(word) { continue }
        XCTAssertTrue(text.contains(word), "\(word) of \(command)")
      }
    }
  }

  func testEveryExitCodeIsExplained() throws {
    let text = try document("command-line.md")
    let help = try loader("--help").output
    for line in help.split(separator: "\n") {
      guard let code = Int(line.prefix(4).trimmingCharacters(in: .whitespaces)), line.hasPrefix(" ") else { continue }
      XCTAssertTrue(text.contains("\n| \(code) |"), "\(code)")
    }
    for kind in ControlError.Kind.allCases {
      let name = kind.rawValue.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
      XCTAssertTrue(text.contains("| `\(name)` |"), name)
    }
  }

  func testEveryJSONFieldIsExplained() throws {
    let text = try document("command-line.md")
    let lab = try LoaderLab()
    try lab.attach()
    let counters = Set(Counter.all.map(\.name))
    for command in ["attach", "reload", "status", "stats", "sessions", "check"] {
      for name in Self.names(in: try lab.loader(command, lab.interface, "--json").object()).subtracting(counters) {
        XCTAssertTrue(text.contains("`\(name)`") || text.contains("\"\(name)\""), "\(name) of \(command)")
      }
    }
  }

  private static func names(in json: Any) -> Set<String> {
    if let object = json as? [String: Any] {
      return object.reduce(into: Set(object.keys)) { $0.formUnion(names(in: $1.value)) }
    }
    return (json as? [Any])?.reduce(into: Set()) { $0.formUnion(names(in: $1)) } ?? []
  }
}

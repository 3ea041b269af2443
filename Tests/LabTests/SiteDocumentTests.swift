import Foundation
import LabKit
import XCTest

/// The pages for new users, typed as they stand there: each command on the host that its prompt names, and what it
/// prints compared with what the page says.
final class SiteDocumentTests: XCTestCase {
  func testServeASite() throws { try type("serve-a-site.md", atLeast: 25) }

  func testRedirectPort80() throws { try type("redirect-port-80.md", atLeast: 15) }

  func testMatching() {
    XCTAssertTrue(Transcript.matches(["a", "b"], ["a", "b"]))
    XCTAssertTrue(Transcript.matches(["a", "b", "c"], ["a", "..."]))
    XCTAssertTrue(Transcript.matches(["a"], ["a", "..."]))
    XCTAssertTrue(Transcript.matches(["a", "b", "c"], ["...", "c"]))
    XCTAssertTrue(Transcript.matches(["one 1 two"], ["one ... two"]))
    XCTAssertTrue(Transcript.matches([], []))
    XCTAssertFalse(Transcript.matches(["a"], []))
    XCTAssertFalse(Transcript.matches([], ["a"]))
    XCTAssertFalse(Transcript.matches(["a", "b"], ["b", "a"]))
    XCTAssertFalse(Transcript.matches(["one 1 three"], ["one ... two"]))
    XCTAssertFalse(Transcript.matches(["a", "b"], ["...", "c"]))
  }

  /// - Parameter count: of commands that the page has.
  private func type(_ page: String, atLeast count: Int) throws {
    let package = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let text = try String(contentsOf: package.appendingPathComponent("docs/" + page), encoding: .utf8)
    let steps = Transcript.steps(of: text)
    XCTAssertGreaterThanOrEqual(steps.count, count)
    // There is nothing of ours in these pages that nginx could stand in for.
    guard !SiteLab.Server.isOracle else { return }

    let lab = try Lab()
    let command = lab.server.namespace.entering([Products.loader, "detach", lab.server.interface])
    let detach = Cleanup.add { _ = try? Command.attempt(command) }
    defer { Cleanup.run(detach) }
    let folder = "/tmp/xts-\(getpid())-page"
    let cleanup = Cleanup.add { _ = try? Command.attempt("rm", "-rf", folder) }
    defer { Cleanup.run(cleanup) }
    try Command.run("mkdir", "-p", folder + "/server", folder + "/client")

    func here(_ text: String) -> String {
      text.replacingOccurrences(of: "SERVER", with: lab.server.ipv4)
        .replacing(/\beth0\b/, with: lab.server.interface)
    }
    // A shell's variables last from one command to the next.
    var variables = ""
    for step in steps {
      let host = step.isOnServer ? lab.server : lab.client
      let directory = folder + (step.isOnServer ? "/server" : "/client")
      if step.command.wholeMatch(of: /[a-z]+=\$\(.*\)/) != nil {
        variables += step.command + "\n"
        continue
      }
      let script = "cd \(directory)\nPATH=\(Products.folder):$PATH\n" + (step.isOnServer ? "" : here(variables))
        + here(step.command) + "\n"
      let result = try Command.attempt(host.namespace.entering(["sh", "-c", "exec 2>&1\n" + script]))
      XCTAssertTrue(result.succeeded, "\(page): \(step.command): \(result)")
      var lines = result.output.components(separatedBy: "\n")
      if lines.last == "" { lines.removeLast() }
      XCTAssertTrue(
        Transcript.matches(lines, step.expected.map(here)),
        "\(page): \(step.command)\nprints\n\(result.output)\nand not\n\(step.expected.joined(separator: "\n"))")
      // Where it goes wrong, all that follows would.
      if !result.succeeded { return }
    }
  }
}

/// The console blocks of a document.
enum Transcript {
  struct Step {
    var isOnServer: Bool
    var command: String
    var expected: [String]
  }

  static func steps(of text: String) -> [Step] {
    var steps: [Step] = []
    var isInside = false
    var end: String?
    for line in text.components(separatedBy: "\n") {
      if line.hasPrefix("```") {
        isInside = line == "```console"
      } else if !isInside {
        continue
      } else if let word = end {
        steps[steps.count - 1].command += "\n" + line
        if line == word { end = nil }
      } else if line.hasPrefix("server# ") || line.hasPrefix("client$ ") {
        steps.append(Step(isOnServer: line.hasPrefix("server"), command: String(line.dropFirst(8)), expected: []))
        end = line.firstMatch(of: /<<'([A-Z]+)'/).map { String($0.1) }
      } else if !steps.isEmpty {
        steps[steps.count - 1].expected.append(line)
      }
    }
    return steps
  }

  /// Whether lines are what was expected, where a line `...` stands for any lines, and `...` in a line for any text.
  static func matches(_ lines: [String], _ expected: [String]) -> Bool {
    guard let first = expected.first else { return lines.isEmpty }
    let rest = Array(expected.dropFirst())
    if first == "..." { return (0...lines.count).contains { matches(Array(lines.dropFirst($0)), rest) } }
    guard let line = lines.first, fits(line[...], first.components(separatedBy: "...")) else { return false }
    return matches(Array(lines.dropFirst()), rest)
  }

  private static func fits(_ line: Substring, _ parts: [String]) -> Bool {
    guard parts.count > 1 else { return line == parts[0] }
    guard line.hasPrefix(parts[0]), line.count >= parts[0].count + parts.last!.count, line.hasSuffix(parts.last!) else {
      return false
    }
    var rest = line.dropFirst(parts[0].count)
    for part in parts.dropFirst().dropLast() {
      guard let range = rest.range(of: part) else { return false }
      rest = rest[range.upperBound...]
    }
    return rest.hasSuffix(parts.last!)
  }
}

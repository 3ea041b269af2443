import Foundation
import LabKit
import XCTest

/// docs/writing-ebpf-in-swift.md: what it shows is what stands in Examples/packet-counter, and its commands work as
/// written. Needs root, and swift-bpf in build/ (`make`).
final class ExampleTests: XCTestCase {
  private static let example = Fixtures.package.appendingPathComponent("Examples/packet-counter")

  /// The fenced blocks of the page: what follows the three backquotes, and the contents.
  private func blocks() throws -> [(kind: String, text: String)] {
    let page = try String(
      contentsOf: Fixtures.package.appendingPathComponent("docs/writing-ebpf-in-swift.md"), encoding: .utf8)
    return page.components(separatedBy: "\n```").dropFirst().enumerated().compactMap { index, part in
      guard index % 2 == 0, let end = part.firstIndex(of: "\n") else { return nil }
      return (String(part[..<end]), String(part[part.index(after: end)...]) + "\n")
    }
  }

  func testThePageShowsTheExample() throws {
    var shown = 0
    for (kind, text) in try blocks() {
      let words = kind.split(separator: " ")
      guard words.count == 2 else { continue }
      shown += 1
      let file = try String(contentsOf: Self.example.appendingPathComponent(String(words[1])), encoding: .utf8)
      XCTAssertEqual(text, file, String(words[1]))
    }
    XCTAssertEqual(shown, 6)
  }

  func testThePagesCommandsWork() throws {
    let commands = try blocks().filter { $0.kind == "sh" }.map(\.text)
    XCTAssertEqual(commands.count, 3)
    // With a /run/netns of its own: its namespaces meet nobody else's of the same name, and go with the script.
    let script = "set -e\nmkdir -p /run/netns\nmount -t tmpfs none /run/netns\ncd '\(Fixtures.package.path)'\n"
      + commands.joined()
    let output = try Command.run(
      ["unshare", "--mount", "--propagation", "private", "bash", "-c", script], timeout: .seconds(600))
    XCTAssertTrue(output.contains("packet_counter: accepted"), output)
    XCTAssertTrue(output.contains("<packet_counter>:"), output)
    XCTAssertTrue(output.contains("protocol 17: 4 packets, 192 bytes"), output)
  }

  func testPluginBuildsAgainOnlyWhenAnInputChanged() throws {
    func build() throws -> Date {
      try Command.run(["swift", "build", "--package-path", Self.example.path], timeout: .seconds(600))
      let object = Self.example.appendingPathComponent(
        ".build/plugins/outputs/packet-counter/packet-counter/destination/SwiftBPFPlugin/packet_counter.o")
      return try XCTUnwrap(
        FileManager.default.attributesOfItem(atPath: object.path)[.modificationDate] as? Date)
    }
    // In a package's first build SwiftPM plans before the plugin's tool exists, and in its second, or the one after
    // it, once more with it. From then on nothing is built again where nothing changed.
    var dates = [try build(), try build()]
    while dates.count < 4, dates[dates.count - 2] != dates.last { dates.append(try build()) }
    XCTAssertEqual(try build(), dates.last, "nothing changed: \(dates)")
    var last = try XCTUnwrap(dates.last)
    for input in ["eBPF/PacketCounter.swift", "eBPF/packet_counter.h"] {
      try Command.run("touch", Self.example.appendingPathComponent(input).path)
      let next = try build()
      XCTAssertGreaterThan(next, last, "\(input) changed")
      last = next
    }
  }
}

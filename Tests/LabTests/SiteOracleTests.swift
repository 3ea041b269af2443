import Foundation
import LabKit
import XCTest

/// The same bytes to this server and to nginx, which serves the same directory on the same host: status, fields that
/// matter, body and what becomes of the connection agree, but for the differences that are listed.
final class SiteOracleTests: XCTestCase {
  func testCorpus() throws {
    let corpus = OracleCorpus.all
    XCTAssertGreaterThanOrEqual(corpus.count, 2000)
    let site = try OracleSite()
    let lab = try SiteLab(root: site.folder)
    try lab.startOracle(root: site.folder)
    let ourTags = try tags(of: corpus, lab, port: SiteLab.port)
    let nginxTags = try tags(of: corpus, lab, port: SiteLab.oraclePort)

    var uses = [Int](repeating: 0, count: AllowedDifference.all.count)
    var disagreements: [(OracleCase, [OracleDifference])] = []
    var waiting = 0
    let exchanges = try converse(corpus, lab, ourTags, nginxTags)
    for (one, (ours, nginx, now)) in zip(corpus, exchanges) {
      if ours.ending == .waits || nginx.ending == .waits { waiting += 1 }
      let differences = try OracleComparison.differences(ours, nginx, now: now, decode: decode)
      let open = differences.filter { difference in
        let rule = AllowedDifference.all.firstIndex { $0.covers(one, difference) }
        if let rule { uses[rule] += 1 }
        return rule == nil
      }
      if !open.isEmpty { disagreements.append((one, open)) }
    }
    print("oracle: \(corpus.count) conversations, \(disagreements.count) disagreements, \(waiting) not answered")
    for (rule, count) in zip(AllowedDifference.all, uses) { print("oracle: \(count) times: \(rule.name)") }
    for (one, differences) in disagreements {
      print("\n\(one.topic): \(one.text.debugDescription.prefix(300))")
      for difference in differences.prefix(6) { print("  \(difference)".prefix(400)) }
    }
    XCTAssertEqual(disagreements.count, 0, "conversations on which the servers do not agree; they are printed above")
    guard !SiteLab.Server.isOracle else { return }
    for (rule, count) in zip(AllowedDifference.all, uses) {
      XCTAssertGreaterThan(count, 0, "nothing differs any more by \(rule.name.debugDescription): it has to go")
    }
  }

  /// Whatever is changed in an answer is seen.
  func testComparisonSeesEveryChange() throws {
    let answer = RawExchange.Answer(
      version: "HTTP/1.1", status: 200,
      fields: OracleComparison.fields.map { .init(name: $0, value: $0 == "date" ? httpDate(time(nil)) : "x") },
      body: [1, 2, 3])
    var exchange = RawExchange()
    exchange.answers = [answer, answer]
    func kinds(_ change: (inout RawExchange) -> Void) -> [OracleDifference.Kind] {
      var other = exchange
      change(&other)
      return OracleComparison.differences(other, exchange, now: time(nil)...time(nil)) { _, _ in nil }.map(\.kind)
    }
    XCTAssertEqual(kinds { _ in }, [])
    XCTAssertEqual(kinds { $0.answers.removeLast() }, [.count])
    XCTAssertEqual(kinds { $0.ending = .closed }, [.ending])
    XCTAssertEqual(kinds { $0.answers[1].status = 201 }, [.status])
    XCTAssertEqual(kinds { $0.answers[0].version = "HTTP/1.0" }, [.version])
    XCTAssertEqual(kinds { $0.answers[1].body[2] = 4 }, [.body])
    XCTAssertEqual(kinds { $0.answers[1].body = [] }, [.body])
    for (index, name) in OracleComparison.fields.enumerated() {
      XCTAssertEqual(kinds { $0.answers[0].fields[index].value = "y" }, [.field(name)])
      XCTAssertEqual(kinds { $0.answers[0].fields.remove(at: index) }, [.field(name)])
      XCTAssertEqual(kinds { $0.answers[0].fields.append($0.answers[0].fields[index]) }, [.field(name)])
    }
  }

  /// The document lists the rules, and none that there is not.
  func testEveryDifferenceIsListedWithItsReason() throws {
    let package = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let text = try String(
      contentsOf: package.appendingPathComponent("docs/differences-from-nginx.md"), encoding: .utf8)
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("| ") }.map {
      $0.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    }.filter { $0.first?.hasPrefix("---") == false && $0.first != "Difference" }
    XCTAssertEqual(rows.map(\.first), AllowedDifference.all.map(\.name))
    for row in rows {
      XCTAssertEqual(row.count, 4, "\(row)")
      XCTAssertGreaterThan(row.last?.count ?? 0, 8, "no reason is given for \(row)")
    }
  }

  // MARK: - Talking

  private typealias Both = (ours: RawExchange, nginx: RawExchange, now: ClosedRange<Int>)

  /// Has all conversations with both servers, several at a time, since some are silence for a while.
  private func converse(
    _ corpus: [OracleCase], _ lab: SiteLab, _ ourTags: [String: String], _ nginxTags: [String: String]
  ) throws -> [Both] {
    let workers = 8
    let (space, address) = (lab.lab.client.namespace, lab.lab.server.ipv4)
    let work = (0..<workers).map { first in
      Background {
        try stride(from: first, to: corpus.count, by: workers).map { index -> Both in
          let (one, begin) = (corpus[index], time(nil))
          let ours = try Self.exchange(one, space, address, SiteLab.port, ourTags)
          let nginx = try Self.exchange(one, space, address, SiteLab.oraclePort, nginxTags)
          return (ours, nginx, begin...time(nil))
        }
      }
    }
    let results = try work.map { try $0.result(timeout: .seconds(300)) }
    return corpus.indices.map { results[$0 % workers][$0 / workers] }
  }

  private static func exchange(
    _ one: OracleCase, _ space: NetworkNamespace, _ address: String, _ port: UInt16, _ tags: [String: String]
  ) throws -> RawExchange {
    let pieces = one.pieces.map { piece in
      let text = piece.replacingOccurrences(of: "{tag}", with: tags[one.tagged] ?? "\"none\"")
      return text.unicodeScalars.map { UInt8($0.value) }
    }
    return try RawExchange.run(pieces, methods: one.methods, in: space, to: address, port: port)
  }

  /// The entity tags that the corpus speaks of.
  private func tags(of corpus: [OracleCase], _ lab: SiteLab, port: UInt16) throws -> [String: String] {
    var tags: [String: String] = [:]
    for target in Set(corpus.filter { $0.text.contains("{tag}") }.map(\.tagged)) {
      let answer = try Self.exchange(
        OracleCase(.condition, "HEAD", target), lab.lab.client.namespace, lab.lab.server.ipv4, port, [:]
      ).answers.first
      tags[target] = answer?["etag"]
    }
    XCTAssertNotNil(tags["/page.txt"])
    return tags
  }

  /// By programs that have nothing to do with the libraries that the server uses.
  private func decode(_ body: [UInt8], _ coding: String) throws -> [UInt8]? {
    let programs = ["gzip": "gzip", "br": "brotli", "zstd": "zstd"]
    guard let program = programs[coding] else { return nil }
    if let known = decoded[body] { return known }
    let path = "/tmp/xts-\(getpid())-coded"
    let cleanup = Cleanup.add { unlink(path) }
    defer { Cleanup.run(cleanup) }
    try GeneratedSite.write(body, to: path)
    let output = path + "-decoded"
    defer { unlink(output) }
    let result = try Command.attempt("sh", "-c", "\(program) -dc <\(path) >\(output)")
    guard result.succeeded, let data = FileManager.default.contents(atPath: output) else { return nil }
    decoded[body] = Array(data)
    return Array(data)
  }

  private var decoded: [[UInt8]: [UInt8]] = [:]
}

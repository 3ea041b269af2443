import Foundation
import LabKit
import XCTest

/// Many clients at once on a mix of files: not one error, and not one wrong byte.
final class SiteLoadTests: XCTestCase {
  func testWrkOnAMixOfFiles() throws {
    let site = try GeneratedSite(files: 1000)
    for server in SiteLab.Server.every {
      let lab = try SiteLab(server, root: site.folder)
      for family in ServerLab.Family.allCases {
        let mix = try WrkMix(site.files.map { .init(target: $0.target, status: 200, length: $0.size) })
        let command = lab.lab.client.namespace.entering(mix.arguments(lab, family, connections: 64, seconds: 3))
        let load = Background { try WrkMix.judge(Command.attempt(command)) }
        // wrk sees lengths. Meanwhile others look at the bytes.
        let address = family == .ipv4 ? lab.lab.server.ipv4 : lab.lab.server.ipv6
        let comparers = (0..<2).map { _ in compare(site, lab, address) { load.isDone } }
        let result = try load.result()
        let compared = try comparers.map { try $0.result() }
        print("site: \(result.requests) requests, \(compared) bodies compared")
        XCTAssertGreaterThan(result.requests, 1000, "\(server) \(family)")
        XCTAssertEqual(result.problems, [], "\(server) \(family)")
      }
    }
  }

  /// Asks for the files in any order, pipelined, until `isDone`, and compares each byte.
  /// - Returns: how many answers were right. Throws where one is not.
  private func compare(
    _ site: GeneratedSite, _ lab: SiteLab, _ address: String, until isDone: @escaping @Sendable () -> Bool
  ) -> Background<Int> {
    let space = lab.lab.client.namespace
    return Background {
      var count = 0
      repeat {
        let files = (0..<10).map { _ in site.files.randomElement()! }
        let requests = files.map { "GET \($0.target) HTTP/1.1\r\nHost: lab\r\n\r\n" }.joined()
        // What finds veth's ring full is sent again when its time is up, and may find it full again.
        let exchange = try RawExchange.run(
          [Array(requests.utf8)], methods: files.map { _ in "GET" }, in: space, to: address, port: SiteLab.port,
          patience: .seconds(20))
        guard exchange.answers.count == files.count else {
          throw LabError("\(exchange.answers.count) answers to \(files.count) requests: \(files.map(\.target))")
        }
        for (file, answer) in zip(files, exchange.answers) {
          let bytes = FileManager.default.contents(atPath: site.folder + file.path).map { Array($0) }
          guard answer.status == 200, answer.body == bytes else {
            throw LabError("\(file.target): \(answer.status), \(answer.body.count) of \(file.size) bytes")
          }
        }
        count += files.count
      } while !isDone()
      return count
    }
  }

  /// Answers of other kinds come between the files. HEAD is not among them: wrk would wait for a body.
  func testWrkOnAMixOfAnswers() throws {
    let site = try GeneratedSite(files: 200)
    let lab = try SiteLab(root: site.folder)
    var requests: [WrkMix.Request] = site.files.map { .init(target: $0.target, status: 200, length: $0.size) }
    for file in site.files.prefix(50) {
      if file.size > 0 {
        requests.append(.init(target: file.target, status: 206, length: 1, fields: ["Range": "bytes=-1"]))
      }
      requests.append(.init(target: file.target, status: 405, method: "DELETE"))
      let future = "Fri, 01 Jan 2100 00:00:00 GMT"
      requests.append(.init(target: file.target, status: 304, fields: ["If-Modified-Since": future]))
      requests.append(.init(target: file.target + "-no", status: 404))
    }
    for directory in site.directories.dropFirst() {
      requests.append(.init(target: String(GeneratedSite.encoded(directory).dropLast()), status: 301))
    }
    let result = try WrkMix(requests).run(in: lab, connections: 64, seconds: 2)
    XCTAssertGreaterThan(result.requests, requests.count)
    XCTAssertEqual(result.problems, [])
  }

  func testApacheBench() throws {
    let site = try GeneratedSite(files: 40)
    let lab = try SiteLab(root: site.folder)
    // ab takes a length that changes for a failure. It can't do with an answer without content.
    for entry in site.files.filter({ $0.size > 0 }).sorted(by: { $0.size < $1.size }).suffix(12) {
      for options in [["-k"], []] {
        let count = entry.size > 100_000 ? "100" : "500"
        let result = try lab.client(
          ["ab", "-q", "-n", count, "-c", "32", "-s", "10"] + options + [lab.url(entry.target)])
        XCTAssertTrue(result.succeeded, "\(result)")
        for (name, value) in [
          ("Complete requests:", count), ("Failed requests:", "0"), ("Document Length:", "\(entry.size) bytes"),
        ] {
          let line = result.output.split(separator: "\n").first { $0.hasPrefix(name) }
          XCTAssertEqual(
            line?.dropFirst(name.count).trimmingCharacters(in: .whitespaces), value, "\(entry.path) \(result)")
        }
        XCTAssertFalse(result.output.contains("Non-2xx"), result.output)
      }
    }
  }

  /// Nobody reads the access log: requests go on all the same, and what found no room in it is counted.
  func testNobodyReadsTheLog() throws {
    let site = try GeneratedSite(files: 200)
    let lab = try SiteLab(root: site.folder, arguments: ["--access-log"])
    guard case .xdp = lab.server else { return }
    let mix = try WrkMix(
      site.files.filter { $0.size < 2000 }.map { .init(target: $0.target, status: 200, length: $0.size) })
    let server = lab.lab.server
    func count(_ name: String) throws -> Int {
      let statistics = try JSONSerialization.jsonObject(
        with: Data(try server.namespace.run(Products.loader, "stats", server.interface, "--json").utf8))
      return try XCTUnwrap(ServerLab.find(name, in: statistics) as? Int)
    }
    // A busy machine takes longer to fill it.
    for _ in 0..<10 where try count("log_entries_lost") == 0 {
      let result = try mix.run(in: lab, connections: 32, seconds: 3)
      XCTAssertEqual(result.problems, [])
    }
    let (lost, requests) = (try count("log_entries_lost"), try count("requests"))
    let lines = try server.namespace.run(Products.loader, "log", server.interface).split(separator: "\n")
    XCTAssertGreaterThan(lost, 0, "of \(requests) requests")
    XCTAssertGreaterThan(lines.count, 1000)
    XCTAssertEqual(lines.count + lost, requests)
  }
}

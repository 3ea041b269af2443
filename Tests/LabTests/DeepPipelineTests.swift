import Foundation
import LabKit
import XCTest

/// Many different requests in one write: every byte of all answers is right, and nothing waits for a timer, though
/// only four of the answers are under way at a time.
final class DeepPipelineTests: XCTestCase {
  /// What is asked for, and what must come.
  private struct Wanted {
    var method = "GET"
    var target: String
    var fields: [String] = []
    var status: Int
    var body: [UInt8] = []
    var contentRange: String?

    var text: String {
      (["\(method) \(target) HTTP/1.1", "Host: lab"] + fields).joined(separator: "\r\n") + "\r\n\r\n"
    }
  }

  /// What a shared machine may need. A client's retransmission timer, by which one after the other would come again
  /// that is not kept, takes 200 ms for the first, and twice as long for each further one.
  private static let limit = Duration.milliseconds(600)

  func testRangesOfOneFile() throws {
    try everyWay { site, count in Self.ranges(of: try Self.file("/big.bin", site), "/big.bin", count) }
  }

  func testDifferentFilesAndMethods() throws {
    try everyWay { site, count in try Self.mixed(site, count) }
  }

  func testManyMoreThanTheWindowHolds() throws {
    let site = try OracleSite()
    for server in SiteLab.Server.every {
      let lab = try SiteLab(server, root: site.folder)
      let list = try Self.mixed(site, 3000)
      XCTAssertGreaterThan(list.map(\.text).joined().utf8.count, 2 * 65536)
      try ask(list, of: lab, .ipv4, within: .seconds(3))
    }
  }

  /// The client closes its side right behind the last request.
  func testClientHasClosedItsSide() throws {
    let site = try OracleSite()
    for server in SiteLab.Server.every {
      let lab = try SiteLab(server, root: site.folder)
      for count in [1, 5, 60, 300] {
        for family in ServerLab.Family.allCases {
          try ask(Self.mixed(site, count), of: lab, family, within: Self.limit, finishes: true)
        }
      }
    }
  }

  /// Nothing behind a request that ends the connection is answered.
  func testEndInTheMiddle() throws {
    let site = try OracleSite()
    let lab = try SiteLab(root: site.folder)
    for end in ["GET /one.txt HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n", "BAD\r\n\r\n"] {
      let before = try Self.mixed(site, 30)
      let text = before.map(\.text).joined() + end + (try Self.mixed(site, 30)).map(\.text).joined()
      let exchange = try RawExchange.run(
        [Array(text.utf8)], methods: before.map(\.method) + ["GET"], in: lab.lab.client.namespace,
        to: lab.lab.server.ipv4, port: SiteLab.port)
      XCTAssertEqual(exchange.answers.count, 31)
      XCTAssertEqual(exchange.answers.last?.status, end.hasPrefix("GET") ? 200 : 400)
      XCTAssertEqual(exchange.ending, .closed)
    }
  }

  /// Over a wire that loses frames, either way, it comes to the same.
  func testLossyWire() throws {
    for server in DownloadLab.Server.every {
      let lab = try DownloadLab(server, size: 100_000, isImpaired: true)
      let list = Self.ranges(of: Array(lab.body.bytes), "/body", 200)
      // Generic XDP takes no frame that a tc program has redirected.
      for direction in server == .xdp(.skb) ? [.toClient] : Impairment.Direction.allCases {
        try lab.set(.none)
        try lab.set(direction, .init(loss: 0.05, duplication: 0.02, reordering: 0.02))
        for _ in 0..<3 {
          try check(
            list, .run(
              [Array(list.map(\.text).joined().utf8)], methods: list.map(\.method), in: lab.lab.client.namespace,
              to: lab.lab.server.ipv4, port: 8080, finishes: true, patience: .seconds(30)),
            "\(server) \(direction)")
        }
      }
    }
  }

  /// In native and SKB mode, over IPv4 and IPv6, on a connection that is new.
  private func everyWay(_ list: (OracleSite, Int) throws -> [Wanted]) throws {
    let site = try OracleSite()
    for server in SiteLab.Server.every {
      let lab = try SiteLab(server, root: site.folder)
      for family in ServerLab.Family.allCases {
        for count in [5, 20, 60, 100, 300] { try ask(list(site, count), of: lab, family, within: Self.limit) }
      }
    }
  }

  private func ask(
    _ list: [Wanted], of lab: SiteLab, _ family: ServerLab.Family, within limit: Duration, finishes: Bool = false
  ) throws {
    let place = "\(lab.server) \(family) \(list.count)"
    let text = Array(list.map(\.text).joined().utf8)
    let (space, address) = (lab.lab.client.namespace, family == .ipv4 ? lab.lab.server.ipv4 : lab.lab.server.ipv6)
    let exchange = try RawExchange.run(
      [text], methods: list.map(\.method), in: space, to: address, port: SiteLab.port, finishes: finishes)
    XCTAssertEqual(exchange.ending, finishes ? .closed : .kept, place)
    check(list, exchange, place)
    // Once more, by a client that does nothing but read.
    let connection = try TCPConnection(in: space, to: address, port: SiteLab.port)
    let start = ContinuousClock.now
    try connection.send(text)
    if finishes { connection.finish() }
    XCTAssertEqual(try connection.receive(exchange.size).count, exchange.size, place)
    let duration = ContinuousClock.now - start
    print("\(place): \(duration)")
    XCTAssertLessThan(duration, limit, place)
  }

  private func check(_ list: [Wanted], _ exchange: RawExchange, _ place: String) {
    XCTAssertEqual(exchange.answers.count, list.count, place)
    for (number, (wanted, answer)) in zip(list, exchange.answers).enumerated() {
      let which = "\(place), answer \(number) to \(wanted.text.debugDescription)"
      guard answer.status == wanted.status, answer.body == wanted.body,
        answer["content-range"] == wanted.contentRange
      else { return XCTFail("\(which): \(answer.status), \(answer.fields), \(answer.body.count) bytes") }
    }
  }

  private static func file(_ path: String, _ site: OracleSite) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: site.folder + path)))
  }

  /// No two of them are alike.
  private static func ranges(of bytes: [UInt8], _ target: String, _ count: Int) -> [Wanted] {
    (0..<count).map { number in
      let first = number * 97 % (bytes.count - 200)
      let last = first + number % 150
      return Wanted(
        target: target, fields: ["Range: bytes=\(first)-\(last)"], status: 206, body: Array(bytes[first...last]),
        contentRange: "bytes \(first)-\(last)/\(bytes.count)")
    }
  }

  /// Whole files and parts of them, heads, 304, 404 and requests with content, in turn.
  private static func mixed(_ site: OracleSite, _ count: Int) throws -> [Wanted] {
    let page = try file("/page.txt", site)
    let big = try file("/big.bin", site)
    let names = try OracleSite.extensions.map { ("/types/file." + $0, try file("/types/file." + $0, site)) }
    return (0..<count).map { number in
      let (name, bytes) = names[number % names.count]
      switch number % 7 {
      case 0: return Wanted(target: name, status: 200, body: bytes)
      case 1: return Wanted(method: "HEAD", target: "/big.bin", status: 200)
      case 2:
        return Wanted(
          target: "/page.txt", fields: ["If-Modified-Since: Tue, 14 Nov 2023 22:13:20 GMT"], status: 304)
      case 3: return ranges(of: big, "/big.bin", number + 1)[number]
      case 4: return Wanted(method: "HEAD", target: "/none/\(number)", status: 404)
      case 5:
        return Wanted(
          target: name, fields: ["Content-Length: 0", "X: " + String(repeating: "y", count: number % 90)], status: 200,
          body: bytes)
      default: return Wanted(target: "/page.txt", status: 200, body: page)
      }
    }
  }
}

import DataPlaneABI
import LabKit
import XCTest

/// Frames of one session and of many, received on two CPUs at once while the pump is at them as well.
final class QueueTests: XCTestCase {
  private let modes: [ServerLab.Mode] = ServerLab.Mode.allCases

  /// The acknowledgments of a download come by both queues, so that two CPUs send its body.
  func testOneConnectionByTwoQueues() throws {
    for mode in modes {
      let queues = try QueueLab(mode, size: 30_000_000)
      try queues.measure("\(mode), one download") {
        let result = try queues.lab.download()
        XCTAssertLessThan(result.longestGap, dueGap(losses: 0), "\(mode)")
      }
      try queues.end()
    }
  }

  /// The pump repeats what is lost, and probes, while both CPUs receive.
  func testOneConnectionByTwoQueuesOnABadWire() throws {
    for mode in modes {
      let queues = try QueueLab(mode, size: 3_000_000)
      try spoil(queues, mode, loss: 0.01)
      try queues.measure("\(mode), one download on a bad wire") {
        let result = try queues.lab.download(manner: .patient)
        XCTAssertLessThan(result.longestGap, dueGap(losses: lossesInARow(0.02, segments: 2100)), "\(mode)")
      }
      try queues.end()
    }
  }

  /// One request after the other on one connection, and each frame of it twice, once by each queue.
  func testConversationByTwoQueues() throws {
    for mode in modes {
      let queues = try QueueLab(mode, size: 100)
      if mode == .native { try queues.lab.set(.toServer, .init(duplication: 1)) }
      let requests = 3000
      let difference = try queues.measure("\(mode), one conversation") {
        let (client, server) = (queues.lab.lab.client, queues.lab.lab.server)
        let connection = try TCPConnection(in: client.namespace, to: server.ipv4, port: 8080)
        var longest = Duration.zero
        for _ in 0..<requests {
          let start = ContinuousClock.now
          try connection.send("GET /body HTTP/1.1\r\nHost: lab\r\n\r\n")
          XCTAssertEqual(try Response.read(from: connection).status, 200)
          longest = max(longest, ContinuousClock.now - start)
        }
        XCTAssertLessThan(longest, dueGap(losses: 0), "\(mode)")
      }
      XCTAssertEqual(difference.sum(\.requests), UInt64(requests), "\(mode)")
      try queues.end()
    }
  }

  func testManyDownloadsByTwoQueues() throws {
    for mode in modes {
      let queues = try QueueLab(mode, size: 300_000)
      try spoil(queues, mode, loss: 0.005)
      let difference = try queues.measure("\(mode), 100 downloads on a bad wire") { try many(queues, 100) }
      XCTAssertGreaterThan(difference.sum(\.segments_retransmitted), 0, "\(mode)")
      try queues.end()
    }
  }

  /// What has been received comes again, and again by the other queue, while downloads go on.
  func testFloodOfRepetitions() throws {
    for mode in modes {
      let queues = try QueueLab(mode, size: 1_000_000)
      try queues.measure("\(mode), downloads under a flood") {
        let replay = try Replay(on: queues.lab.lab.client, cpu: 1)
        // How much of a flood comes about in the time that downloads take, is the machine's affair.
        var rounds = 0
        repeat {
          try many(queues, 20)
          rounds += 1
        } while replay.sent < 1000 && rounds < 20
        let sent = try replay.stop()
        print("\(mode): \(sent) frames repeated")
        XCTAssertGreaterThan(sent, 1000, "\(mode)")
      }
      try queues.end()
    }
  }

  func testLoadByTwoQueues() throws {
    for mode in modes {
      let queues = try QueueLab(mode, size: 100)
      try queues.measure("\(mode), wrk") {
        let output = try queues.lab.lab.client.namespace.run(
          "wrk", "-t2", "-c64", "-d3s", "--timeout", "5s", queues.lab.url())
        print(output)
        XCTAssertFalse(output.contains("Socket errors"), output)
        XCTAssertFalse(output.contains("Non-2xx"), output)
      }
      try queues.end()
    }
  }

  /// Connections that come and go, each frame of them twice, SYN and FIN too.
  ///
  /// The copy of a SYN may come when all is over, and open a session that the client does not want: one that ends by
  /// its reset, or by its time-out.
  func testConnectionsOpenedAndClosedByTwoQueues() throws {
    for mode in modes {
      let arguments = ["--half-open-timeout", "1s", "--idle-timeout", "3s"]
      let queues = try QueueLab(mode, size: 100, arguments: arguments)
      if mode == .native { try queues.lab.set(.toServer, .init(duplication: 1)) }
      // Of a SYN and its copy one finds that the other has just made the session.
      let difference = try queues.measure("\(mode), connections", races: 2000) {
        let (space, address) = (queues.lab.lab.client.namespace, queues.lab.lab.server.ipv4)
        let body = queues.lab.body
        let clients = (0..<4).map { _ in
          Background {
            try (0..<500).map { _ in try Download.run(in: space, to: address, expecting: [body]).duration }.max()!
          }
        }
        let longest = try clients.map { try $0.result(timeout: .seconds(120)) }.max()!
        print("\(mode): the longest took \(longest)")
        XCTAssertLessThan(longest, dueGap(losses: 0), "\(mode)")
      }
      for counter in [\statistics.sessions_opened, \.sessions_established, \.requests] {
        XCTAssertGreaterThanOrEqual(difference.sum(counter), 2000, "\(mode): \(difference)")
      }
      try queues.end()
    }
  }

  /// Downloads, all at once, each of them right. A receive queue that overflows loses frames too, so the time that
  /// repetitions may take is that for one loss in a hundred, on a good wire as well.
  private func many(_ queues: QueueLab, _ count: Int, line: UInt = #line) throws {
    let downloads = (0..<count).map { _ in queues.lab.start(manner: .patient) }
    let results = try downloads.map { try $0.result(timeout: .seconds(120)) }
    let gaps = results.map(\.longestGap).sorted()
    print("gaps: median \(gaps[count / 2]), longest \(gaps.last!)")
    let segments = queues.lab.body.count / 1448 * count
    XCTAssertLessThan(gaps.last!, dueGap(losses: lossesInARow(0.01, segments: segments)), line: line)
  }

  /// Both ways as bad as the mode allows: generic XDP does not see what a tc program has doubled.
  private func spoil(_ queues: QueueLab, _ mode: ServerLab.Mode, loss: Double) throws {
    try queues.lab.set(.toClient, .init(loss: loss, duplication: 0.02))
    try queues.lab.set(.toServer, .init(loss: loss, duplication: mode == .native ? 0.1 : 0))
  }
}

import Glibc
import LabKit
import XCTest

/// Bodies of all sizes over a good wire, by clients that people use and by clients that are odd.
final class DownloadTests: XCTestCase {
  private static let sizes = [1, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000]

  func testBodiesOfAllSizes() throws {
    for server in DownloadLab.Server.every {
      let lab = try DownloadLab(server, size: 1)
      for size in Self.sizes {
        try lab.replaceBody(try Body(size))
        for family in ServerLab.Family.allCases {
          let result = try lab.download(family)
          XCTAssertEqual(result.bytes, size)
          XCTAssertLessThan(result.longestGap, dueGap(losses: 0), "\(server) \(family) \(size)")
        }
      }
    }
  }

  func testCurlAndWget() throws {
    for server in DownloadLab.Server.every {
      let lab = try DownloadLab(server, size: 20_000_000)
      let file = lab.body.path + "-copy"
      defer { unlink(file) }
      for family in ServerLab.Family.allCases {
        for command in [
          ["curl", "-sS", "-g", "--fail", "--max-time", "30", "-o", file],
          ["wget", "-q", "-t", "1", "-T", "10", "-O", file],
        ] {
          try lab.lab.client.namespace.run(command + [lab.url("/any", family)])
          XCTAssertTrue(lab.body.equals(fileAt: file), "\(server) \(family) \(command[0])")
        }
      }
    }
  }

  /// No process is on the server's host, and its kernel's TCP sees nothing, while 100 MB are delivered.
  func testNobodyIsAwakeOnTheServer() throws {
    for server in DownloadLab.Server.every {
      let lab = try DownloadLab(server, size: 100_000_000)
      let segments = { try lab.lab.server.kernelCounter("OutSegs", of: "Tcp") }
      let before = try segments()
      var manner = Download.Manner()
      manner.breath = .milliseconds(1)
      manner.chunk = 100_000
      let download = lab.start(manner: manner)
      var processes = ""
      repeat {
        processes += try Command.run("ip", "netns", "pids", lab.lab.server.namespace.name)
        usleep(100_000)
      } while !download.isDone
      _ = try download.result()
      if server == .nginx {
        XCTAssertNotEqual(processes, "")
        XCTAssertGreaterThan(try segments(), before + 1000)
      } else {
        XCTAssertEqual(processes, "")
        XCTAssertEqual(try segments(), before)
      }
    }
  }

  /// From the smallest that IPv4 hosts have to take to jumbo frames. On veth, native mode goes up to 3498.
  func testPathsOfAllSizes() throws {
    let oracle = DownloadLab.Server.isOracle
    for (mtu, mode) in [
      (576, ServerLab.Mode.native), (1280, .native), (1500, .native), (3498, .native), (576, .skb), (1280, .skb),
      (9000, .skb),
    ] {
      let lab = try DownloadLab(oracle ? .nginx : .xdp(mode), size: 5_000_000, mtu: mtu)
      for family in ServerLab.Family.allCases where family == .ipv4 || mtu >= 1280 {
        let result = try lab.download(family)
        XCTAssertLessThan(result.longestGap, dueGap(losses: 0), "\(mode) \(mtu) \(family)")
      }
    }
  }

  /// The client's MSS option says what its own link takes.
  func testClientWithASmallerLink() throws {
    for server in DownloadLab.Server.every {
      let lab = try DownloadLab(server, size: 3_000_000)
      try lab.lab.client.namespace.run("ip", "link", "set", "dev", lab.lab.client.interface, "mtu", "1000")
      try lab.download()
    }
  }

  func testTinyReceiveBuffers() throws {
    for server in DownloadLab.Server.every {
      let lab = try DownloadLab(server, size: 200_000)
      for size in [1, 4096, 10_000, 30_000] as [Int32] {
        var manner = Download.Manner()
        manner.receiveBuffer = size
        // Linux opens a window again when half of it is free; a byte at a time never lets it.
        for chunk in [100, 3000] {
          manner.chunk = chunk
          let result = try lab.download(manner: manner)
          XCTAssertLessThan(result.longestGap, .seconds(2), "\(server) \(size) \(chunk)")
        }
      }
    }
  }

  /// The window closes, is probed and opens again: after less than the first probe's time, and after several.
  func testClientThatPauses() throws {
    for server in DownloadLab.Server.every {
      let lab = try DownloadLab(server, size: 10_000_000)
      var manner = Download.Manner()
      manner.receiveBuffer = 50_000
      manner.pauses = [(1, .milliseconds(100)), (2_000_000, .seconds(3)), (5_000_000, .milliseconds(700))]
      let result = try lab.download(manner: manner)
      XCTAssertLessThan(result.longestGap, .seconds(1), "\(server): the window's opening was told at once")
    }
  }

  /// The window's opening gets lost, and the client has no more to say of it: a probe of the server's finds out.
  func testWindowThatOpensUnheard() throws {
    for server in DownloadLab.Server.every {
      let lab = try DownloadLab(server, size: 5_000_000, isImpaired: true)
      var manner = Download.Manner.patient
      manner.receiveBuffer = 50_000
      manner.pauses = [(1_000_000, .seconds(3))]
      let download = lab.start(manner: manner)
      var frames = -1
      try waitUntil("the window is closed") {
        let before = frames
        frames = try lab.counts(.toClient).frames
        usleep(150_000)
        return frames > 500 && frames == before
      }
      try lab.set(.toServer, .everythingLost)
      usleep(3_500_000)
      XCTAssertFalse(download.isDone)
      try lab.set(.toServer, .none)
      let gap = try download.result().longestGap
      XCTAssertGreaterThan(gap, .milliseconds(200), "\(server): the window was never closed")
    }
  }

  func testRateLimitOfCurl() throws {
    for server in DownloadLab.Server.every {
      let lab = try DownloadLab(server, size: 40_000_000)
      let file = lab.body.path + "-copy"
      defer { unlink(file) }
      let begin = ContinuousClock.now
      try lab.lab.client.namespace.run(
        "curl", "-sS", "--fail", "--max-time", "30", "--limit-rate", "12M", "-o", file, lab.url())
      XCTAssertTrue(lab.body.equals(fileAt: file), "\(server)")
      XCTAssertGreaterThan(ContinuousClock.now - begin, .seconds(1), "\(server)")
    }
  }

  func testHundredDownloadsAtOnce() throws {
    for server in DownloadLab.Server.every {
      let lab = try DownloadLab(server, size: 1_000_000)
      let folder = lab.body.path + "-copies"
      try Command.run("mkdir", folder)
      defer { _ = try? Command.attempt("rm", "-rf", folder) }
      for family in ServerLab.Family.allCases {
        try lab.lab.client.namespace.run(
          "curl", "-sS", "--fail", "--max-time", "50", "-Z", "--parallel-immediate", "--parallel-max", "100", "-o",
          "\(folder)/#1", lab.url("/[1-100]", family))
        let wrong = (1...100).filter { !lab.body.equals(fileAt: "\(folder)/\($0)") }
        XCTAssertEqual(wrong, [], "\(server) \(family)")
        try Command.run("find", folder, "-type", "f", "-delete")
      }
    }
  }

  /// What a client does not offer is not used, and all is delivered without it.
  func testOptionsSwitchedOff() throws {
    let options = ["tcp_sack", "tcp_timestamps", "tcp_window_scaling"]
    for server in DownloadLab.Server.every {
      let lab = try DownloadLab(server, size: 5_000_000, isImpaired: true)
      for off in options.map({ [$0] }) + [options] {
        let space = lab.lab.client.namespace
        for option in options { try space.run("sysctl", "-qw", "net.ipv4.\(option)=\(off.contains(option) ? 0 : 1)") }
        for family in ServerLab.Family.allCases {
          try lab.set(.none)
          let clean = try lab.download(family)
          XCTAssertLessThan(clean.longestGap, dueGap(losses: 0), "\(server) \(family) without \(off)")
          try lab.set(.init(loss: 0.01))
          let lossy = try lab.download(family, manner: .patient)
          let losses = lossesInARow(0.02, segments: 3600)
          XCTAssertLessThan(lossy.longestGap, dueGap(losses: losses), "\(server) \(family) without \(off)")
        }
      }
    }
  }

  func testPipelinedRequests() throws {
    for server in DownloadLab.Server.every {
      for (size, count) in [(3000, 20), (5_000_000, 4)] {
        let lab = try DownloadLab(server, size: size)
        var manner = Download.Manner()
        manner.requests = count
        let result = try lab.download(manner: manner)
        XCTAssertEqual(result.received.count, count)
        XCTAssertLessThan(result.longestGap, .seconds(1), "\(server) \(size)")
      }
    }
  }

  /// Each of the downloads that run while the content is replaced gets one body from its beginning to its end.
  func testReplacedContentTearsNothing() throws {
    for server in DownloadLab.Server.every {
      let lab = try DownloadLab(server, size: 20_000_000)
      // Of one length, so that the head does not tell which it is.
      let bodies = [lab.body, try Body(20_000_000, seed: 2), try Body(20_000_000, seed: 3)]
      var manner = Download.Manner.patient
      manner.receiveBuffer = 100_000
      manner.chunk = 100_000
      manner.breath = .milliseconds(60)
      let slow = (0..<10).map { _ in lab.start(expecting: bodies, manner: manner) }
      usleep(300_000)
      for next in 1...2 {
        try lab.replaceBody(bodies[next])
        // As long as the first replacement, at least, came while they ran.
        if next == 1 { XCTAssertFalse(slow.contains(where: \.isDone), "\(server): too fast to show anything") }
        XCTAssertEqual(try lab.download(expecting: bodies).received, [next], "\(server)")
      }
      for download in slow { XCTAssertEqual(try download.result().received, [0], "\(server)") }
    }
  }

  /// Each with content of its own, and downloads from both at the same time.
  func testSeveralInterfaces() throws {
    for server in DownloadLab.Server.every where server != .nginx {
      let lab = try DownloadLab(server, size: 20_000_000)
      let (near, far) = try lab.lab.addClient()
      let other = try Body(20_000_001, seed: 2)
      try lab.attach(to: near, body: other)
      for _ in 0..<3 {
        let first = lab.start()
        let (space, address) = (far.namespace, near.ipv4)
        let second = Background { try Download.run(in: space, to: address, expecting: [other]) }
        XCTAssertEqual(try first.result().bytes, 20_000_000)
        XCTAssertEqual(try second.result().bytes, 20_000_001)
      }
    }
  }

  /// ECN is negotiated and heeded: marks, and no loss, and the client is told no longer once the window is reduced.
  func testCongestionIsMarked() throws {
    for server in DownloadLab.Server.every {
      let lab = try DownloadLab(
        server, size: 5_000_000, client: ["tcp_ecn=1", DownloadLab.windowOfTheRing], isImpaired: true)
      if server == .nginx { try lab.lab.server.namespace.run("sysctl", "-qw", "net.ipv4.tcp_ecn=1") }
      for family in ServerLab.Family.allCases {
        try lab.set(.toClient, .init(marking: 1))
        try lab.download(family, manner: .patient)
        XCTAssertGreaterThan(try lab.counts(.toClient).marked, 500, "\(server) \(family): data segments are ECT")
        try lab.set(.toClient, .init(marking: 0.02))
        let result = try lab.download(family, manner: .patient)
        XCTAssertGreaterThan(try lab.counts(.toClient).marked, 20, "\(server) \(family)")
        XCTAssertLessThan(result.longestGap, dueGap(losses: 0), "\(server) \(family)")
      }
    }
  }

  /// A receiver that never reads is probed, and given up when it has closed its window for too long.
  func testReceiverThatNeverReads() throws {
    for server in DownloadLab.Server.every where server != .nginx {
      let lab = try DownloadLab(server, size: 5_000_000, isImpaired: true, arguments: ["--give-up", "4s"])
      let connection = try TCPConnection(
        in: lab.lab.client.namespace, to: lab.lab.server.ipv4, port: 8080, receiveBuffer: 30_000)
      try connection.send("GET / HTTP/1.1\r\nHost: lab\r\n\r\n")
      usleep(1_000_000)
      try lab.set(.toClient, .none)  // counts anew
      usleep(2_000_000)
      XCTAssertGreaterThan(try lab.counts(.toClient).frames, 0, "\(server): the window is probed")
      try waitUntil("the session is gone", timeout: .seconds(20)) {
        try !lab.lab.server.namespace.run(Products.loader, "sessions", lab.lab.server.interface).contains("10.77.0.2")
      }
      XCTAssertThrowsError(try connection.receive(5_000_000, timeout: .seconds(5)), "\(server): no end of the body")
    }
  }
}

import DataPlaneABI
import XCTest

@testable import ServerControl

/// The library below the command line, as far as it needs no kernel.
final class ControlTests: XCTestCase {
  func testCountersAreTheFieldsOfTheStructureInItsOrder() {
    XCTAssertEqual(Counter.all.count * 8, MemoryLayout<statistics>.size)
    for (index, counter) in Counter.all.enumerated() {
      XCTAssertEqual(MemoryLayout<statistics>.offset(of: counter.field), index * 8, counter.name)
    }
    XCTAssertEqual(Set(Counter.all.map(\.name)).count, Counter.all.count)
  }

  func testStatisticsAddUpTheCPUs() {
    var one = statistics()
    one.requests = 3
    var two = statistics()
    two.requests = 4
    let earlier = Statistics(perCPU: [one], moment: 1_000_000_000)
    let later = Statistics(perCPU: [one, two], moment: 3_000_000_000)
    XCTAssertEqual(later["requests"], 7)
    XCTAssertNil(later["nobody"])
    let index = Counter.all.firstIndex { $0.name == "requests" }!
    XCTAssertEqual(later.rates(since: earlier)[index], 2)
  }

  func testStatesAreThoseOfTheABI() {
    XCTAssertEqual(Session.states[Int(TCP_STATE_SYN_RECEIVED.rawValue)], "syn-received")
    XCTAssertEqual(Session.states[Int(TCP_STATE_TIME_WAIT.rawValue)], "time-wait")
    XCTAssertEqual(Session.states.count, Int(TCP_STATE_TIME_WAIT.rawValue) + 1)
  }

  func testAddresses() {
    XCTAssertEqual(IPAddress("10.1.2.3")?.bytes, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 1, 2, 3])
    XCTAssertEqual(IPAddress("10.1.2.3")?.description, "10.1.2.3")
    XCTAssertEqual(IPAddress("2001:db8::0:1")?.description, "2001:db8::1")
    XCTAssertEqual(IPAddress("2001:db8::1")?.description(port: 80), "[2001:db8::1]:80")
    XCTAssertEqual(IPAddress("::ffff:10.1.2.3"), IPAddress("10.1.2.3"))
    for text in ["", "10.1.2", "10.1.2.256", "2001:db8:::1", "eth0"] { XCTAssertNil(IPAddress(text), text) }
  }

  func testOldKernelsAreRefused() {
    XCTAssertNoThrow(try Host.requireKernel(release: "6.1.0-32-amd64"))
    XCTAssertNoThrow(try Host.requireKernel(release: "7.0"))
    for release in ["5.15.0-91-generic", "6.0.19", "4.19.0"] {
      XCTAssertThrowsError(try Host.requireKernel(release: release)) { error in
        XCTAssertEqual(
          "\(error)", "Linux \(release) is too old; 6.1 is the oldest kernel that the programs load on")
      }
    }
  }

  func testPrivileges() {
    XCTAssertNoThrow(try Host.requirePrivileges(for: .attaching, present: [.bpf, .networkAdministration]))
    XCTAssertNoThrow(try Host.requirePrivileges(for: .finding, present: [.systemAdministration]))
    XCTAssertThrowsError(try Host.requirePrivileges(for: .finding, present: [.bpf, .networkAdministration]))
    XCTAssertThrowsError(try Host.requirePrivileges(for: .attaching, present: [.bpf]))
  }

  func testPinFoldersAreToldApartAndTakeDots() {
    let one = PinFolder(root: "/r", networkNamespace: 7, interface: "eth0.100")
    XCTAssertEqual(one.path, "/r/7/eth0:100")
    XCTAssertNotEqual(one.path, PinFolder(root: "/r", networkNamespace: 8, interface: "eth0.100").path)
  }

  func testPinsGoIntoTheHostsMountNamespace() {
    XCTAssertEqual(
      PinRoot.place(own: 1, others: [(1, 1), (50, 1)]),
      PinRoot.Place(path: "/sys/fs/bpf", namespace: nil, isHost: true))
    XCTAssertEqual(
      PinRoot.place(own: 2, others: [(1, 1), (50, 2)]),
      PinRoot.Place(path: "/proc/1/root/sys/fs/bpf", namespace: "/proc/1/ns/mnt", isHost: true))
    // Process 1 may not be looked into: the oldest ancestor decides.
    XCTAssertEqual(
      PinRoot.place(own: 2, others: [(1, nil), (40, 1), (50, 2)]),
      PinRoot.Place(path: "/proc/40/root/sys/fs/bpf", namespace: "/proc/40/ns/mnt", isHost: true))
    XCTAssertEqual(
      PinRoot.place(own: 2, others: [(1, nil)]), PinRoot.Place(path: "/sys/fs/bpf", namespace: nil, isHost: false))
  }

  func testPathsAreToldAsTheHostSeesThem() {
    XCTAssertEqual(PinRoot.hostPath("/proc/12/root/sys/fs/bpf/x"), "/sys/fs/bpf/x")
    XCTAssertEqual(PinRoot.hostPath("/sys/fs/bpf/x"), "/sys/fs/bpf/x")
  }

  func testPortsBecomeABitmap() {
    var settings = Settings()
    settings.ports = [1, 63, 64, 65535]
    let words = settings.portWords()
    XCTAssertEqual(words.count, 1024)
    XCTAssertEqual(words[0], 1 << 63 | 1 << 1)
    XCTAssertEqual(words[1], 1)
    XCTAssertEqual(words[1023], 1 << 63)
  }

  func testDurations() {
    XCTAssertEqual(Duration.milliseconds(1500).nanoseconds, 1_500_000_000)
    XCTAssertEqual(Duration.seconds(-1).nanoseconds, 0)
  }

  func testJSONText() {
    let value = JSON.object([
      .init("b", .array([.integer(-1), .unsigned(.max), .number(0.5), .number(.nan)])),
      .init("a", .string("\"\\\n\u{1}ü")), .init("none", .null), .init("empty", .array([])), .init("yes", .bool(true)),
    ])
    XCTAssertEqual(
      value.text(indented: false),
      #"{"b":[-1,18446744073709551615,0.5,null],"a":"\"\\\n\u0001ü","none":null,"empty":[],"yes":true}"#)
    XCTAssertEqual(JSON.object([.init("a", .integer(1))]).text(), "{\n  \"a\": 1\n}")
  }
}

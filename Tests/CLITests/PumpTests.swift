import BPF
import DataPlaneABI
import Foundation
import LabKit
import XCTest

@testable import ServerControl

/// The pump's pair of interfaces and the ingress filter of SKB mode: there while the server is, and gone with it. Needs
/// root.
final class PumpTests: XCTestCase {
  private func names(_ lab: LoaderLab) throws -> (sending: String, receiving: String) {
    PumpPair.names(served: try lab.lab.server.namespace.inside { if_nametoindex(lab.interface) })
  }

  private func interfaces(_ lab: LoaderLab) throws -> [String] {
    try lab.lab.server.namespace.inside { NetworkInterface.names() }
  }

  private func ingress(_ name: String, _ lab: LoaderLab) throws -> String {
    try lab.lab.server.namespace.run("tc", "filter", "show", "dev", name, "ingress")
  }

  private func queueing(_ name: String, _ lab: LoaderLab) throws -> String {
    try lab.lab.server.namespace.run("tc", "qdisc", "show", "dev", name)
  }

  private func pump(_ lab: LoaderLab) throws -> [String: Any] {
    let servers = try lab.loader("status", lab.interface, "--json").object()["servers"] as? [[String: Any]]
    return try XCTUnwrap(servers?.first?["pump"] as? [String: Any])
  }

  func testPairComesAndGoes() throws {
    let lab = try LoaderLab()
    let before = try interfaces(lab)
    let pair = try names(lab)
    try lab.attach()
    XCTAssertEqual(Set(try interfaces(lab)), Set(before + [pair.sending, pair.receiving]))
    for name in [pair.sending, pair.receiving] {
      let link = try lab.lab.server.namespace.run("ip", "-d", "link", "show", "dev", name)
      for word in ["NOARP", "LOWER_UP", "alias xdp_tcp_server: pump of \(lab.interface)"] {
        XCTAssertTrue(link.contains(word), "\(word): \(link)")
      }
      XCTAssertEqual(try lab.lab.server.namespace.run("ip", "address", "show", "dev", name).components(
        separatedBy: "inet").count, 1, "it has an address")
    }
    XCTAssertTrue(try queueing(pair.sending, lab).contains("tbf 1: root "))
    XCTAssertTrue(try queueing(pair.sending, lab).contains("rate 768Kbit"))
    XCTAssertTrue(try ingress(pair.receiving, lab).contains("pump_round"))
    XCTAssertEqual(try ingress(lab.interface, lab), "", "a filter that native mode does not need")
    let health = try pump(lab)
    XCTAssertEqual(health["state"] as? String, "resting")
    XCTAssertEqual(health["interfaces"] as? [String], [pair.sending, pair.receiving])
    XCTAssertEqual(health["rate"] as? Int, 1000)
    XCTAssertTrue(health["fault"] is NSNull)
    XCTAssertEqual(try lab.loader("detach", lab.interface).code, 0)
    XCTAssertEqual(try interfaces(lab), before)
  }

  func testForegroundRunTakesItAway() throws {
    let lab = try LoaderLab()
    let before = try interfaces(lab)
    let process = try lab.lab.server.namespace.start(Products.loader, "run", lab.interface)
    try process.waitForOutput("frames_received", timeout: .seconds(30))
    XCTAssertEqual(try interfaces(lab).count, before.count + 2)
    process.signal(SIGINT)
    XCTAssertEqual(process.wait(timeout: .seconds(30)), .exited(0), process.standardError)
    XCTAssertEqual(try interfaces(lab), before)
  }

  func testRefusedAttachLeavesNothing() throws {
    let lab = try LoaderLab(mtu: 9000, clientHasProgram: false)
    let before = try interfaces(lab)
    XCTAssertEqual(try lab.loader("attach", lab.interface, "-N").code, 69)
    XCTAssertEqual(try interfaces(lab), before)
  }

  func testLeftoverOfAKilledRunIsSwept() throws {
    let lab = try LoaderLab()
    let before = try interfaces(lab)
    let pair = try names(lab)
    let process = try lab.lab.server.namespace.start(Products.loader, "run", lab.interface, "-S")
    try process.waitForOutput("frames_received", timeout: .seconds(30))
    process.kill()
    try waitUntil("nothing is attached") { try lab.loader("status").output == "no interface is served\n" }
    XCTAssertEqual(try interfaces(lab).count, before.count + 2)
    XCTAssertTrue(try ingress(lab.interface, lab).contains("burst_ingress"))
    let result = try lab.loader("attach", lab.interface)
    XCTAssertEqual(result.code, 0, "\(result)")
    XCTAssertEqual(
      result.errors.split(separator: "\n").map(String.init),
      ["xdp_loader: removed the leftover pump of a dead run (\(pair.sending), \(pair.receiving))",
        "xdp_loader: removed the leftover ingress program of a dead run from \(lab.interface)"])
    XCTAssertEqual(try interfaces(lab).count, before.count + 2, "a pair of its own")
    XCTAssertFalse(try queueing(lab.interface, lab).contains("clsact"), "the hook has gone with the filter")
  }

  func testAnotherServersPairIsLeftAlone() throws {
    let lab = try LoaderLab()
    let space = lab.lab.server.namespace
    try space.run("ip", "link", "add", "second", "type", "veth", "peer", "name", "second0")
    try space.run("ip", "link", "set", "dev", "second", "up")
    try lab.attach()
    let count = try interfaces(lab).count
    XCTAssertEqual(try lab.loader("attach", "second", "-S").code, 0)
    XCTAssertEqual(try interfaces(lab).count, count + 2)
    XCTAssertEqual(try lab.loader("detach", "second").code, 0)
    XCTAssertEqual(try interfaces(lab).count, count)
    XCTAssertEqual(try pump(lab)["state"] as? String, "resting")
  }

  func testFilterOfSKBModeComesAndGoes() throws {
    let lab = try LoaderLab()
    try lab.attach("-S")
    XCTAssertTrue(try ingress(lab.interface, lab).contains("pref 1 bpf chain 0 handle 0x78747302 burst_ingress"))
    try lab.attach()
    let filters = try ingress(lab.interface, lab)
    XCTAssertEqual(filters.components(separatedBy: "burst_ingress").count, 3, filters)
    XCTAssertEqual(try lab.loader("detach", lab.interface).code, 0)
    XCTAssertEqual(try ingress(lab.interface, lab), "")
    XCTAssertFalse(try queueing(lab.interface, lab).contains("clsact"))
  }

  func testOthersFiltersAndHookStay() throws {
    let lab = try LoaderLab()
    let space = lab.lab.server.namespace
    let filter = [
      "filter", "add", "dev", lab.interface, "ingress", "bpf", "da", "obj", Products.labPrograms, "sec", "tc",
      "program", "tc_pop_one",
    ]
    try space.run("tc", "qdisc", "add", "dev", lab.interface, "clsact")
    try lab.attach("-S")
    XCTAssertTrue(try ingress(lab.interface, lab).contains("handle 0x78747301 burst_ingress"))
    try lab.loader("detach", lab.interface)
    XCTAssertTrue(try queueing(lab.interface, lab).contains("clsact"), "another's hook")
    try space.run("tc", "qdisc", "del", "dev", lab.interface, "clsact")
    try lab.attach("-S")
    try space.run(["tc"] + filter)
    try lab.loader("detach", lab.interface)
    XCTAssertTrue(try ingress(lab.interface, lab).contains("tc_pop_one"), "another's filter on a hook of ours")
  }

  func testUpdateChangesTheRateAndKeepsThePair() throws {
    let lab = try LoaderLab()
    let pair = try names(lab)
    try lab.attach()
    let index = try lab.lab.server.namespace.inside { if_nametoindex(pair.sending) }
    try lab.attach("--pump-rate", "250")
    XCTAssertEqual(try pump(lab)["rate"] as? Int, 250)
    XCTAssertEqual(try lab.lab.server.namespace.inside { if_nametoindex(pair.sending) }, index)
    XCTAssertTrue(try ingress(pair.receiving, lab).components(separatedBy: "handle 0x1 ").count == 2, "one program")
  }

  func testStatusTellsWhatIsWrongAndAttachingMendsIt() throws {
    let lab = try LoaderLab()
    let pair = try names(lab)
    let space = lab.lab.server.namespace
    try lab.attach()
    let again = "attach again, which mends it and keeps the sessions: xdp_loader attach \(lab.interface)"
    for (arguments, sentence, mend) in [
      (["ip", "link", "set", pair.sending, "down"], "its interface \(pair.sending) is down",
        "ip link set \(pair.sending) up"),
      (["tc", "qdisc", "del", "dev", pair.receiving, "clsact"],
        "its program is no longer on the ingress of \(pair.receiving)", again),
      (["tc", "qdisc", "del", "dev", pair.sending, "root"],
        "nothing brakes its frame: tbf is no longer on \(pair.sending)", again),
      (["ip", "link", "del", pair.sending], "its interfaces \(pair.sending) and \(pair.receiving) are gone", again),
    ] {
      try space.run(arguments)
      let health = try pump(lab)
      XCTAssertEqual(health["state"] as? String, "broken")
      XCTAssertEqual(health["fault"] as? String, sentence)
      XCTAssertEqual(health["mend"] as? String, mend)
      let text = try lab.loader("status", lab.interface).output
      XCTAssertTrue(text.contains("broken: \(sentence), "), text)
      XCTAssertTrue(text.contains("-> \(mend)\n"), text)
      XCTAssertTrue(try lab.loader("check", lab.interface).output.contains("the pump: \(sentence)\n"))
      try lab.attach()
      XCTAssertEqual(try pump(lab)["state"] as? String, "resting")
      XCTAssertTrue(try lab.loader("check", lab.interface).output.contains("the pump is resting\n"))
    }
  }

  func testNamesOfOtherInterfacesAreNotTakenForAPump() {
    XCTAssertEqual(PumpPair.servedIndex(of: "xts7a"), 7)
    XCTAssertEqual(PumpPair.servedIndex(of: "xts4294967295b"), 4_294_967_295)
    for name in ["xts7", "xts7c", "xtsa", "xts07a", "xts-7a", "xts4294967296a", "eth7a", "xts7aa"] {
      XCTAssertNil(PumpPair.servedIndex(of: name), name)
    }
  }

  func testFrameAsleepTakes25MillisecondsAtMost() {
    XCTAssertEqual([100, 250, 1000, 10_000].map { Pump.asleepLength(rate: $0) }, [240, 600, 1500, 1500])
  }

  func testOptionsReachThePrograms() throws {
    let lab = try LoaderLab()
    try lab.attach(
      "--congestion-control", "newreno", "--initial-window", "4", "--min-rto", "5ms", "--max-rto", "60s", "--give-up",
      "100s", "--keepalive", "30s", "--keepalive-interval", "10s", "--keepalive-probes", "3", "--no-sack",
      "--no-timestamps", "--no-ecn", "--window", "1000000")
    let entry = try lab.lab.server.namespace.inside {
      try RunningServer(interface: NetworkInterface(named: lab.interface)).map("configuration")?
        .lookup(UInt32(0), as: configuration.self)
    }
    let found = try XCTUnwrap(entry)
    XCTAssertEqual(found.congestion_control, 1)
    XCTAssertEqual(found.initial_window, 4)
    XCTAssertEqual(found.features, TCP_FEATURE_WINDOW_SCALE.rawValue)
    XCTAssertEqual(found.minimum_timeout, 5000)
    XCTAssertEqual(found.maximum_timeout, 60_000_000)
    XCTAssertEqual(found.give_up_time, 100_000)
    XCTAssertEqual(found.keep_alive_idle, 30_000)
    XCTAssertEqual(found.keep_alive_interval, 10_000)
    XCTAssertEqual(found.keep_alive_probes, 3)
    XCTAssertEqual(found.receive_window, 1_000_000)
    XCTAssertEqual(UInt32(found.exit), BURST_EXIT_NATIVE.rawValue)
    let (served, pump) = try lab.lab.server.namespace.inside {
      (if_nametoindex(lab.interface), if_nametoindex(try names(lab).sending))
    }
    XCTAssertEqual(found.interface, served)
    XCTAssertEqual(found.pump_interface, pump)
    XCTAssertEqual(found.pump_awake_length, 96)
    XCTAssertEqual(found.pump_asleep_length, 1500)
    try lab.attach()
    let status = try lab.loader("status", lab.interface).output
    XCTAssertTrue(
      status.contains("cubic from 10 segments on, SACK, timestamps, window scaling, ECN, RTO 200ms to 2m00s, gives up "
        + "after 2m00s\n"), status)
  }

  func testDeviceMapsAreFilled() throws {
    let lab = try LoaderLab()
    try lab.attach("-S")
    try lab.lab.server.namespace.inside {
      let server = try RunningServer(interface: NetworkInterface(named: lab.interface))
      let pump = if_nametoindex(try names(lab).sending)
      for count in [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64] as [UInt32] {
        let map = try XCTUnwrap(try server.map("clones_\(count)")?.entries(), "clones_\(count)")
        XCTAssertEqual(map, [UInt32](repeating: server.interface.index, count: Int(count)) + [pump])
      }
      let entry = try server.map("configuration")?.lookup(UInt32(0), as: configuration.self)
      XCTAssertEqual(entry.map { UInt32($0.exit) }, BURST_EXIT_SKB.rawValue)
    }
  }
}

extension Map {
  /// The interface of each place of a map of devices.
  fileprivate func entries() throws -> [UInt32] {
    try (0..<info.maxEntries).map { place in
      let bytes = try lookup(bytes: withUnsafeBytes(of: place) { Array($0) }) ?? []
      XCTAssertEqual(bytes.count, 8)
      XCTAssertNotEqual(bytes.suffix(4), [0, 0, 0, 0], "no program")
      return bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) }
    }
  }
}

import Glibc

/// A bad wire: from now on a lab's client is reached through programs that lose, change, mark, double and reorder TCP
/// frames.
/// They are at its own end, so both ends' TCP is what it always is. What is random comes from a seed, which is printed;
/// the environment variable LAB_SEED repeats it.
///
/// Offloads are switched off at both ends: one frame is one segment, and carries its checksum. A frame whose checksum
/// is left to a device that does not exist would be taken for good whatever had been done to it.
public final class Impairment {
  public enum Direction: UInt32, CaseIterable, Sendable { case toClient, toServer }

  /// What happens to a direction's TCP frames.
  public struct Rates: Sendable {
    /// Shares of all frames, 0 to 1.
    public var loss, corruption, duplication, reordering: Double
    /// Share of the ECN-capable packets that are marked as having met congestion.
    public var marking: Double
    /// Besides, these frames go missing, counted from 0 since the last `set`.
    public var lost: Range<UInt32>
    /// Only frames of at least that many bytes are counted and touched, Ethernet header included. 100 spares
    /// handshakes and acknowledgments.
    public var shortest: UInt32

    public init(
      loss: Double = 0, corruption: Double = 0, duplication: Double = 0, reordering: Double = 0,
      marking: Double = 0, lost: Range<UInt32> = 0..<0, shortest: UInt32 = 0
    ) {
      self.loss = loss
      self.corruption = corruption
      self.duplication = duplication
      self.reordering = reordering
      self.marking = marking
      self.lost = lost
      self.shortest = shortest
    }

    public static let none = Rates()
    /// Not one frame gets through.
    public static let everythingLost = Rates(loss: 1)
  }

  /// What happened to a direction's TCP frames since its rates were set.
  public struct Counts: Equatable, Sendable {
    public var frames = 0, lost = 0, corrupted = 0, duplicated = 0, marked = 0
    /// Frames that were sent on the detour, and those that came back from it.
    public var reordered = 0, returned = 0

    /// Frames to which nothing happened.
    public init(frames: Int = 0) { self.frames = frames }
  }

  static let pinFolder = "/sys/fs/bpf"

  private let seed: UInt64
  private var changes: UInt64 = 0
  private let pins: String
  private let cleanup: Cleanup.Token
  private let indices: (device: UInt32, detour: UInt32)

  /// - Parameters:
  ///   - delay: for how long a frame on the detour is held up at least; the next ones wait behind it.
  /// - Throws: `LabError`.
  public init(on lab: Lab, delay: Duration = .milliseconds(1)) throws {
    seed = getenv("LAB_SEED").flatMap { UInt64(String(cString: $0)) } ?? UInt64.random(in: 1...UInt64(UInt32.max))
    print("LAB_SEED=\(seed)")
    pins = "\(Self.pinFolder)/\(lab.client.namespace.name)"
    let pins = pins
    cleanup = Cleanup.add { _ = try? Command.attempt("rm", "-rf", pins) }
    let space = lab.client.namespace
    let interface = lab.client.interface
    for host in [lab.client, lab.server] {
      try Self.switchOffloadOff(host.interface, in: host.namespace)
    }
    // The detour: a pair of its own, whose entrance lets a frame of any length through in half of `delay`.
    let mtu = try Self.mtu(of: lab.client)
    try space.run(
      "ip", "link", "add", "detour0", "mtu", "\(mtu)", "type", "veth", "peer", "name", "detour1", "mtu", "\(mtu)")
    try Self.switchOffloadOff("detour0", in: space)
    for end in ["detour0", "detour1"] {
      try space.run("sysctl", "-qw", "net.ipv6.conf.\(end).disable_ipv6=1")
      try space.run("ip", "link", "set", "dev", end, "up")
    }
    let length = max(mtu + 14, 1514)
    let microseconds = delay.components.seconds * 1_000_000 + delay.components.attoseconds / 1_000_000_000_000
    let rate = Int64(length) * 2 * 8 * 1_000_000 / max(microseconds, 1)
    try space.run(
      "tc", "qdisc", "add", "dev", "detour0", "root", "tbf", "rate", "\(rate)bit", "burst", "\(length)", "mpu",
      "\(length)", "limit", "\(length * 500)")
    // Programs.
    try Command.run("mkdir", "-p", pins)
    try Command.run(
      "bpftool", "prog", "loadall", Products.labPrograms, pins + "/programs", "pinmaps", pins + "/maps")
    for device in [interface, "detour1"] { try space.run("tc", "qdisc", "replace", "dev", device, "clsact") }
    for (device, hook, program) in [
      (interface, "ingress", "tc_to_client"), (interface, "egress", "tc_to_server"),
      ("detour1", "ingress", "tc_leave_detour"),
    ] {
      try space.run("tc", "filter", "add", "dev", device, hook, "bpf", "da", "pinned", "\(pins)/programs/\(program)")
    }
    indices = try space.inside { (if_nametoindex(interface), if_nametoindex("detour0")) }
  }

  deinit { Cleanup.run(cleanup) }

  /// Sets one direction's rates, and starts its counters and the numbers of its frames anew.
  public func set(_ direction: Direction, _ rates: Rates) throws {
    var value: [UInt8] = []
    func append<T: FixedWidthInteger>(_ number: T) { withUnsafeBytes(of: number.littleEndian) { value += $0 } }
    // Another fate each time, by the same seed.
    changes += 1
    append(seed &+ UInt64(direction.rawValue) << 32 &+ changes << 33)
    func append(share: Double) { append(share >= 1 ? UInt32.max : UInt32(share * 4_294_967_296)) }
    for share in [rates.loss, rates.corruption, rates.duplication, rates.reordering] { append(share: share) }
    append(rates.lost.lowerBound)
    append(UInt32(rates.lost.count))
    append(rates.shortest)
    append(indices.device)
    append(indices.detour)
    append(share: rates.marking)
    try update("impairments", direction, value)
    try update("impaired", direction, [UInt8](repeating: 0, count: 56))
  }

  /// Sets both directions' rates.
  public func set(_ rates: Rates) throws { for direction in Direction.allCases { try set(direction, rates) } }

  public func counts(_ direction: Direction) throws -> Counts {
    let text = try Command.run(
      ["bpftool", "map", "lookup", "pinned", "\(pins)/maps/impaired", "key", "hex"] + Self.hex(direction.rawValue))
    func number(_ field: String) throws -> Int {
      guard let match = text.firstMatch(of: try Regex("\"\(field)\": *([0-9]+)", as: (Substring, Substring).self)),
        let value = Int(match.1)
      else { throw LabError("bpftool shows no \(field): \(text)") }
      return value
    }
    var counts = Counts(frames: try number("frames"))
    counts.lost = try number("lost")
    counts.corrupted = try number("corrupted")
    counts.marked = try number("marked")
    counts.duplicated = try number("duplicated")
    counts.reordered = try number("reordered")
    counts.returned = try number("returned")
    return counts
  }

  private func update(_ map: String, _ direction: Direction, _ value: [UInt8]) throws {
    try Command.run(
      ["bpftool", "map", "update", "pinned", "\(pins)/maps/\(map)", "key", "hex"] + Self.hex(direction.rawValue)
        + ["value", "hex"] + value.map { Self.hex($0) })
  }

  private static func switchOffloadOff(_ interface: String, in space: NetworkNamespace) throws {
    try space.run("ethtool", "-K", interface, "gro", "off", "gso", "off", "tso", "off", "tx", "off")
  }

  private static func mtu(of host: Host) throws -> Int {
    let text = try host.namespace.run("ip", "-o", "link", "show", "dev", host.interface)
    guard let mtu = text.firstMatch(of: #/ mtu ([0-9]+)/#).flatMap({ Int($0.1) }) else {
      throw LabError("\(host.interface) has no MTU: \(text)")
    }
    return mtu
  }

  private static func hex(_ byte: UInt8) -> String { String(byte, radix: 16) }
  private static func hex(_ number: UInt32) -> [String] {
    (0..<4).map { hex(UInt8(truncatingIfNeeded: number >> ($0 * 8))) }
  }
}

/// The control bits of a TCP header (RFC 9293 3.1, RFC 3168 6.1), written down here once more, since the simulator's
/// client shares nothing with the core that it judges.
public enum Bits {
  public static let finish: UInt8 = 0x01
  public static let synchronize: UInt8 = 0x02
  public static let reset: UInt8 = 0x04
  public static let push: UInt8 = 0x08
  public static let acknowledge: UInt8 = 0x10
  public static let congestionEcho: UInt8 = 0x40
  public static let congestionWindowReduced: UInt8 = 0x80

  static func describe(_ flags: UInt8) -> String {
    let names = ["F", "S", "R", "P", ".", "U", "E", "W"]
    return (0..<8).filter { flags & 1 << UInt8($0) != 0 }.map { names[$0] }.joined()
  }
}

/// The two ECN bits of an IP header (RFC 3168 5).
public enum Codepoint: UInt8 {
  case notCapable, capable, congestion
}

/// What a header's options say.
public struct PacketOptions {
  /// 0: none.
  public var maximumSegmentSize = 0
  /// 255: none (RFC 7323 2.2).
  public var windowScale: UInt8 = 255
  public var permitsSelectiveAcknowledgment = false
  public var hasTimestamps = false
  /// TSval and TSecr (RFC 7323 3.2).
  public var timestamp: UInt32 = 0
  public var timestampEcho: UInt32 = 0
  /// SACK blocks, left and right edge (RFC 2018 3).
  public var blocks: [(start: UInt32, end: UInt32)] = []

  public init() {}

  /// Bytes in the header, padded as all systems pad them.
  var size: Int {
    var size = hasTimestamps ? 12 : 0
    if maximumSegmentSize > 0 { size += 4 }
    if windowScale != 255 { size += 4 }
    if permitsSelectiveAcknowledgment { size += hasTimestamps ? 0 : 4 }
    if !blocks.isEmpty { size += 4 + 8 * blocks.count }
    return size
  }
}

/// A segment on its way.
public struct Packet {
  public var sequence: UInt32
  public var acknowledgment: UInt32 = 0
  /// As in the header, not scaled.
  public var window = 0
  public var flags: UInt8
  /// Bytes of payload. What they are follows from their place in the stream.
  public var length = 0
  public var options = PacketOptions()
  public var codepoint = Codepoint.notCapable

  public init(sequence: UInt32, flags: UInt8) {
    self.sequence = sequence
    self.flags = flags
  }

  func has(_ bits: UInt8) -> Bool { flags & bits == bits }

  /// Bytes of an IPv4 packet.
  var size: Int { 40 + options.size + length }

  /// Sequence numbers that it takes, SYN and FIN included.
  var sequenceLength: Int { length + (has(Bits.synchronize) ? 1 : 0) + (has(Bits.finish) ? 1 : 0) }
}

/// The stream that starts behind a SYN: 0 is its first byte, -1 the SYN itself.
struct Stream {
  /// ISS or IRS
  var initial: UInt32

  func number(at offset: Int) -> UInt32 { initial &+ 1 &+ UInt32(truncatingIfNeeded: offset) }

  /// The offset that is nearest to `reference` of all that have this number.
  func offset(of number: UInt32, near reference: Int) -> Int {
    reference + Int(Int32(bitPattern: number &- self.number(at: reference)))
  }
}

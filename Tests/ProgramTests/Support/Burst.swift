import BPF
import DataPlaneABI
import PacketKit
import XCTest

/// What a frame has brought forth: segments in the order in which they leave.
struct Departure {
  /// As they are on the wire.
  var segments: [[UInt8]]
  /// Copies of the frame that were dropped before the first of them.
  var surplus: Int
}

extension TestServer {
  /// The longest burst, segments: BURST_LIMIT of data_plane.h.
  static let longestBurst = 64

  /// How many copies of a frame the device maps make.
  static let copyCounts = Array(0...16) + Array(stride(from: 20, through: 64, by: 4))

  /// What leaves for a frame, by whichever way. The device maps' work is done here: each copy of the marked frame goes
  /// through the program of the served interface.
  func depart(_ frame: [UInt8]) throws -> Departure {
    let result = try run(frame)
    switch result.action {
    case .drop: return Departure(segments: [], surplus: 0)
    case .transmit: return Departure(segments: [result.output], surplus: 0)
    case .redirect: return try burst(of: result.output)
    default: throw ProgramTestFailure(description: "a frame for the server was left to the kernel")
    }
  }

  /// Makes segments of copies of a marked frame until no more come.
  func burst(of marked: [UInt8]) throws -> Departure {
    let program = try object.program("burst_test")
    var departure = Departure(segments: [], surplus: 0)
    // One more than the longest burst, which must be dropped.
    for _ in 0...Self.longestBurst {
      let result = try program.testRun(input: marked)
      if result.action == .pass {
        departure.segments.append(result.output)
      } else if result.action == .drop, departure.segments.isEmpty {
        departure.surplus += 1
      } else {
        guard result.action == .drop else {
          throw ProgramTestFailure(description: "burst_test's verdict is \(result.verdict)")
        }
        break
      }
    }
    return departure
  }

  /// What a client hears for a frame of its. Every segment is decoded and checked, and must be what the client expects
  /// next.
  func exchange(_ frame: Frame, for client: inout Client) throws -> [Frame] {
    try depart(frame.bytes).segments.map { try client.hear($0) }
  }

  /// Sends a segment, acknowledges each burst whole until nothing more comes, and returns all segments. They must come
  /// in order and without a gap, none longer than `size`, and all but each burst's last exactly so long, unless
  /// `repairs`: what is sent again may end anywhere.
  func download(_ frame: Frame, for client: inout Client, size: Int, repairs: Bool = false) throws -> [Frame] {
    var all: [Frame] = []
    var next = frame
    for _ in 0..<5000 {
      let acknowledged = client.next
      let begin = client.expected
      let segments = try exchange(next, for: &client)
      guard let last = segments.last else { return all }
      var sequence = begin
      for (index, segment) in segments.enumerated() {
        let isLast = index == segments.count - 1
        try segment.check(
          .sequence(sequence), .acknowledges(acknowledged),
          .custom("has \(size) bytes, or fewer as the last") {
            isLast || repairs ? $0.tcp.payload.count <= size : $0.tcp.payload.count == size
          })
        sequence &+= segment.tcp.length
      }
      all += segments
      // A bare ACK ends it.
      if last.tcp.length == 0 { return all }
      next = client.ack()
    }
    throw ProgramTestFailure(description: "still no end after \(all.count) segments")
  }
}

extension [Frame] {
  var payload: [UInt8] { flatMap(\.tcp.payload) }
}

/// Bytes that are not alike at any two places near each other.
func pattern(_ count: Int) -> [UInt8] {
  var state: UInt32 = 0x1234_5678
  return (0..<count).map { _ in
    state = state &* 1_664_525 &+ 1_013_904_223
    return UInt8(state >> 24)
  }
}

extension Client {
  /// This client after its SYN with these options, and the SYN-ACK.
  func connected(to server: TestServer, options: [TCPOption], flags: TCPFlags = .syn) throws -> (Client, Frame) {
    var client = self
    let syn = client.syn(options: options).with { $0.tcp.flags = flags }
    let result = try server.depart(syn.bytes)
    guard result.segments.count == 1 else { throw ProgramTestFailure(description: "the SYN was not answered") }
    let synAck = try client.hear(result.segments[0])
    return (client, synAck)
  }
}

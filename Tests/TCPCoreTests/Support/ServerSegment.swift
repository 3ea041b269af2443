import TCPCore

/// A segment that the server of a dialogue sent, or is expected to send, in offsets of the two streams.
struct ServerSegment: Equatable, CustomStringConvertible {
  /// Where it begins in the server's stream; nil in an expectation: SND.NXT, after all that was sent before.
  var position: Int?
  /// SEG.ACK; nil: the ACK bit is off.
  var acknowledgment: Int?
  var flags: ControlBits
  var payload: UInt32 = 0

  static func acknowledgment(_ offset: Int, at position: Int? = nil) -> ServerSegment {
    ServerSegment(position: position, acknowledgment: offset, flags: .acknowledge)
  }

  /// - Parameter push: on the segment that empties the queue.
  static func data(
    _ length: UInt32, at position: Int? = nil, acknowledging offset: Int, push: Bool = true
  ) -> ServerSegment {
    ServerSegment(
      position: position, acknowledgment: offset, flags: push ? .acknowledge.union(.push) : .acknowledge,
      payload: length)
  }

  /// A FIN after `length` bytes of payload.
  static func finish(data length: UInt32 = 0, at position: Int? = nil, acknowledging offset: Int) -> ServerSegment {
    let bits = ControlBits.acknowledge.union(.finish)
    return ServerSegment(
      position: position, acknowledgment: offset, flags: length > 0 ? bits.union(.push) : bits, payload: length)
  }

  static var synchronizeAcknowledgment: ServerSegment {
    ServerSegment(position: -1, acknowledgment: 0, flags: .synchronize.union(.acknowledge))
  }

  /// <SEQ=SEG.ACK><CTL=RST>
  static func reset(at position: Int) -> ServerSegment {
    ServerSegment(position: position, acknowledgment: nil, flags: .reset)
  }

  func with(_ bits: ControlBits) -> ServerSegment {
    var copy = self
    copy.flags = flags.union(bits)
    return copy
  }

  /// Where the server's stream goes on after this segment.
  var end: Int {
    let controls = (flags.contains(.synchronize) ? 1 : 0) + (flags.contains(.finish) ? 1 : 0)
    return (position ?? 0) + Int(payload) + controls
  }

  var description: String {
    let names: [(ControlBits, String)] = [
      (.synchronize, "SYN"), (.acknowledge, "ACK"), (.push, "PSH"), (.finish, "FIN"), (.reset, "RST"),
      (.urgent, "URG"), (.congestionEcho, "ECE"), (.congestionWindowReduced, "CWR"),
    ]
    let bits = names.filter { flags.contains($0.0) }.map(\.1).joined(separator: ",")
    let place = position.map(String.init) ?? "SND.NXT"
    let answer = acknowledgment.map { "<ACK=\($0)>" } ?? ""
    return "<SEQ=\(place)>\(answer)<CTL=\(bits)> \(payload) bytes"
  }
}

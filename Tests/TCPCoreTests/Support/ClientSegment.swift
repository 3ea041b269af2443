import TCPCore

/// A segment that the client of a dialogue sends, in offsets of the two streams.
struct ClientSegment {
  /// Where it begins in the client's stream; nil: after all that the client has sent so far.
  var position: Int?
  /// SEG.ACK; nil: all that the server has sent so far.
  var acknowledgment: Int?
  /// SEG.WND; nil: what the dialogue's client offers.
  var window: UInt32?
  var flags = ControlBits.acknowledge
  var payload: UInt32 = 0
  /// A router has marked it (CE).
  var isMarked = false

  static var acknowledgment: ClientSegment { ClientSegment() }

  static func acknowledgment(_ offset: Int? = nil, at position: Int? = nil) -> ClientSegment {
    ClientSegment(position: position, acknowledgment: offset)
  }

  static func data(_ length: UInt32, at position: Int? = nil) -> ClientSegment {
    ClientSegment(position: position, flags: .acknowledge.union(.push), payload: length)
  }

  /// A FIN after `length` bytes of payload.
  static func finish(data length: UInt32 = 0, at position: Int? = nil) -> ClientSegment {
    ClientSegment(position: position, flags: .acknowledge.union(.finish), payload: length)
  }

  static func synchronize(at position: Int = -1, data length: UInt32 = 0) -> ClientSegment {
    ClientSegment(position: position, flags: .synchronize, payload: length)
  }

  static func reset(at position: Int? = nil, data length: UInt32 = 0) -> ClientSegment {
    ClientSegment(position: position, flags: .reset, payload: length)
  }

  func acknowledging(_ offset: Int) -> ClientSegment { changed { $0.acknowledgment = offset } }
  func offering(_ window: UInt32) -> ClientSegment { changed { $0.window = window } }
  func with(_ bits: ControlBits) -> ClientSegment { changed { $0.flags = $0.flags.union(bits) } }
  func marked() -> ClientSegment { changed { $0.isMarked = true } }
  func without(_ bits: ControlBits) -> ClientSegment {
    changed { $0.flags = ControlBits(rawValue: $0.flags.rawValue & ~bits.rawValue) }
  }

  private func changed(_ change: (inout ClientSegment) -> Void) -> ClientSegment {
    var copy = self
    change(&copy)
    return copy
  }
}

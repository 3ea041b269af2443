extension Segment {
  /// The core's view of a received segment.
  @inline(__always)
  init(_ packet: Packet) {
    self.init(
      sequence: SequenceNumber(packet.pointee.sequence), acknowledgment: SequenceNumber(packet.pointee.acknowledgment),
      window: packet.pointee.window, flags: ControlBits(rawValue: UInt8(truncatingIfNeeded: packet.pointee.flags)),
      payloadLength: packet.pointee.payload_length)
  }
}

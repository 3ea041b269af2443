extension Segment {
  /// The core's view of the received segment.
  @inline(__always)
  init(_ scratch: Scratch) {
    let packet = scratch.packet
    self.init(
      sequence: SequenceNumber(packet.pointee.sequence), acknowledgment: SequenceNumber(packet.pointee.acknowledgment),
      window: packet.pointee.window, flags: ControlBits(rawValue: UInt8(truncatingIfNeeded: packet.pointee.flags)),
      payloadLength: packet.pointee.payload_length, isCongestionMarked: packet.pointee.congestion == 3)
  }
}

extension Parameters {
  /// What the control plane has chosen.
  @inline(__always)
  init(_ configuration: Configuration) {
    self.init(
      minimumTimeout: configuration.pointee.minimum_timeout, maximumTimeout: configuration.pointee.maximum_timeout,
      giveUpTime: configuration.pointee.give_up_time, keepAliveIdle: configuration.pointee.keep_alive_idle,
      keepAliveInterval: configuration.pointee.keep_alive_interval,
      keepAliveProbes: configuration.pointee.keep_alive_probes,
      congestionControl: configuration.pointee.congestion_control,
      initialWindow: configuration.pointee.initial_window, features: configuration.pointee.features)
  }
}

public typealias Session = UnsafeMutablePointer<session>
typealias Configuration = UnsafeMutablePointer<configuration>

extension UnsafeMutablePointer<session> {
  /// The control block, in place: C's `struct control_block` and TCPCore's `ControlBlock` are one layout.
  var tcp: UnsafeMutablePointer<ControlBlock> {
    @inline(__always) get {
      session_tcp(self).assumingMemoryBound(to: ControlBlock.self)
    }
  }

  /// Moves the deadline to a full time-out of the present state from now. The caller holds the claim.
  @inline(__always)
  func postpone(_ now: Instant, _ configuration: Configuration) {
    let timeouts = Timeouts(
      halfOpen: configuration.pointee.half_open_timeout, idle: configuration.pointee.idle_timeout,
      closing: configuration.pointee.closing_timeout, timeWait: configuration.pointee.time_wait_timeout)
    pointee.deadline = now.nanoseconds &+ timeouts.duration(in: tcp.pointee.state)
  }
}

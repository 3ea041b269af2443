typealias Scratch = UnsafeMutablePointer<scratch>
typealias Packet = UnsafeMutablePointer<packet>
typealias AnswerQueue = UnsafeMutablePointer<answer_queue>

/// The parts of this CPU's working memory, in place.
extension UnsafeMutablePointer<scratch> {
  var packet: Packet { @inline(__always) get { scratch_packet(self) } }
  var plan: Plan { @inline(__always) get { scratch_plan(self) } }
  var path: Path { @inline(__always) get { plan.path } }
  var flow: UnsafeMutablePointer<flow> { @inline(__always) get { path.flow } }
  var outgoing: Outgoing { @inline(__always) get { scratch_outgoing(self) } }
  /// The received segment's options.
  var found: UnsafeMutablePointer<SegmentOptions> {
    @inline(__always) get { scratch_found(self).assumingMemoryBound(to: SegmentOptions.self) }
  }
  var reaction: UnsafeMutablePointer<reaction> { @inline(__always) get { scratch_reaction(self) } }
  var reading: Reading { @inline(__always) get { scratch_reading(self) } }
  var closed: UnsafeMutablePointer<departed> { @inline(__always) get { scratch_closed(self) } }
  var victim: UnsafeMutablePointer<departed> { @inline(__always) get { scratch_victim(self) } }
  var sums: UnsafeMutablePointer<loop_state> { @inline(__always) get { scratch_sums(self) } }
  var copies: UnsafeMutablePointer<loop_state> { @inline(__always) get { scratch_copies(self) } }
  var options: UnsafeMutablePointer<loop_state> { @inline(__always) get { scratch_options(self) } }
  var responding: Responding { @inline(__always) get { scratch_responding(self) } }
  var request: UnsafeMutablePointer<Request> {
    @inline(__always) get { scratch_request(self).assumingMemoryBound(to: Request.self) }
  }
  /// Areas of the request, 64 bytes longer than what is kept in them.
  var hostName: UnsafeRawPointer { @inline(__always) get { UnsafeRawPointer(scratch_host(self)) } }
  var requestTarget: UnsafeRawPointer { @inline(__always) get { UnsafeRawPointer(scratch_target(self)) } }
  var requestPath: UnsafeRawPointer { @inline(__always) get { UnsafeRawPointer(scratch_path(self)) } }
  var chunk: UnsafeMutableRawPointer { @inline(__always) get { scratch_chunk(self) } }
  var header: UnsafeMutableRawPointer { @inline(__always) get { scratch_header(self) } }
}

extension UnsafeMutablePointer<flow> {
  /// 16 bytes each.
  var localAddress: UnsafeMutableRawPointer { @inline(__always) get { flow_local_address(self) } }
  var remoteAddress: UnsafeMutableRawPointer { @inline(__always) get { flow_remote_address(self) } }
}

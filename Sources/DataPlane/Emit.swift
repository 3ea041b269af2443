/// What came of building a segment. Global functions return numbers.
enum Emission {
  static var done: UInt32 { @inline(__always) get { 0 } }
  /// The frame could not be made as long as the segment.
  static var noRoom: UInt32 { @inline(__always) get { 1 } }
  /// A helper failed that must not fail.
  static var failed: UInt32 { @inline(__always) get { 2 } }
}

/// Makes a frame the segment `index` of a plan: size, payload, headers.
///
/// - Returns: an `Emission`.
@inline(__always)
private func emit<F: OutgoingFrame>(_ frame: F, _ scratch: Scratch, _ plan: Plan, _ index: UInt32) -> UInt32 {
  let outgoing = scratch.outgoing
  outgoing.locate(plan, index)
  guard frame.resize(to: outgoing.pointee.header_length &+ outgoing.pointee.length) else { return Emission.noRoom }
  if outgoing.pointee.length > 0 {
    guard copyPayload(frame, scratch, plan) else { return Emission.failed }
  }
  writeHeader(scratch, plan)
  return storeHeader(frame, scratch, plan) ? Emission.done : Emission.failed
}

/// Puts the headers into the frame.
@inline(__always)
private func storeHeader<F: OutgoingFrame>(_ frame: F, _ scratch: Scratch, _ plan: Plan) -> Bool {
  let length = scratch.outgoing.pointee.header_length
  let start = HeaderLayout.network &- (bpf_opaque(UInt64(plan.path.pointee.network_offset)) & 31)
  guard start <= HeaderLayout.network else { return false }
  let header = UnsafeRawPointer(scratch.header) + Int(start)
  // All but those with both tags and the longest options.
  if length <= 102 { return frame.storeShort(header, length: length, limit: 96, at: 0) }
  return frame.store(header, length: length, limit: 128, at: 0)
}

/// What the global function `emit_segment` does: the received frame, or a copy of it, becomes a segment.
@_cdecl("emit_xdp") @inline(__always)
public func emitXDP(
  _ context: UnsafeMutablePointer<xdp_md>, _ scratch: UnsafeMutablePointer<scratch>,
  _ plan: UnsafeMutablePointer<plan>, _ index: UInt32
) -> UInt32 {
  emit(XDPFrame(context: context, length: FrameBounds(context).length), scratch, plan, index)
}

/// What the global function `emit_segment_skb` does.
@_cdecl("emit_skb") @inline(__always)
public func emitSKB(
  _ skb: UnsafeMutablePointer<__sk_buff>, _ scratch: UnsafeMutablePointer<scratch>,
  _ plan: UnsafeMutablePointer<plan>, _ index: UInt32
) -> UInt32 {
  emit(SKBFrame(skb: skb), scratch, plan, index)
}

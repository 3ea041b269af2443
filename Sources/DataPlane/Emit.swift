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
  return frame.writeHeader(scratch, plan) ? Emission.done : Emission.failed
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

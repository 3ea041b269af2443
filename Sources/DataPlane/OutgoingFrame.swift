/// A frame that a segment is built in: XDP's or tc's.
protocol OutgoingFrame {
  /// Makes it `length` bytes long.
  func resize(to length: UInt32) -> Bool
  /// Writes all headers of `scratch.outgoing`.
  func writeHeader(_ scratch: Scratch, _ plan: Plan) -> Bool
  /// Copies `length` bytes, of a power of two `limit` at the most, to an offset of the frame.
  func store(_ source: UnsafeRawPointer, length: UInt32, limit: UInt64, at offset: UInt32) -> Bool
  /// The same for the few bytes of a short answer, 32 or more, in the quickest way that there is: up to 32
  /// bytes behind `limit` can be read.
  func storeShort(_ source: UnsafeRawPointer, length: UInt32, limit: UInt, at offset: UInt32) -> Bool
  /// The same for the text of a date.
  func storeDate(_ source: UnsafeRawPointer, at offset: UInt32) -> Bool
  /// Copies what one piece does not hold.
  func copyPieces(_ scratch: Scratch, _ plan: Plan)
}

/// A frame of an XDP program.
struct XDPFrame: OutgoingFrame {
  let context: UnsafeMutablePointer<xdp_md>
  /// Its length, bytes.
  let length: UInt32

  @inline(__always)
  func resize(to wanted: UInt32) -> Bool { fit(context, length, wanted) == wanted }

  @inline(__always)
  func writeHeader(_ scratch: Scratch, _ plan: Plan) -> Bool {
    writeHeaders(HeaderFrame(context, networkOffset: plan.path.pointee.network_offset), scratch, plan)
  }

  @inline(__always)
  func store(_ source: UnsafeRawPointer, length: UInt32, limit: UInt64, at offset: UInt32) -> Bool {
    bpf_xdp_store_bytes(context, offset, source, bounded(length, limit: limit)) == 0
  }

  @inline(__always)
  func storeShort(_ source: UnsafeRawPointer, length: UInt32, limit: UInt, at offset: UInt32) -> Bool {
    FrameBounds(context).store(source, length: UInt(length), limit: limit, at: near(offset))
  }

  @inline(__always)
  func storeDate(_ source: UnsafeRawPointer, at offset: UInt32) -> Bool {
    FrameBounds(context).storeDate(source, at: near(offset))
  }

  /// An offset below 512, as the verifier has to see it.
  @inline(__always)
  private func near(_ offset: UInt32) -> UInt { UInt(bpf_opaque(UInt64(offset)) & 511) }

  @inline(__always)
  func copyPieces(_ scratch: Scratch, _ plan: Plan) {
    var loop = copy_context(context: context, scratch: scratch, plan: plan)
    _ = copy_pieces_loop(pieceLimit, &loop)
  }
}

/// A frame of a tc program.
struct SKBFrame: OutgoingFrame {
  let skb: UnsafeMutablePointer<__sk_buff>

  @inline(__always)
  func resize(to length: UInt32) -> Bool { bpf_skb_change_tail(skb, length, 0) == 0 }

  @inline(__always)
  func writeHeader(_ scratch: Scratch, _ plan: Plan) -> Bool {
    guard writeHeaders(HeaderMemory(base: scratch.header), scratch, plan) else { return false }
    let start = bpf_opaque(HeaderLayout.network &- UInt64(plan.path.pointee.network_offset)) & 31
    return store(
      UnsafeRawPointer(scratch.header) + Int(start), length: scratch.outgoing.pointee.header_length, limit: 128, at: 0)
  }

  @inline(__always)
  func store(_ source: UnsafeRawPointer, length: UInt32, limit: UInt64, at offset: UInt32) -> Bool {
    bpf_skb_store_bytes(skb, offset, source, bounded(length, limit: limit), 0) == 0
  }

  @inline(__always)
  func storeShort(_ source: UnsafeRawPointer, length: UInt32, limit: UInt, at offset: UInt32) -> Bool {
    store(source, length: length, limit: 256, at: offset)
  }

  @inline(__always)
  func storeDate(_ source: UnsafeRawPointer, at offset: UInt32) -> Bool {
    bpf_skb_store_bytes(skb, offset, source, IMFFixdate.length, 0) == 0
  }

  @inline(__always)
  func copyPieces(_ scratch: Scratch, _ plan: Plan) {
    var loop = copy_skb_context(skb: skb, scratch: scratch, plan: plan)
    _ = copy_pieces_skb_loop(pieceLimit, &loop)
  }
}

/// No segment is longer than 9216 bytes. Four answers have up to 28 pieces, texts that were made of requests 32 each,
/// and what is repeated is no shorter than 100 Continue, of which 25 bytes are one piece.
private let pieceLimit: UInt32 = 1200

/// What a frame carries to the programs that turn its copies into segments: which plan of this CPU is theirs.
struct BurstMark {
  let serial: UInt32

  /// A frame that begins so is for a group address, and those are the kernel's: no other frame comes here with it.
  private static var magic: UInt32 { @inline(__always) get { 0x5354_5801 } }

  @inline(__always)
  init(_ serial: UInt32) { self.serial = serial }

  private var word: UInt64 { @inline(__always) get { UInt64(Self.magic) | UInt64(serial) << 32 } }

  /// The mark that a word is; nil if it is none.
  @inline(__always)
  private init?(word: UInt64) {
    guard UInt32(truncatingIfNeeded: word) == Self.magic else { return nil }
    serial = UInt32(truncatingIfNeeded: word >> 32)
  }

  /// Writes it over the frame's beginning, which each segment writes anew.
  @inline(__always)
  func put(_ context: UnsafeMutablePointer<xdp_md>) -> Bool { FrameBounds(context).put(word, at: 0) }

  /// Writes it into the frame's metadata.
  @inline(__always)
  func putBefore(_ context: UnsafeMutablePointer<xdp_md>) -> Bool {
    guard bpf_xdp_adjust_meta(context, -8) == 0 else { return false }
    let meta = UInt(bpf_opaque(UInt64(context.pointee.data_meta)))
    let data = UInt(bpf_opaque(UInt64(context.pointee.data)))
    if meta &+ 8 > data { return false }
    UnsafeMutableRawPointer(bitPattern: meta).unsafelyUnwrapped.assumingMemoryBound(to: UInt64.self).pointee = word
    return true
  }

  /// The mark at a frame's beginning.
  @inline(__always)
  init?(_ context: UnsafeMutablePointer<xdp_md>) { self.init(word: FrameBounds(context).word(at: 0)) }

  /// The mark in a packet's metadata.
  @inline(__always)
  init?(_ skb: UnsafeMutablePointer<__sk_buff>) {
    let meta = UInt(bpf_opaque(UInt64(skb.pointee.data_meta)))
    let data = UInt(bpf_opaque(UInt64(skb.pointee.data)))
    if meta &+ 8 > data { return nil }
    self.init(
      word: UnsafeRawPointer(bitPattern: meta).unsafelyUnwrapped.load(as: UInt64.self))
  }

  /// The plan, if it is still there.
  @inline(__always)
  func plan() -> Plan? {
    var place = serial & UInt32(PLAN_SLOTS - 1)
    guard let plan = plans_lookup(&place), plan.pointee.serial == serial else { return nil }
    return plan
  }
}

/// The frame that circles through the pump's pair of interfaces: no host is meant by it, and nobody else sees it.
enum PumpFrame {
  /// As it is when it begins. No less: the kernel does not make a local sender's packet shorter than to where its TCP
  /// checksum is still to be filled in, 80 bytes behind two tags and IPv6.
  static var awakeLength: UInt32 { @inline(__always) get { 96 } }
  /// Addresses, EtherType, two bytes of nothing, token.
  static var headerLength: UInt32 { @inline(__always) get { 24 } }
  /// IEEE 802 local experimental EtherType 1.
  private static var etherType: UInt16 { @inline(__always) get { 0x88b5 } }

  /// Writes its first bytes. `token` tells it from a frame that was taken for lost.
  @inline(__always)
  static func write(to memory: UnsafeMutableRawPointer, token: UInt64) {
    // Locally administered addresses 02:00:00:00:00:00 for both.
    let words = memory.assumingMemoryBound(to: UInt64.self)
    words[0] = 0x0002_0000_0000_0002
    words[1] = UInt64(etherType.bigEndian) << 32
    words[2] = token
  }

  /// Makes a packet of tc's the pump's frame, `length` bytes long.
  @inline(__always)
  static func turn(_ skb: UnsafeMutablePointer<__sk_buff>, _ scratch: Scratch, token: UInt64, length: UInt32) -> Bool {
    guard bpf_skb_change_tail(skb, length, 0) == 0 else { return false }
    write(to: scratch.header, token: token)
    return bpf_skb_store_bytes(skb, 0, scratch.header, headerLength, 0) == 0
  }

  /// The token of a pump's frame; 0 if it is none.
  @inline(__always)
  static func token(of skb: UnsafeMutablePointer<__sk_buff>, _ scratch: Scratch) -> UInt64 {
    guard skb.pointee.protocol == UInt32(etherType.bigEndian),
      bpf_skb_load_bytes(skb, 0, scratch.header, headerLength) == 0
    else { return 0 }
    return scratch.header.load(fromByteOffset: 16, as: UInt64.self)
  }
}

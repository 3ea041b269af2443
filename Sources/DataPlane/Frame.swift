/// A received frame's first bytes, in this CPU's working memory: fields at any offset can be read without a check
/// against the packet's end at each.
struct Frame {
  let base: UnsafeRawPointer

  /// The bytes from `offset` on. The mask lets the verifier see the bound, and the barrier keeps it in the code; what
  /// lies behind the received bytes is left over from other frames, so lengths are checked first.
  @inline(__always)
  init(_ scratch: Scratch, from offset: UInt32 = 0) {
    let bounded = bpf_opaque(UInt64(offset)) & 0x1ff
    base = UnsafeRawPointer(scratch) + Int(2 &+ bounded)
  }

  @inline(__always)
  func byte(_ offset: Int) -> UInt8 { base.load(fromByteOffset: offset, as: UInt8.self) }

  /// A 16-bit field in network byte order.
  @inline(__always)
  func short(_ offset: Int) -> UInt16 { UInt16(bigEndian: raw(offset, UInt16.self)) }

  /// A 32-bit field in network byte order.
  @inline(__always)
  func word(_ offset: Int) -> UInt32 { UInt32(bigEndian: raw(offset, UInt32.self)) }

  /// Memory as it lies. The processors that we run on load from any address, and so may a program that is compiled
  /// for them; only LLVM would take a load that says it is unaligned apart into bytes.
  @inline(__always)
  func raw<T>(_ offset: Int, _ type: T.Type) -> T { base.load(fromByteOffset: offset, as: type) }
}

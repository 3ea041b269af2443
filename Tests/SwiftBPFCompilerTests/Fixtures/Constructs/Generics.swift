protocol Digest {
  init()
  mutating func take(_ byte: UInt8)
  var value: UInt32 { get }
}

struct FNV1a: Digest {
  var value: UInt32 = 2_166_136_261
  @inline(__always) mutating func take(_ byte: UInt8) { value = (value ^ UInt32(byte)) &* 16_777_619 }
}

struct Sum: Digest {
  var value: UInt32 = 0
  @inline(__always) mutating func take(_ byte: UInt8) { value &+= UInt32(byte) }
}

/// Can't be copied: whoever finishes it has it no more.
struct Digester<D: Digest>: ~Copyable {
  private var digest = D()
  @inline(__always) mutating func take(_ frame: Frame, count: Int) {
    for offset in 0..<count { digest.take(frame.byte(offset)) }
  }
  @inline(__always) consuming func finish() -> UInt32 { digest.value }
}

@inline(__always) func digest<D: Digest>(_ frame: Frame, as: D.Type) -> UInt32 {
  var digester = Digester<D>()
  digester.take(frame, count: 16)
  return digester.finish()
}

@_cdecl("swift_generics")
func generics(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  guard let frame = Frame(context) else { return XDP_ABORTED }
  return frame.answer(UInt64(digest(frame, as: FNV1a.self)) << 32 | UInt64(digest(frame, as: Sum.self)))
}

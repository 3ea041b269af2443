/// Text that must come through unharmed although it looks like parts of a module.
let text: StaticString = "target triple = noinline @swift_retain swiftcc protected personality"

/// A table of constants, in .rodata.
let primes: (UInt16, UInt16, UInt16, UInt16, UInt16, UInt16, UInt16, UInt16) = (2, 3, 5, 7, 11, 13, 17, 19)

/// A global that changes, in .data.
nonisolated(unsafe) var runs: UInt32 = 40

@_cdecl("swift_constants")
func constants(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  guard let frame = Frame(context) else { return XDP_ABORTED }
  runs &+= 1
  let letter = text.utf8Start[Int(frame[0] & 63)]
  let prime = withUnsafeBytes(of: primes) { $0.load(fromByteOffset: Int(frame[1] & 7) &* 2, as: UInt16.self) }
  return frame.answer(UInt64(runs) << 32 | UInt64(letter) << 16 | UInt64(prime))
}

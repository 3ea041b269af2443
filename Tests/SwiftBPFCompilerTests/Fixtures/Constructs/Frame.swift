/// The 64 bytes of a test's frame: input from byte 16 on, the result in the eight bytes from 48 on.
struct Frame {
  let bytes: UnsafeMutableRawPointer

  @inline(__always) init?(_ context: UnsafeMutablePointer<xdp_md>) {
    let start = UInt(context.pointee.data)
    if start &+ UInt(FRAME_LENGTH) > UInt(context.pointee.data_end) { return nil }
    bytes = UnsafeMutableRawPointer(bitPattern: start).unsafelyUnwrapped
  }

  /// The input as 32-bit words.
  @inline(__always) subscript(word: Int) -> UInt32 {
    bytes.load(fromByteOffset: Int(INPUT_OFFSET) &+ word &* 4, as: UInt32.self)
  }

  @inline(__always) func byte(_ offset: Int) -> UInt8 {
    bytes.load(fromByteOffset: Int(INPUT_OFFSET) &+ offset, as: UInt8.self)
  }

  /// Writes the result, and has the frame sent back.
  @inline(__always) func answer(_ result: UInt64) -> Int32 {
    bytes.storeBytes(of: result, toByteOffset: Int(RESULT_OFFSET), as: UInt64.self)
    return XDP_TX
  }
}

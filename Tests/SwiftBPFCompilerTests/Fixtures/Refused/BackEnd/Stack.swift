typealias Words = (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)
typealias Page = (Words, Words, Words, Words, Words, Words, Words, Words, Words, Words)

@_cdecl("swift_stack") func stack(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  let none: Words = (0, 0, 0, 0, 0, 0, 0, 0)
  var page: Page = (none, none, none, none, none, none, none, none, none, none)  // expect: 512 bytes
  return withUnsafeMutableBytes(of: &page) { bytes in
    bytes.storeBytes(of: 7, toByteOffset: Int(context.pointee.rx_queue_index & 63), as: UInt8.self)
    let start = bytes.baseAddress.unsafelyUnwrapped
    return Int32(
      truncatingIfNeeded: values_update(
        start.assumingMemoryBound(to: UInt32.self), start.assumingMemoryBound(to: UInt64.self), BPF_ANY))
  }
}

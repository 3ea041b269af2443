/// A number that tells a flow from the one whose slot in the table it may have taken over, never 0. A slot of a
/// preallocated hash map can be given to another flow at any moment, so after a session has been claimed this number is
/// compared. It is a sum of products, which the processor computes side by side.
@inline(__always)
func identity(of flow: UnsafeMutablePointer<flow>) -> UInt32 {
  let words = UnsafeMutableRawPointer(flow)
  let sum = words.load(fromByteOffset: 0, as: UInt64.self) &* 0x9e37_79b9_7f4a_7c15
    &+ words.load(fromByteOffset: 8, as: UInt64.self) &* 0xc2b2_ae3d_27d4_eb4f
    &+ words.load(fromByteOffset: 16, as: UInt64.self) &* 0x1656_67b1_9e37_79f9
    &+ words.load(fromByteOffset: 24, as: UInt64.self) &* 0x27d4_eb2f_1656_67c5
    &+ words.load(fromByteOffset: 32, as: UInt64.self) &* 0x85eb_ca77_c2b2_ae63
  return UInt32(truncatingIfNeeded: sum >> 32) | 1
}

/// SipHash-2-4 of a flow under the configuration's secret: F of RFC 6528.
@inline(never)
func secretHash(_ flow: UnsafeMutablePointer<flow>, _ configuration: UnsafeMutablePointer<configuration>) -> UInt64 {
  let words = UnsafeMutableRawPointer(flow)
  var hash = SipHash(key0: configuration.pointee.secret.0, key1: configuration.pointee.secret.1)
  hash.combine(words.load(fromByteOffset: 0, as: UInt64.self))
  hash.combine(words.load(fromByteOffset: 8, as: UInt64.self))
  hash.combine(words.load(fromByteOffset: 16, as: UInt64.self))
  hash.combine(words.load(fromByteOffset: 24, as: UInt64.self))
  hash.combine(words.load(fromByteOffset: 32, as: UInt64.self))
  return hash.finalize()
}

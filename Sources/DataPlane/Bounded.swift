/// A length that a helper takes, in a form in which the verifier sees that it is from 1 to `limit`, a power of two.
/// The length has been checked by other means; Linux 6.1 learns no lower bound from a comparison with zero.
@inline(__always)
func bounded(_ length: UInt32, limit: UInt64) -> UInt32 {
  UInt32(truncatingIfNeeded: (bpf_opaque(UInt64(length &- 1)) & (limit &- 1)) &+ 1)
}

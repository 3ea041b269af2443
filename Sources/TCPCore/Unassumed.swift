/// The same number, of which the optimiser may assume nothing, so that a mask that bounds it stays in the code for the
/// verifier to see.
@inline(__always)
func unassumed(_ number: UInt64) -> UInt64 {
  #if SWIFT_BPF_PROGRAM
    bpf_opaque(number)
  #else
    number
  #endif
}

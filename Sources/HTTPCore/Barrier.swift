/// The same number, of which the optimiser may assume nothing. Compared with a constant it gives a loop an end that the
/// verifier of Linux 6.1 sees: from a comparison of two variables it learns none, and the optimiser would make one
/// comparison of both.
@inline(__always)
func barrier(_ number: UInt) -> UInt {
  #if SWIFT_BPF_PROGRAM
    UInt(bpf_opaque(UInt64(number)))
  #else
    number
  #endif
}

extension ControlBlock {
  /// The same truth, of which the verifier knows nothing. It remembers what each branch has told it, and walks through
  /// what follows once for every combination of what it remembers; a condition that is asked more than once doubles
  /// its way each time, unless it is asked afresh.
  @inline(__always)
  func afresh(_ condition: Bool) -> Bool {
    #if SWIFT_BPF_PROGRAM
      unassumed(UInt64(condition ? 1 : 0) | nothing) != 0
    #else
      condition
    #endif
  }

  /// The same number, likewise.
  @inline(__always)
  func afresh(_ number: UInt32) -> UInt32 {
    #if SWIFT_BPF_PROGRAM
      UInt32(truncatingIfNeeded: unassumed(UInt64(number)) | nothing)
    #else
      number
    #endif
  }

  /// Zero, which the verifier can't know: no shift count is above 14.
  @inline(__always)
  private var nothing: UInt64 { UInt64(receiveScale >> 4) }
}

/// Hands over to the program in the slot that word 0 names; comes back only where there is none.
@_cdecl("swift_tail_caller")
func tailCaller(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  guard let frame = Frame(context) else { return XDP_ABORTED }
  programs_tail_call(context, frame[0])
  return XDP_PASS
}

@_cdecl("swift_tail_target")
func tailTarget(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  guard let frame = Frame(context) else { return XDP_ABORTED }
  return frame.answer(UInt64(frame[1]) &* 7)
}

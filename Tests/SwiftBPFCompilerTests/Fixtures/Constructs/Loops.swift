/// Sums 32 bytes: a loop with a bound that the compiler sees.
@_cdecl("swift_bounded_loop")
func boundedLoop(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  guard let frame = Frame(context) else { return XDP_ABORTED }
  var sum: UInt64 = 0
  for offset in 0..<32 { sum &+= UInt64(frame.byte(offset)) }
  return frame.answer(sum)
}

struct Fibonacci {
  var previous: UInt64 = 0
  var current: UInt64 = 1
  var limit: UInt64
}

/// The first Fibonacci number beyond word 0: a loop of unknown length, which the verifier walks once.
@_cdecl("swift_helper_loop")
func helperLoop(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  guard let frame = Frame(context) else { return XDP_ABORTED }
  var state = Fibonacci(limit: UInt64(frame[0]))
  let turns = bpf_loop(1000, { _, context in
    let state = context.assumingMemoryBound(to: Fibonacci.self)
    let next = state.pointee.previous &+ state.pointee.current
    state.pointee.previous = state.pointee.current
    state.pointee.current = next
    return next > state.pointee.limit ? 1 : 0
  }, &state, 0)
  return frame.answer(UInt64(UInt32(truncatingIfNeeded: turns)) << 32 | state.current)
}

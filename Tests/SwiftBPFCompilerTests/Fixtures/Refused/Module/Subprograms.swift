@inline(never)
func six(  // expect: takes at most five arguments
  _ a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64, _ e: UInt64, _ f: UInt64
) -> UInt64 {
  (a ^ b) &+ (c ^ d) &* (e | f)
}

@_cdecl("swift_arguments") func arguments(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  let now = bpf_ktime_get_ns()
  return Int32(
    truncatingIfNeeded: six(
      now, now &+ 1, now &* 3, bpf_ktime_get_ns(), bpf_ktime_get_ns(), bpf_ktime_get_ns()))
}

struct Pair { var first: UInt64, second: UInt64 }

@inline(never)
func pair(_ seed: UInt64) -> Pair {  // expect: returns one value of at most 64 bits
  Pair(first: seed ^ bpf_ktime_get_ns(), second: bpf_ktime_get_ns())
}

@_cdecl("swift_result") func result(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  let pair = pair(bpf_ktime_get_ns())
  return Int32(truncatingIfNeeded: pair.first &+ pair.second)
}

enum Problem: Error { case late(UInt64), odd }

@inline(never)
func check(_ limit: UInt64) throws(Problem) -> UInt64 {  // expect: returns one value of at most 64 bits
  let now = bpf_ktime_get_ns()
  if now > limit { throw .late(now) }
  return now &* limit
}

@_cdecl("swift_thrown") func thrown(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  do {
    return Int32(truncatingIfNeeded: try check(4))
  } catch {
    if case .late(let time) = error { return Int32(truncatingIfNeeded: time) }
    return 1
  }
}

@_cdecl("swift_divide") func divide(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  let value = Int64(truncatingIfNeeded: bpf_ktime_get_ns())
  return Int32(truncatingIfNeeded: value / 10)  // expect: divides only unsigned
}

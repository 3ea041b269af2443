@_cdecl("swift_floating_point") func floatingPoint(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  let value = Double(context.pointee.data)  // expect: no floating point
  return Int32(value * 1.5)  // expect: no floating point
}

@_cdecl("swift_signed_division") func signedDivision(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  let value = Int64(truncatingIfNeeded: bpf_ktime_get_ns())
  return Int32(truncatingIfNeeded: value / Int64(context.pointee.rx_queue_index))  // expect: divides only unsigned
}

@_cdecl("swift_wide_arithmetic") func wideArithmetic(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  let value = bpf_ktime_get_ns()
  let product = value.multipliedFullWidth(by: bpf_ktime_get_ns())  // expect: no 128-bit arithmetic
  return Int32(truncatingIfNeeded: product.high)
}

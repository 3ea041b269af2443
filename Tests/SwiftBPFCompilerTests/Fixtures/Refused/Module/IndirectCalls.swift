func one(_ a: UInt64) -> UInt64 { a &* bpf_ktime_get_ns() }
func two(_ a: UInt64) -> UInt64 { a ^ bpf_ktime_get_ns() }

@_cdecl("swift_function_value") func functionValue(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  let function = context.pointee.rx_queue_index == 1 ? one : two
  return Int32(truncatingIfNeeded: function(3))  // expect: no indirect calls; no reference counting
}

@_cdecl("swift_function_pointer") func functionPointer(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  let function = unsafeBitCast(UInt(bpf_ktime_get_ns()), to: (@convention(c) (UInt64) -> UInt64).self)
  return Int32(truncatingIfNeeded: function(3))  // expect: no indirect calls
}

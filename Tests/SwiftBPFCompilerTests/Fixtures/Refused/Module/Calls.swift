@_cdecl("swift_printing") func printing(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  print("hello")  // expect: bpf_trace_printk
  return 2
}

@_cdecl("swift_undefined") func undefined(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  defined_nowhere(context.pointee.data)  // expect: calls defined_nowhere, which neither
}

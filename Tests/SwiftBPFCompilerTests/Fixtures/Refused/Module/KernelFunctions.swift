@_cdecl("swift_kernel_function") func kernelFunction(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  bpf_rcu_read_lock()  // expect: call it in a C function of the glue
  return XDP_PASS
}

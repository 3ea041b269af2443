import Synchronization

@_cdecl("swift_variable_copy") func variableCopy(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  let frame = UnsafeMutableRawPointer(bitPattern: UInt(context.pointee.data)).unsafelyUnwrapped
  frame.copyMemory(from: frame + 100, byteCount: Int(context.pointee.rx_queue_index & 63))  // expect: no memmove
  return 2
}

struct Lazy { static let made = UInt32(truncatingIfNeeded: bpf_ktime_get_ns()) }  // expect: give it a constant value

@_cdecl("swift_lazy_global") func lazyGlobal(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  Int32(bitPattern: Lazy.made)
}

@_cdecl("swift_atomics") func atomics(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  var key: UInt32 = 0
  guard let value = values_lookup(&key) else { return 0 }
  let atomic = UnsafeMutableRawPointer(value).assumingMemoryBound(to: Atomic<UInt64>.self)
  atomic.pointee.wrappingAdd(1, ordering: .relaxed)
  atomic.pointee.max(7, ordering: .relaxed)  // expect: no atomic max
  return Int32(truncatingIfNeeded: atomic.pointee.load(ordering: .relaxed))  // expect: no atomic load or store
}

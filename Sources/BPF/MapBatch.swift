import CLibBPF
import Glibc

extension Map {
  /// Every entry, many in a system call (BPF_MAP_LOOKUP_BATCH): for hashes and arrays.
  ///
  /// Entries that come or go meanwhile may be met or not; none is met twice.
  /// - Parameters:
  ///   - flags: `lock` reads each value that has a bpf_spin_lock as a whole.
  ///   - batchSize: entries asked for at once; grows by itself where a hash bucket holds more.
  public func forEachEntry<Key, Value>(
    key: Key.Type, value: Value.Type, flags: LookupFlags = [], batchSize: Int = 1024,
    _ body: (Key, Value) throws -> Void
  ) throws {
    try check(key: Key.self)
    try check(value: Value.self)
    var capacity = max(batchSize, 1)
    // The kernel's cursor: a bucket's number, or for some maps a key.
    var cursor = [UInt8](repeating: 0, count: max(info.keySize, 8))
    var isFirst = true
    var options = bpf_map_batch_opts()
    options.sz = optionsSize(through: \bpf_map_batch_opts.flags)
    options.elem_flags = flags.rawValue
    while true {
      var count = UInt32(capacity)
      var next = cursor
      let keys = UnsafeMutableBufferPointer<Key>.allocate(capacity: capacity)
      let values = UnsafeMutableBufferPointer<Value>.allocate(capacity: capacity)
      defer { keys.deallocate(); values.deallocate() }
      let result = cursor.withUnsafeMutableBytes {
        bpf_map_lookup_batch(descriptor, isFirst ? nil : $0.baseAddress, &next, keys.baseAddress, values.baseAddress,
          &count, &options)
      }
      let number = result == 0 ? 0 : errno
      if number == ENOSPC {
        // One bucket alone holds more than there is room for: ask again from the same place.
        capacity *= 2
        continue
      }
      guard number == 0 || number == ENOENT else { throw BPFError(doing: "read map \(info.name)", result: result) }
      for index in 0..<Int(count) { try body(keys[index], values[index]) }
      // ENOENT says that this was the last batch; it may hold entries all the same.
      if number == ENOENT { return }
      cursor = next
      isFirst = false
    }
  }

  /// How many entries the map holds: counted one by one, since the kernel keeps no count for user space.
  public func entryCount() throws -> Int {
    var count = 0
    try forEachKey { _ in count += 1 }
    return count
  }
}

import CLibBPF
import Glibc

// Maps whose layout is known only while running: keys and values as bytes. A per-CPU map's value is all CPUs'
// values one after the other, each rounded up to 8 bytes.
extension Map {
  /// Bytes that a look-up gives: the value, or every possible CPU's.
  public func transferredValueSize() throws(BPFError) -> Int {
    info.type.isPerCPU ? perCPUStride * (try CPU.possibleCount()) : info.valueSize
  }

  /// The value under `key`, or nil if there is none.
  public func lookup(bytes key: [UInt8], flags: LookupFlags = []) throws(BPFError) -> [UInt8]? {
    try check(key: key)
    var value = [UInt8](repeating: 0, count: try transferredValueSize())
    let result = bpf_map_lookup_elem_flags(descriptor, key, &value, flags.rawValue)
    if result == 0 { return value }
    guard errno == ENOENT else { throw BPFError(doing: "read map \(info.name)", result: result) }
    return nil
  }

  /// Puts `value` under `key`.
  public func update(bytes key: [UInt8], _ value: [UInt8], flags: UpdateFlags = []) throws(BPFError) {
    try check(key: key)
    let size = try transferredValueSize()
    guard value.count == size else {
      throw BPFError("map \(info.name) has values of \(size) bytes, and \(value.count) were given")
    }
    let result = bpf_map_update_elem(descriptor, key, value, flags.rawValue)
    guard result == 0 else { throw updateError(result) }
  }

  /// Deletes what is under `key`, and says whether there was anything.
  @discardableResult
  public func delete(bytes key: [UInt8]) throws(BPFError) -> Bool {
    try check(key: key)
    let result = bpf_map_delete_elem(descriptor, key)
    if result == 0 { return true }
    guard errno == ENOENT else { throw BPFError(doing: "delete from map \(info.name)", result: result) }
    return false
  }

  /// Every key, in the kernel's order. Entries that come or go meanwhile may be met or not, and an entry that is
  /// deleted just when it is reached starts the walk again: a key can come twice then.
  public func forEachKey(_ body: ([UInt8]) throws -> Void) throws {
    var key = [UInt8](repeating: 0, count: info.keySize)
    var result = bpf_map_get_next_key(descriptor, nil, &key)
    while result == 0 {
      try body(key)
      let previous = key
      result = bpf_map_get_next_key(descriptor, previous, &key)
    }
    guard errno == ENOENT else { throw BPFError(doing: "walk map \(info.name)", result: result) }
  }

  private func check(key: [UInt8]) throws(BPFError) {
    guard key.count == info.keySize else {
      throw BPFError("map \(info.name) has keys of \(info.keySize) bytes, and \(key.count) were given")
    }
  }

  /// Bytes from one CPU's value to the next.
  var perCPUStride: Int { (info.valueSize + 7) / 8 * 8 }
}

/// The machine's processors as the kernel counts them.
public enum CPU {
  /// How many there may ever be: the number of values in a per-CPU map's entry.
  public static func possibleCount() throws(BPFError) -> Int {
    let count = libbpf_num_possible_cpus()
    guard count > 0 else { throw BPFError(doing: "count the possible CPUs", result: count) }
    return Int(count)
  }
}

extension Map {
  /// The values under `key`, one a possible CPU in order, or nil if there are none.
  public func lookupPerCPU<Key: BitwiseCopyable, Value: BitwiseCopyable>(
    _ key: Key, as type: Value.Type = Value.self
  ) throws(BPFError) -> [Value]? {
    try check(key: Key.self)
    try check(value: Value.self, perCPU: true)
    let keyBytes = withUnsafeBytes(of: key) { Array($0) }
    guard let bytes = try lookup(bytes: keyBytes) else { return nil }
    return bytes.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: perCPUStride).map { bytes.loadUnaligned(fromByteOffset: $0, as: Value.self) }
    }
  }

  /// Puts `values`, one a possible CPU in order, under `key`.
  public func updatePerCPU<Key: BitwiseCopyable, Value: BitwiseCopyable>(
    _ key: Key, _ values: [Value], flags: UpdateFlags = []
  ) throws(BPFError) {
    try check(key: Key.self)
    try check(value: Value.self, perCPU: true)
    var bytes = [UInt8](repeating: 0, count: perCPUStride * values.count)
    for (index, value) in values.enumerated() {
      withUnsafeBytes(of: value) { source in
        bytes.replaceSubrange(index * perCPUStride..<index * perCPUStride + source.count, with: source)
      }
    }
    try update(bytes: withUnsafeBytes(of: key) { Array($0) }, bytes, flags: flags)
  }
}

import CLibBPF

// Maps that no object has. They go with the last descriptor, pin, program or outer map that holds them.
extension Map {
  /// Makes a map.
  /// - Parameters:
  ///   - name: at most 15 bytes: the kernel keeps no more.
  ///   - keySize: bytes, as `valueSize`.
  public init(
    creating type: MapType, name: String, keySize: Int, valueSize: Int, maxEntries: UInt32, flags: CreationFlags = []
  ) throws(BPFError) {
    var options = bpf_map_create_opts()
    options.map_flags = flags.rawValue
    let number = try Map.create(
      bpf_map_type(rawValue: type.rawValue), name, keySize: keySize, valueSize: valueSize, maxEntries, &options)
    try self.init(owning: number)
  }

  /// Makes an array whose values are maps, all laid out as `inner` is.
  public init(
    creatingArrayOfMapsLike inner: borrowing Map, name: String, maxEntries: UInt32
  ) throws(BPFError) {
    var options = bpf_map_create_opts()
    options.inner_map_fd = UInt32(bitPattern: inner.descriptor)
    let number = try Map.create(BPF_MAP_TYPE_ARRAY_OF_MAPS, name, keySize: 4, valueSize: 4, maxEntries, &options)
    try self.init(owning: number)
  }

  private static func create(
    _ type: bpf_map_type, _ name: String, keySize: Int, valueSize: Int, _ maxEntries: UInt32,
    _ options: inout bpf_map_create_opts
  ) throws(BPFError) -> Int32 {
    MemoryLimit.raise()
    options.sz = optionsSize(through: \bpf_map_create_opts.map_flags)
    let number = bpf_map_create(type, name, UInt32(keySize), UInt32(valueSize), maxEntries, &options)
    guard number >= 0 else { throw BPFError(doing: "create map \(name)", result: number) }
    return number
  }
}

/// How a map is made.
public struct CreationFlags: OptionSet, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }
  /// User space can map the values into its memory (BPF_F_MMAPABLE).
  public static let mappable = CreationFlags(rawValue: UInt32(BPF_F_MMAPABLE))
  /// The array fits into an outer map whatever its number of entries (BPF_F_INNER_MAP).
  public static let innerOfAnySize = CreationFlags(rawValue: UInt32(BPF_F_INNER_MAP))
}

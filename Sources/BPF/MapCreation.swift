import CLibBPF

extension Map {
  /// Makes a map of its own, which no object has. It goes with the last descriptor, pin, program or outer map that
  /// holds it.
  /// - Parameters:
  ///   - name: at most 15 bytes: the kernel keeps no more.
  ///   - keySize: bytes, as `valueSize`.
  public init(
    creating type: MapType, name: String, keySize: Int, valueSize: Int, maxEntries: UInt32, flags: CreationFlags = []
  ) throws(BPFError) {
    MemoryLimit.raise()
    var options = bpf_map_create_opts()
    options.sz = optionsSize(through: \bpf_map_create_opts.map_flags)
    options.map_flags = flags.rawValue
    let number = bpf_map_create(
      bpf_map_type(rawValue: type.rawValue), name, UInt32(keySize), UInt32(valueSize), maxEntries, &options)
    guard number >= 0 else { throw BPFError(doing: "create map \(name)", result: number) }
    try self.init(owning: number)
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

import CLibBPF

/// What the kernel says of a map (struct bpf_map_info of linux/bpf.h).
public struct MapInfo: Sendable, Equatable {
  public let id: UInt32
  /// At most 15 bytes: the kernel keeps no more.
  public let name: String
  public let type: MapType
  /// Bytes; 0 for queues and ring buffers.
  public let keySize: Int
  /// Bytes of one value; a per-CPU map has one for each possible CPU.
  public let valueSize: Int
  public let maxEntries: UInt32
  /// BPF_F_* of linux/bpf.h.
  public let flags: UInt32

  /// Whether user space can map the values into its memory (BPF_F_MMAPABLE).
  public var isMappable: Bool { flags & UInt32(BPF_F_MMAPABLE) != 0 }

  init(descriptor: Int32) throws(BPFError) {
    var raw = bpf_map_info()
    var length = UInt32(MemoryLayout<bpf_map_info>.size)
    let result = bpf_obj_get_info_by_fd(descriptor, &raw, &length)
    guard result == 0 else { throw BPFError(doing: "ask the kernel about a map", result: result) }
    id = raw.id
    name = string(fromFixed: raw.name)
    type = MapType(rawValue: raw.type)
    keySize = Int(raw.key_size)
    valueSize = Int(raw.value_size)
    maxEntries = raw.max_entries
    flags = raw.map_flags
  }
}

/// enum bpf_map_type of linux/bpf.h. Open: newer kernels have more than are named here.
public struct MapType: RawRepresentable, Hashable, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }
  private init(_ type: bpf_map_type) { rawValue = type.rawValue }

  public static let hash = MapType(BPF_MAP_TYPE_HASH)
  public static let array = MapType(BPF_MAP_TYPE_ARRAY)
  public static let programArray = MapType(BPF_MAP_TYPE_PROG_ARRAY)
  public static let perCPUHash = MapType(BPF_MAP_TYPE_PERCPU_HASH)
  public static let perCPUArray = MapType(BPF_MAP_TYPE_PERCPU_ARRAY)
  public static let lruHash = MapType(BPF_MAP_TYPE_LRU_HASH)
  public static let lruPerCPUHash = MapType(BPF_MAP_TYPE_LRU_PERCPU_HASH)
  public static let arrayOfMaps = MapType(BPF_MAP_TYPE_ARRAY_OF_MAPS)
  public static let deviceMap = MapType(BPF_MAP_TYPE_DEVMAP)
  public static let queue = MapType(BPF_MAP_TYPE_QUEUE)
  public static let ringBuffer = MapType(BPF_MAP_TYPE_RINGBUF)

  /// Whether the kernel keeps a value for each possible CPU.
  public var isPerCPU: Bool { self == .perCPUHash || self == .perCPUArray || self == .lruPerCPUHash }
}

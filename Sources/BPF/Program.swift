import CLibBPF
import Glibc

/// What the kernel says of a loaded program (struct bpf_prog_info of linux/bpf.h).
public struct ProgramInfo: Sendable, Equatable {
  public let id: UInt32
  /// At most 15 bytes: the kernel keeps no more.
  public let name: String
  /// The hash of the program's instructions, 16 hexadecimal digits.
  public let tag: String
  /// BPF_PROG_TYPE_* of linux/bpf.h.
  public let type: UInt32
  public let mapIDs: [UInt32]
  /// Nanoseconds since boot.
  public let loadedAt: UInt64
  /// Counted only while the sysctl kernel.bpf_stats_enabled is 1.
  public let runCount: UInt64
  /// Nanoseconds in all those runs.
  public let runTime: UInt64
  /// How many instructions the verifier walked, of at most 1,000,000.
  public let verifiedInstructions: UInt32
}

/// A loaded program. Owns a descriptor: the program stays at least as long as this does.
public struct Program: ~Copyable, Sendable {
  private let handle: Descriptor

  /// For system calls of one's own; closed with this value.
  public var descriptor: Int32 { handle.number }

  init(owning number: Int32) { handle = Descriptor(owning: number) }

  init(duplicating number: Int32) throws(BPFError) { handle = try Descriptor(duplicating: number) }

  /// The loaded program that the kernel knows by `id`.
  public init(id: UInt32) throws(BPFError) {
    let number = bpf_prog_get_fd_by_id(id)
    guard number >= 0 else { throw BPFError(doing: "open program \(id)", result: number) }
    self.init(owning: number)
  }

  /// The program pinned at `path`.
  public init(pinned path: String) throws(BPFError) {
    self.init(owning: try Pin.open(path, .program))
  }

  /// The identifiers of all programs that are loaded.
  public static func ids() throws(BPFError) -> [UInt32] {
    try identifiers(bpf_prog_get_next_id, of: "programs")
  }

  /// Name, tag, maps and run time counters as they are now.
  public func info() throws(BPFError) -> ProgramInfo {
    var mapIDs: [UInt32] = []
    var raw = bpf_prog_info()
    // The first call tells how many maps there are, the second one fills the list.
    for _ in 0..<2 {
      let count = Int(raw.nr_map_ids)
      mapIDs = [UInt32](repeating: 0, count: count)
      raw = bpf_prog_info()
      let result = mapIDs.withUnsafeMutableBufferPointer { list -> Int32 in
        raw.nr_map_ids = UInt32(count)
        raw.map_ids = list.baseAddress.map { UInt64(UInt(bitPattern: $0)) } ?? 0
        var length = UInt32(MemoryLayout<bpf_prog_info>.size)
        return bpf_obj_get_info_by_fd(descriptor, &raw, &length)
      }
      guard result == 0 else { throw BPFError(doing: "ask the kernel about a program", result: result) }
    }
    let tag = withUnsafeBytes(of: raw.tag) { bytes in
      bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
    return ProgramInfo(
      id: raw.id, name: string(fromFixed: raw.name), tag: tag, type: raw.type,
      mapIDs: Array(mapIDs.prefix(Int(raw.nr_map_ids))), loadedAt: raw.load_time, runCount: raw.run_cnt,
      runTime: raw.run_time_ns, verifiedInstructions: raw.verified_insns)
  }

  /// Makes the program hold a map that it does not use itself: `mapIDs` names it then, and it stays as long as the
  /// program does.
  public func bind(_ map: borrowing Map) throws(BPFError) {
    let result = bpf_prog_bind_map(descriptor, map.descriptor, nil)
    guard result == 0 else { throw BPFError(doing: "bind map \(map.info.name) to a program", result: result) }
  }

  /// Keeps the program alive without this process, under `path` in a bpffs.
  public func pin(_ path: String) throws(BPFError) {
    try Pin.create(descriptor, path: path, what: "a program")
  }
}

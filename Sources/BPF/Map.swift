import CLibBPF
import Glibc
import SystemPackage

/// A map in the kernel. Owns a descriptor: the map stays at least as long as this does.
///
/// Keys and values are plain data: C structures shared with the program, or integers. Their size is checked against
/// the map's at every call, so a structure that has grown on one side only is an error and not a torn value. They
/// need not be BitwiseCopyable, since C structures that hold a bpf_timer are not in Swift's eyes; types that are not
/// plain data are refused while running.
public struct Map: ~Copyable, Sendable {
  private let handle: Descriptor
  /// Taken when the map was opened; none of it changes.
  public let info: MapInfo

  /// For system calls of one's own; closed with this value.
  public var descriptor: Int32 { handle.number }

  init(owning number: Int32) throws(BPFError) {
    let handle = Descriptor(owning: number)
    info = try MapInfo(descriptor: number)
    self.handle = handle
  }

  init(duplicating number: Int32) throws(BPFError) {
    let handle = try Descriptor(duplicating: number)
    info = try MapInfo(descriptor: handle.number)
    self.handle = handle
  }

  /// The map that the kernel knows by `id`.
  public init(id: UInt32) throws(BPFError) {
    let number = bpf_map_get_fd_by_id(id)
    guard number >= 0 else { throw BPFError(doing: "open map \(id)", result: number) }
    try self.init(owning: number)
  }

  /// The map pinned at `path`.
  public init(pinned path: String) throws(BPFError) {
    try self.init(owning: try Pin.open(path, .map))
  }

  /// The one map of that name among all that the kernel has; an error if there is none or more than one.
  public init(named name: String) throws(BPFError) {
    var found: [UInt32] = []
    for id in try Map.ids() {
      // A map may go between listing and opening; then it was not the one looked for.
      guard let map = try? Map(id: id), map.info.name == name else { continue }
      found.append(id)
    }
    guard let id = found.first else { throw BPFError("no map is named \(name)", code: .noSuchFileOrDirectory) }
    guard found.count == 1 else {
      let list = found.map { String($0) }.joined(separator: ", ")
      throw BPFError("\(found.count) maps are named \(name)", mend: "open one of them by its id: \(list)")
    }
    try self.init(id: id)
  }

  /// The identifiers of all maps that the kernel has.
  public static func ids() throws(BPFError) -> [UInt32] {
    try identifiers(bpf_map_get_next_id, of: "maps")
  }

  /// Keeps the map alive without this process, under `path` in a bpffs.
  public func pin(_ path: String) throws(BPFError) {
    try Pin.create(descriptor, path: path, what: "map \(info.name)")
  }

  /// The same in place of what is pinned there, in one step.
  public func pin(replacing path: String) throws(BPFError) {
    try Pin.replace(descriptor, path: path, what: "map \(info.name)")
  }

  /// Makes the map read-only for user space, for ever.
  public func freeze() throws(BPFError) {
    let result = bpf_map_freeze(descriptor)
    guard result == 0 else { throw BPFError(doing: "freeze map \(info.name)", result: result) }
  }

  /// The value under `key`, or nil if there is none.
  /// - Parameter flags: `lock` reads a value that has a bpf_spin_lock as a whole, never half changed.
  public func lookup<Key, Value>(
    _ key: Key, as type: Value.Type = Value.self, flags: LookupFlags = []
  ) throws(BPFError) -> Value? {
    try check(key: Key.self)
    try check(value: Value.self)
    return try withUnsafeTemporaryValue(of: Value.self) { (value) throws(BPFError) in
      let result = withUnsafePointer(to: key) { bpf_map_lookup_elem_flags(descriptor, $0, value, flags.rawValue) }
      guard result != 0 else { return true }
      guard errno == ENOENT else { throw BPFError(doing: "read map \(info.name)", result: result) }
      return false
    }
  }

  /// Puts `value` under `key`.
  public func update<Key, Value>(
    _ key: Key, _ value: Value, flags: UpdateFlags = []
  ) throws(BPFError) {
    try check(key: Key.self)
    try check(value: Value.self)
    let result = withUnsafePointer(to: key) { key in
      withUnsafePointer(to: value) { bpf_map_update_elem(descriptor, key, $0, flags.rawValue) }
    }
    guard result == 0 else { throw updateError(result) }
  }

  /// Deletes what is under `key`.
  /// - Returns: whether there was anything.
  @discardableResult
  public func delete<Key>(_ key: Key) throws(BPFError) -> Bool {
    try check(key: Key.self)
    let result = withUnsafePointer(to: key) { bpf_map_delete_elem(descriptor, $0) }
    if result == 0 { return true }
    guard errno == ENOENT else { throw BPFError(doing: "delete from map \(info.name)", result: result) }
    return false
  }

  func updateError(_ result: Int32) -> BPFError {
    switch errno {
    case E2BIG:
      return BPFError("map \(info.name) is full: it holds \(info.maxEntries) entries", code: Errno(rawValue: E2BIG))
    case EEXIST: return BPFError("map \(info.name) has that key already", code: .fileExists)
    default: return BPFError(doing: "write map \(info.name)", result: result)
    }
  }
}

/// How a value is read.
public struct LookupFlags: OptionSet, Sendable {
  public let rawValue: UInt64
  public init(rawValue: UInt64) { self.rawValue = rawValue }
  /// Take the value's bpf_spin_lock meanwhile (BPF_F_LOCK).
  public static let lock = LookupFlags(rawValue: 4)
}

/// Under what condition a value is written.
public struct UpdateFlags: OptionSet, Sendable {
  public let rawValue: UInt64
  public init(rawValue: UInt64) { self.rawValue = rawValue }
  /// Only if the key is new (BPF_NOEXIST).
  public static let create = UpdateFlags(rawValue: 1)
  /// Only if the key is there (BPF_EXIST).
  public static let replace = UpdateFlags(rawValue: 2)
  /// Take the value's bpf_spin_lock meanwhile (BPF_F_LOCK).
  public static let lock = UpdateFlags(rawValue: 4)
}

extension Map {
  func check<Key>(key: Key.Type) throws(BPFError) {
    guard _isPOD(Key.self) else { throw BPFError("\(Key.self) is not plain data, as a map's key has to be") }
    guard MemoryLayout<Key>.size == info.keySize else {
      throw BPFError(
        "map \(info.name) has keys of \(info.keySize) bytes, and \(Key.self) has \(MemoryLayout<Key>.size)")
    }
  }

  /// The values of a per-CPU map are read and written all at once, by functions of their own.
  func check<Value>(value: Value.Type, perCPU: Bool = false) throws(BPFError) {
    guard _isPOD(Value.self) else { throw BPFError("\(Value.self) is not plain data, as a map's value has to be") }
    guard MemoryLayout<Value>.size == info.valueSize else {
      throw BPFError(
        "map \(info.name) has values of \(info.valueSize) bytes, and \(Value.self) has \(MemoryLayout<Value>.size)")
    }
    guard info.type.isPerCPU == perCPU else {
      throw BPFError("map \(info.name) has \(perCPU ? "no " : "")values for each CPU")
    }
  }

  /// Lets `fill` write a value and gives it, or nil if `fill` says that there is none.
  private func withUnsafeTemporaryValue<Value>(
    of type: Value.Type, fill: (UnsafeMutableRawPointer) throws(BPFError) -> Bool
  ) throws(BPFError) -> Value? {
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: max(MemoryLayout<Value>.size, 1), alignment: max(MemoryLayout<Value>.alignment, 8))
    defer { memory.deallocate() }
    return try fill(memory) ? memory.load(as: Value.self) : nil
  }
}

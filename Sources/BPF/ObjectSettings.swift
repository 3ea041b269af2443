import CLibBPF
import Glibc

// What can be changed between opening an object and loading it.
extension Object {
  /// Sets how many entries a map will hold.
  public func setMaxEntries(of map: String, to count: UInt32) throws(BPFError) {
    let result = bpf_map__set_max_entries(try find(map: map), count)
    guard result == 0 else { throw BPFError(doing: "size map \(map) for \(count) entries", result: result) }
  }

  /// How many entries a map will hold.
  public func maxEntries(of map: String) throws(BPFError) -> UInt32 {
    bpf_map__max_entries(try find(map: map))
  }

  /// Makes `load` take the map pinned at `path` if there is one of the same layout, and pin a new one there if not.
  public func setPinPath(of map: String, to path: String) throws(BPFError) {
    let result = bpf_map__set_pin_path(try find(map: map), path)
    guard result == 0 else { throw BPFError(doing: "set the pin of map \(map)", result: result) }
  }

  /// Makes `load` take an existing map in the place of the object's own. Its layout must be the same.
  public func reuse(_ existing: borrowing Map, as map: String) throws(BPFError) {
    let own = try find(map: map)
    try checkLayout(own, name: map, existing: existing.info)
    let result = bpf_map__reuse_fd(own, existing.descriptor)
    guard result == 0 else { throw BPFError(doing: "reuse map \(map)", result: result) }
  }

  /// The initial content of the constants (`.rodata`) or variables (`.data`, `.bss`) of the object.
  public func initialValue(of map: String) throws(BPFError) -> [UInt8] {
    var size = 0
    guard let memory = bpf_map__initial_value(try find(map: map), &size) else {
      throw BPFError("map \(map) has no initial content")
    }
    return Array(UnsafeRawBufferPointer(start: memory, count: size))
  }

  /// Sets that content, of the same size.
  public func setInitialValue(of map: String, to bytes: [UInt8]) throws(BPFError) {
    let result = bpf_map__set_initial_value(try find(map: map), bytes, bytes.count)
    guard result == 0 else { throw BPFError(doing: "set the initial content of map \(map)", result: result) }
  }

  /// Whether `load` loads a program; all are, unless told otherwise.
  public func setLoads(_ program: String, _ loads: Bool) throws(BPFError) {
    let result = bpf_program__set_autoload(try find(program: program), loads)
    guard result == 0 else { throw BPFError(doing: "select program \(program)", result: result) }
  }

  /// Loads every program and map for the network card behind an interface (XDP offload).
  public func offload(to interface: UInt32) {
    var program = bpf_object__next_program(pointer, nil)
    while let current = program {
      bpf_program__set_ifindex(current, interface)
      program = bpf_object__next_program(pointer, current)
    }
    var map = bpf_object__next_map(pointer, nil)
    while let current = map {
      bpf_map__set_ifindex(current, interface)
      map = bpf_object__next_map(pointer, current)
    }
  }

  private func checkLayout(_ own: OpaquePointer, name: String, existing: MapInfo) throws(BPFError) {
    let pairs: [(String, UInt64, UInt64)] = [
      ("type", UInt64(bpf_map__type(own).rawValue), UInt64(existing.type.rawValue)),
      ("key size", UInt64(bpf_map__key_size(own)), UInt64(existing.keySize)),
      ("value size", UInt64(bpf_map__value_size(own)), UInt64(existing.valueSize)),
      ("max_entries", UInt64(bpf_map__max_entries(own)), UInt64(existing.maxEntries)),
      ("flags", UInt64(bpf_map__map_flags(own)), UInt64(existing.flags)),
    ]
    for (what, wanted, present) in pairs where wanted != present {
      throw BPFError("map \(name) cannot be kept: its \(what) is \(present) and has to be \(wanted)")
    }
  }
}

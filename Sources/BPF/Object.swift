import CLibBPF
import Glibc

/// An eBPF object file: opened, adjusted, and then loaded into the kernel.
///
/// ```swift
/// let object = try Object(path: "counters.o")
/// try object.setMaxEntries(of: "counters", to: 100_000)
/// try object.load()
/// let result = try object.program("count").testRun(input: frame)
/// let counters = try object.map("counters")
/// ```
/// What is loaded stays until this value and every `Program`, `Map` and `Link` taken from it is gone, or longer if
/// it is pinned.
public struct Object: ~Copyable {
  let pointer: OpaquePointer
  /// The file's bytes, kept to tell the source line of a rejected instruction.
  let bytes: [UInt8]
  /// The object's name: of its file without `.o`, or as given.
  public let name: String

  /// Opens the object file at `path`.
  public init(path: String) throws(BPFError) {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    let bytes = try readFile(path)
    try self.init(bytes: bytes, name: file.hasSuffix(".o") ? String(file.dropLast(2)) : file)
  }

  /// Opens an object file that is in memory, such as one embedded in the program.
  public init(bytes: [UInt8], name: String) throws(BPFError) {
    var options = bpf_object_open_opts()
    options.sz = optionsSize(through: \bpf_object_open_opts.object_name)
    let (pointer, log) = bytes.withUnsafeBytes { bytes in
      name.withCString { cName in
        options.object_name = cName
        return LibraryLog.capture { bpf_object__open_mem(bytes.baseAddress, bytes.count, &options) }
      }
    }
    guard let pointer else {
      throw BPFError(doing: "open \(name) as an eBPF object", detail: LibraryLog.lastWarning(in: log))
    }
    self.pointer = pointer
    self.bytes = bytes
    self.name = name
  }

  deinit { bpf_object__close(pointer) }

  /// The maps' names, in the file's order, hidden ones such as `.rodata` included.
  public var mapNames: [String] {
    var names: [String] = []
    var map = bpf_object__next_map(pointer, nil)
    while let current = map {
      names.append(String(cString: bpf_map__name(current)))
      map = bpf_object__next_map(pointer, current)
    }
    return names
  }

  /// The programs' names, in the file's order.
  public var programNames: [String] {
    var names: [String] = []
    var program = bpf_object__next_program(pointer, nil)
    while let current = program {
      names.append(String(cString: bpf_program__name(current)))
      program = bpf_object__next_program(pointer, current)
    }
    return names
  }

  /// Loads maps and programs into the kernel.
  /// - Throws: `VerifierError` if the kernel refused a program, `BPFError` for anything else.
  public func load() throws {
    MemoryLimit.raise()
    let (result, log) = LibraryLog.capture { bpf_object__load(pointer) }
    guard result != 0 else { return }
    let error = BPFError(doing: "load \(name)", result: result, detail: Self.reason(in: log))
    if let rejection = VerifierError(libraryLog: log, objectBytes: bytes) { throw rejection }
    throw error
  }

  /// A loaded program.
  public func program(_ name: String) throws(BPFError) -> Program {
    let descriptor = bpf_program__fd(try find(program: name))
    guard descriptor >= 0 else {
      throw BPFError("program \(name) of \(self.name) is not loaded", mend: "call load first")
    }
    return try Program(duplicating: descriptor)
  }

  /// A loaded map.
  public func map(_ name: String) throws(BPFError) -> Map {
    let descriptor = bpf_map__fd(try find(map: name))
    guard descriptor >= 0 else { throw BPFError("map \(name) of \(self.name) is not loaded", mend: "call load first") }
    return try Map(duplicating: descriptor)
  }

  func find(program name: String) throws(BPFError) -> OpaquePointer {
    guard let program = bpf_object__find_program_by_name(pointer, name) else {
      throw BPFError("\(self.name) has no program \(name), only \(programNames.joined(separator: ", "))")
    }
    return program
  }

  func find(map name: String) throws(BPFError) -> OpaquePointer {
    guard let map = bpf_object__find_map_by_name(pointer, name) else {
      throw BPFError("\(self.name) has no map \(name), only \(mapNames.joined(separator: ", "))")
    }
    return map
  }

  /// The warning that says most: the first one, since later ones only say that the load failed.
  private static func reason(in log: String) -> String? {
    guard let line = log.split(separator: "\n").first else { return nil }
    return String(line.hasPrefix("libbpf: ") ? line.dropFirst(8) : line)
  }
}

/// A whole file.
func readFile(_ path: String) throws(BPFError) -> [UInt8] {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw BPFError(doing: "open \(path)") }
  let handle = Descriptor(owning: descriptor)
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 65536)
  while true {
    let count = read(handle.number, &chunk, chunk.count)
    guard count >= 0 else { throw BPFError(doing: "read \(path)") }
    if count == 0 { return bytes }
    bytes += chunk.prefix(count)
  }
}

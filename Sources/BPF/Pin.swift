import CLibBPF
import Glibc

/// Pins: names in a bpffs that keep a program, map or link alive without a process.
public enum Pin {
  static func create(_ descriptor: Int32, path: String, what: String) throws(BPFError) {
    let result = bpf_obj_pin(descriptor, path)
    guard result == 0 else {
      if errno == EEXIST {
        throw BPFError("cannot pin \(what) at \(path): something is pinned there", mend: "remove it: rm \(path)",
          code: .fileExists)
      }
      throw BPFError(doing: "pin \(what) at \(path)", result: result,
        detail: FileSystem.isBPF(path: parent(of: path)) ? nil : "\(parent(of: path)) is not in a bpffs")
    }
  }

  /// Pins at `path` in place of what is pinned there, in one step.
  static func replace(_ descriptor: Int32, path: String, what: String) throws(BPFError) {
    let next = path + "_next"
    try remove(next)
    try create(descriptor, path: next, what: what)
    guard rename(next, path) == 0 else { throw BPFError(doing: "put a pin in the place of \(path)") }
  }

  /// What can be pinned. The raw value is part of the name that the kernel gives such a descriptor's file.
  enum Kind: String {
    case program = "prog"
    case map
    case link
  }

  static func open(_ path: String, _ kind: Kind) throws(BPFError) -> Int32 {
    let descriptor = bpf_obj_get(path)
    guard descriptor >= 0 else { throw BPFError(doing: "open the pinned \(kind) \(path)", result: descriptor) }
    // The call opens whatever is there, such as a link for a map.
    guard file(of: descriptor).contains(kind.rawValue) else {
      close(descriptor)
      throw BPFError("what is pinned at \(path) is no \(kind)")
    }
    return descriptor
  }

  /// Such as `anon_inode:bpf-map`.
  private static func file(of descriptor: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    let count = readlink("/proc/self/fd/\(descriptor)", &buffer, buffer.count)
    return String(decoding: buffer.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Removes a pin. A pin that is gone already is no error.
  public static func remove(_ path: String) throws(BPFError) {
    guard unlink(path) == 0 || errno == ENOENT else { throw BPFError(doing: "remove the pin \(path)") }
  }

  private static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}

/// What kind of file system a path lies in.
public enum FileSystem {
  /// BPF_FS_MAGIC of linux/magic.h.
  private static let bpfMagic = 0xcafe_4a11

  /// Whether `path` exists and lies in a bpffs.
  public static func isBPF(path: String) -> Bool {
    var status = CLibBPF.statfs()
    return statfs(path, &status) == 0 && Int(status.f_type) & 0xffff_ffff == bpfMagic
  }
}

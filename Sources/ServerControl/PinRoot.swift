import BPF
import CLinux
import Glibc

/// The bpffs where pins last, and are found from every shell of this machine.
///
/// `ip netns exec` gives a command a mount namespace of its own with a new /sys: the host's bpffs is hidden there, and
/// one mounted there goes with the command. The host's is reached through an ancestor's /proc/PID/root, which leads
/// into that process's mount namespace.
public enum PinRoot {
  private static let bpffs = "/sys/fs/bpf"
  /// The folder below it that is ours.
  public static let folder = "xdp_tcp_server"

  /// Where the host's bpffs is seen from here, whether it is mounted yet or not.
  struct Place: Equatable {
    /// Where the mount point is seen from this process.
    let path: String
    /// The mount namespace that the mount point lies in, as a path for setns(2); nil: this process's own.
    let namespace: String?
    /// Whether it is known to be the host's. Where no other process may be looked into, it is this process's own.
    let isHost: Bool
  }

  /// The folder of our pins, if there is one that can be reached.
  public static func find() -> String? {
    let path = "\(place().path)/\(folder)"
    return FileSystem.isBPF(path: path) ? path : nil
  }

  /// The folder of our pins; makes it, and mounts a bpffs if there is none.
  /// - Parameter notices: gets a warning where pins may not last.
  /// - Throws: `ControlError` if that cannot be.
  public static func make(notices: inout [Notice]) throws(ControlError) -> String {
    let place = place()
    if !FileSystem.isBPF(path: place.path) {
      try mount(at: place)
      if !place.isHost {
        notices.append(
          Notice("mounted a bpffs at \(bpffs), and cannot tell whether it is the host's: under ip netns exec it goes "
            + "with that command, and the server with it; use nsenter --net there"))
      }
    }
    let path = "\(place.path)/\(folder)"
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
      throw ControlError(
        .noPinFileSystem, "cannot make the folder \(path): \(String(cString: strerror(errno)))",
        mend: "pins need a writable bpffs: mount -t bpf bpf \(bpffs)")
    }
    return path
  }

  /// A path below the host's bpffs as the host sees it, without the way through an ancestor's root folder.
  static func hostPath(_ path: String) -> String {
    guard path.hasPrefix("/proc/"), let range = path.firstRange(of: bpffs) else { return path }
    return String(path[range.lowerBound...])
  }

  /// The outermost process that can be looked into decides: process 1, or else the oldest ancestor.
  static func place() -> Place {
    let processes = [1] + ancestors().reversed()
    return place(own: mountNamespace("self"), others: processes.map { ($0, mountNamespace("\($0)")) })
  }

  /// - Parameter others: processes, the one that decides first, with their mount namespaces; nil where that is not
  ///   shown.
  static func place(own: UInt64?, others: [(process: Int32, namespace: UInt64?)]) -> Place {
    guard let decisive = others.first(where: { $0.namespace != nil }) else {
      return Place(path: bpffs, namespace: nil, isHost: false)
    }
    if decisive.namespace == own { return Place(path: bpffs, namespace: nil, isHost: true) }
    let folder = "/proc/\(decisive.process)"
    return Place(path: "\(folder)/root\(bpffs)", namespace: "\(folder)/ns/mnt", isHost: true)
  }

  private static func mountNamespace(_ process: String) -> UInt64? {
    var status = stat()
    return stat("/proc/\(process)/ns/mnt", &status) == 0 ? UInt64(status.st_ino) : nil
  }

  /// This process's parent, its parent and so on.
  private static func ancestors() -> [Int32] {
    var found: [Int32] = []
    var process = getppid()
    while process > 1 {
      found.append(process)
      guard let status = TextFile.read("/proc/\(process)/status"),
        let line = status.split(separator: "\n").first(where: { $0.hasPrefix("PPid:") }),
        let parent = Int32(line.split(separator: "\t").last ?? "")
      else { break }
      process = parent
    }
    return found
  }

  private static func mount(at place: Place) throws(ControlError) {
    let code: Int32
    if let namespace = place.namespace {
      code = mount(inNamespace: namespace)
    } else {
      code = Glibc.mount("bpf", bpffs, "bpf", 0, nil) == 0 ? 0 : errno
    }
    guard code == 0 else {
      throw ControlError(
        .noPinFileSystem, "there is no bpffs at \(bpffs), and it cannot be mounted: \(String(cString: strerror(code)))",
        mend: "mount one and try again: mount -t bpf bpf \(bpffs); or stay in the foreground, which needs no pins: "
          + "xdp_loader run")
    }
  }

  /// mount(2) works on the caller's own mount namespace only, so a thread of its own enters the other one.
  private static func mount(inNamespace path: String) -> Int32 {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return errno }
    defer { close(file) }
    var code: Int32 = 0
    let status = OwnThread.run {
      // Entering another mount namespace asks for a working directory that is shared with no other thread.
      guard unshare(CLONE_FS) == 0, setns(file, CLONE_NEWNS) == 0,
        Glibc.mount("bpf", bpffs, "bpf", 0, nil) == 0
      else { return code = errno }
    }
    return status == 0 ? code : status
  }
}

import BPF
import Glibc

/// The folder of what belongs to running servers and is no pin: their records, and locks. The next boot clears it.
enum RunFolder {
  static let path = "/run/xdp_tcp_server"

  /// Makes it, for root alone.
  /// - Throws: `ControlError` if that cannot be.
  static func make() throws(ControlError) {
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
      throw ControlError(.system, "cannot make the folder \(path): \(String(cString: strerror(errno)))")
    }
  }

  /// Removes the files of servers that are gone. What belongs to a server has the id of one of its maps in its name,
  /// which no other map has until the next boot.
  static func sweep() {
    for name in Folder.entries(path) {
      guard let (id, map) = owner(of: name) else { continue }
      do {
        if try Map(id: id).info.name == map { continue }
      } catch where error.code != .noSuchFileOrDirectory {
        continue
      } catch {}
      unlink("\(path)/\(name)")
    }
  }

  /// The map that a file belongs to; nil for what is none of ours.
  private static func owner(of file: String) -> (id: UInt32, map: String)? {
    for (lead, end, map) in [("server-", ".json", "sessions"), ("log-", ".lock", DataPlaneName.accessLog)]
    where file.hasPrefix(lead) && file.hasSuffix(end) {
      if let id = UInt32(file.dropFirst(lead.count).dropLast(end.count)) { return (id, map) }
    }
    return nil
  }
}

/// A file that only one process can have, and that goes with it.
struct FileLock: ~Copyable {
  private let file: Int32
  private let path: String

  /// - Returns: nil if another process has it.
  /// - Throws: `ControlError` if the file cannot be made.
  init?(_ path: String) throws(ControlError) {
    func failed() -> ControlError {
      ControlError(.system, "cannot lock \(path): \(String(cString: strerror(errno)))")
    }
    while true {
      let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
      guard file >= 0 else { throw failed() }
      guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
        let error: ControlError? = errno == EWOULDBLOCK ? nil : failed()
        close(file)
        if let error { throw error }
        return nil
      }
      // Whoever had it may have removed it between the two calls: then it is not the one that others find.
      var own = stat(), found = stat()
      if fstat(file, &own) == 0, stat(path, &found) == 0, own.st_ino == found.st_ino, own.st_dev == found.st_dev {
        self.file = file
        self.path = path
        return
      }
      close(file)
    }
  }

  deinit {
    unlink(path)
    close(file)
  }
}

import BPF
import DataPlaneABI
import Glibc

/// The reading end of a server's access log. There is one reader at a time: what one has read, no other gets.
public struct AccessLog: ~Copyable {
  private let ring: RingBuffer
  private let lock: NameLock

  /// - Throws: `ControlError` if the server has no log, or somebody else reads it.
  public init(_ server: borrowing RunningServer) throws(ControlError) {
    let interface = server.interface.name
    guard let map = try server.map(DataPlaneName.accessLog) else {
      throw ControlError(
        .layout, "the server on \(interface) has no access log: it is of another version",
        mend: "attach it again: xdp_loader attach \(interface) --access-log")
    }
    guard let lock = try NameLock("xdp_tcp_server/log/\(map.info.id)") else {
      throw ControlError(
        .busy, "somebody reads the log of \(interface) already, and each entry is given once",
        mend: "end that xdp_loader log first")
    }
    ring = try controlled { try RingBuffer(map) }
    self.lock = lock
  }

  /// Waits for entries, and gives all that there are.
  /// - Parameter timeout: how long to wait at the most.
  /// - Returns: how many there were.
  @discardableResult
  public func read(timeout: Duration, _ body: (LogEntry) -> Void) throws(ControlError) -> Int {
    try controlled {
      func take(_ record: UnsafeRawBufferPointer) throws {
        guard let entry = LogEntry(record) else {
          throw ControlError(
            .layout, "the server writes its log in another format than this program reads",
            mend: "use the xdp_loader that attached it, or attach it again")
        }
        body(entry)
      }
      // Programs tell of some entries only, to be disturbed by the reader less often.
      let count = try ring.poll(timeout: timeout, take)
      return try count + ring.consume(take)
    }
  }
}

/// A name that only one process can have, and that goes with it.
struct NameLock: ~Copyable {
  private let file: Int32

  /// - Returns: nil if another process has it.
  init?(_ name: String) throws(ControlError) {
    let file = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard file >= 0 else { throw ControlError(.system, "cannot make a socket: \(String(cString: strerror(errno)))") }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    // Behind a zero: a name that no file system has (unix(7), abstract).
    let bytes = [0] + Array(name.utf8)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(file, $0, length) }
    }
    guard result == 0 else {
      let code = errno
      close(file)
      if code == EADDRINUSE { return nil }
      throw ControlError(.system, "cannot lock \(name): \(String(cString: strerror(code)))")
    }
    self.file = file
  }

  deinit { close(file) }
}

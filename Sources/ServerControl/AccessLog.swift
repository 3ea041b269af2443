import BPF
import DataPlaneABI
import Glibc

/// The reading end of a server's access log. There is one reader at a time: what one has read, no other gets.
public struct AccessLog: ~Copyable {
  private let ring: RingBuffer
  private let lock: FileLock

  /// - Throws: `ControlError` if the server has no log, or somebody else reads it.
  public init(_ server: borrowing RunningServer) throws(ControlError) {
    let interface = server.interface.name
    guard let map = try server.map(DataPlaneName.accessLog) else {
      throw ControlError(
        .layout, "the server on \(interface) has no access log: it is of another version",
        mend: "attach it again: xdp_loader attach \(interface) --access-log")
    }
    try RunFolder.make()
    guard let lock = try FileLock("\(RunFolder.path)/log-\(map.info.id).lock") else {
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

import Glibc
import LabKit
import Synchronization

/// A flood of segments that the server has had already: whatever a client's kernel sends on its connections comes again
/// at once, more than once, and some of it once more later. It is sent on one CPU, whichever the client runs on.
final class Replay {
  /// What its thread and the test share.
  private final class State: Sendable {
    let isOver = Atomic(false)
    let sent = Atomic(0)
  }

  private let state = State()
  private let work: Background<Void>

  /// - Parameters:
  ///   - copies: of each frame.
  ///   - earlier: how many of the last ones are sent with each.
  init(on host: Host, cpu: Int, copies: Int = 2, earlier: Int = 2) throws {
    let state = state
    nonisolated(unsafe) let socket = try PacketSocket(on: host)
    work = Background {
      try CPUs.hold(to: cpu)
      var kept: [[UInt8]] = []
      var turn = 0
      while !state.isOver.load(ordering: .relaxed) {
        guard let frame = socket.receive(timeout: .milliseconds(50), .wentOut, where: Self.isRepeatable)
        else { continue }
        if kept.count < 64 { kept.append(frame) } else { kept[turn % kept.count] = frame }
        turn &+= 1
        var frames = Array(repeating: frame, count: copies)
        for _ in 0..<earlier { frames.append(kept.randomElement()!) }
        let count = try frames.count { try socket.sendIfRoom($0) }
        state.sent.add(count, ordering: .relaxed)
      }
    }
  }

  /// How many frames it has sent so far.
  var sent: Int { state.sent.load(ordering: .relaxed) }

  deinit { state.isOver.store(true, ordering: .relaxed) }

  /// Ends it.
  /// - Returns: how many frames it has sent.
  /// - Throws: what went wrong on its thread.
  @discardableResult
  func stop() throws -> Int {
    state.isOver.store(true, ordering: .relaxed)
    try work.result()
    return sent
  }

  /// IPv4 with TCP for the server, and neither SYN nor RST: a late SYN would open a connection that nobody wants.
  private static func isRepeatable(_ frame: [UInt8]) -> Bool {
    guard frame.count >= 54, frame[12] == 8, frame[13] == 0, frame[14] == 0x45, frame[23] == 6 else { return false }
    return UInt16(frame[36]) << 8 | UInt16(frame[37]) == 8080 && frame[47] & 0x06 == 0
  }
}

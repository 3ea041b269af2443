import BPF
import DataPlaneABI
import Glibc

/// What a round of the pump has come to: verdicts of tc.
enum RoundEnd: UInt32 {
  /// TC_ACT_SHOT: the frame ends here.
  case ended = 2
  /// TC_ACT_REDIRECT: it goes into its next round.
  case goesOn = 7
  /// TC_ACT_UNSPEC: it was none of the pump's.
  case unspecified = 0xffff_ffff
}

extension TestServer {
  /// The pump's frame.
  static func pumpFrame(token: UInt64) -> [UInt8] {
    let addresses: [UInt8] = [2, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0]
    let bytes = withUnsafeBytes(of: token.littleEndian) { Array($0) }
    return addresses + [0x88, 0xb5, 0, 0] + bytes + [UInt8](repeating: 0, count: 36)
  }

  func pump() throws -> pump {
    guard let entry = try object.map("pump").lookup(UInt32(0), as: DataPlaneABI.pump.self) else {
      throw ProgramTestFailure(description: "the pump's state can't be read")
    }
    return entry
  }

  func changePump(_ change: (inout pump) -> Void) throws {
    var entry = try pump()
    change(&entry)
    try object.map("pump").update(UInt32(0), entry)
  }

  /// One round, of the frame that the pump knows as its own unless another token is given.
  func round(token: UInt64? = nil) throws -> (end: RoundEnd, frame: [UInt8]) {
    let token = try token ?? pump().started
    let result = try object.program("pump_round").testRun(input: Self.pumpFrame(token: token))
    guard let end = RoundEnd(rawValue: result.verdict) else {
      throw ProgramTestFailure(description: "pump_round's verdict is \(result.verdict)")
    }
    return (end, result.output)
  }

  /// Rounds until something is sent, and that.
  func rounds(on wire: Wire) throws -> [[UInt8]] {
    let end = Self.now() + 30_000_000_000
    while Self.now() < end {
      _ = try round()
      let frames = wire.sent()
      if !frames.isEmpty { return frames }
      usleep(500)
    }
    throw ProgramTestFailure(description: "nothing was sent for 30 seconds")
  }

  /// Rounds until the pump rests.
  /// - Returns: what was sent.
  func roundsToRest(on wire: Wire) throws -> [[UInt8]] {
    let end = Self.now() + 30_000_000_000
    var frames: [[UInt8]] = []
    while Self.now() < end {
      let isLast = try round().end == .ended
      frames += wire.sent()
      if isLast { return frames }
      usleep(500)
    }
    throw ProgramTestFailure(description: "the pump did not rest for 30 seconds")
  }

  /// Deletes every session behind the programs' back.
  func forgetSessions() throws {
    var keys: [[UInt8]] = []
    try object.map("sessions").forEachKey { keys.append($0) }
    for key in keys { try object.map("sessions").delete(bytes: key) }
  }

  /// CLOCK_MONOTONIC, nanoseconds: the programs' clock.
  static func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}

import TCPCore
import XCTest

/// RFC 5961 3.2 and 4.2, RFC 9293 3.10.7.4 second and fourth steps: alike in every synchronised state.
final class ResetTests: XCTestCase {
  private func inEverySynchronisedState(_ part: (inout Dialogue, State) -> Void) {
    Dialogue.established { part(&$0, .established) }
    Dialogue.closeWait { part(&$0, .closeWait) }
    Dialogue.lastAck { part(&$0, .lastAck) }
    Dialogue.finWait1 { part(&$0, .finWait1) }
    Dialogue.finWait2 { part(&$0, .finWait2) }
    Dialogue.closing { part(&$0, .closing) }
    Dialogue.timeWait { part(&$0, .timeWait) }
  }

  private func next(_ server: Dialogue) -> Int { server.origin.client.offset(of: server.session!.receive.next) }

  func testResetAtTheNextNumberEndsTheConnection() {
    inEverySynchronisedState { server, _ in
      server.receives(.reset(at: next(server)))
      server.judged(.abort)
      server.isGone()
    }
  }

  func testResetWithAcknowledgmentAndPayloadEndsTheConnection() {
    inEverySynchronisedState { server, _ in
      server.receives(.reset(at: next(server), data: 20).with(.acknowledge).acknowledging(5_000_000))
      server.judged(.abort)
      server.isGone()
    }
  }

  func testResetElsewhereInTheWindowIsChallenged() {
    inEverySynchronisedState { server, state in
      let start = next(server)
      for position in [start + 1, start + 65534] {
        server.receives(.reset(at: position))
        server.judged(.challenge, .reset)
        server.sends(.acknowledgment(start))
        server.isIn(state)
      }
    }
  }

  func testResetOutsideTheWindowIsDropped() {
    inEverySynchronisedState { server, state in
      let start = next(server)
      for position in [start - 1, start + 65535, start - 100_000, start + 0x7000_0000] {
        server.receives(.reset(at: position))
        server.judged(.discard, .reset)
        server.isIn(state)
      }
    }
  }

  /// "If the RST bit is set and the sequence number is outside the current receive window, silently drop".
  func testResetBeforeTheWindowWhosePayloadReachesIntoItIsDropped() {
    inEverySynchronisedState { server, state in
      server.receives(.reset(at: next(server) - 5, data: 10))
      server.judged(.discard, .reset)
      server.isIn(state)
    }
  }

  /// MUST-66: a closed window does not shut a reset out. Ours never closes, so the test closes it.
  func testResetCountsWithAWindowOfZero() {
    inEverySynchronisedState { server, state in
      server.session!.receive.window = 0
      server.receives(.reset(at: next(server) + 1))
      server.judged(.discard, .reset)
      server.isIn(state)
      server.receives(.reset(at: next(server), data: 3))
      server.judged(.abort)
      server.isGone()
    }
  }

  func testResetAndSynchronizeTogetherAreAReset() {
    inEverySynchronisedState { server, _ in
      server.receives(.synchronize(at: next(server)).with(.reset))
      server.judged(.abort)
      server.isGone()
    }
  }

  func testSynchronizeIsChallengedWhereverItIs() {
    inEverySynchronisedState { server, state in
      guard state != .timeWait else { return }
      let start = next(server)
      for position in [start, start + 1, start + 65534, start + 70_000, start - 1, start - 70_000] {
        server.receives(.synchronize(at: position))
        server.judged(.challenge, .synchronize)
        server.sends(.acknowledgment(start))
        server.isIn(state)
      }
    }
  }

  func testSynchronizeAcknowledgmentIsChallengedWhereverItIs() {
    inEverySynchronisedState { server, state in
      let start = next(server)
      for position in [start, start + 1, start + 70_000, start - 1] {
        server.receives(.synchronize(at: position).with(.acknowledge))
        server.sends(.acknowledgment(start))
        server.isIn(state)
      }
    }
  }

  /// Payload does not lift a SYN out of the limit.
  func testSynchronizeWithPayloadOutsideTheWindowIsChallenged() {
    inEverySynchronisedState { server, state in
      guard state != .timeWait else { return }
      let start = next(server)
      server.receives(.synchronize(at: start - 1000, data: 100))
      server.judged(.challenge, .synchronize)
      server.sends(.acknowledgment(start))
      server.isIn(state)
    }
  }
}

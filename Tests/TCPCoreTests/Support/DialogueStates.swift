import TCPCore
import XCTest

/// Dialogues that begin in a given state, reached by the segments that lead there. The test's part is held once for
/// each origin, and nothing may be left over at its end that it did not expect.
extension Dialogue {
  typealias Part = (inout Dialogue) -> Void

  static func listening(file: StaticString = #filePath, line: UInt = #line, _ part: Part) {
    for origin in Origin.all {
      var server = Dialogue(origin: origin)
      part(&server)
      server.sendsNothing(file: file, line: line)
    }
  }

  static func halfOpen(
    window: UInt32 = 65535, file: StaticString = #filePath, line: UInt = #line, _ part: Part
  ) {
    listening(file: file, line: line) { server in
      server.serverWindow = window
      server.receives(.synchronize())
      server.sends(.synchronizeAcknowledgment, file: file, line: line)
      server.isIn(.synReceived, file: file, line: line)
      part(&server)
    }
  }

  static func established(
    window: UInt32 = 65535, file: StaticString = #filePath, line: UInt = #line, _ part: Part
  ) {
    halfOpen(window: window, file: file, line: line) { server in
      server.receives(.acknowledgment)
      server.isIn(.established, file: file, line: line)
      part(&server)
    }
  }

  /// The client has sent 10 bytes and a FIN; both are acknowledged.
  static func closeWait(file: StaticString = #filePath, line: UInt = #line, _ part: Part) {
    established(file: file, line: line) { server in
      server.receives(.finish(data: 10))
      server.sends(.acknowledgment(11), file: file, line: line)
      server.isIn(.closeWait, file: file, line: line)
      part(&server)
    }
  }

  /// And our FIN, at offset 0, is out.
  static func lastAck(file: StaticString = #filePath, line: UInt = #line, _ part: Part) {
    closeWait(file: file, line: line) { server in
      server.closes()
      server.receives(.acknowledgment)
      server.sends(.finish(acknowledging: 11), file: file, line: line)
      server.isIn(.lastAck, file: file, line: line)
      part(&server)
    }
  }

  /// The client has sent 10 bytes; 20 bytes at offset 0 and our FIN, at offset 20, are out and not acknowledged.
  static func finWait1(
    window: UInt32 = 65535, file: StaticString = #filePath, line: UInt = #line, _ part: Part
  ) {
    established(window: window, file: file, line: line) { server in
      server.application.answer = 20
      server.application.closesAfterAnswer = true
      server.receives(.data(10))
      server.sends(.finish(data: 20, acknowledging: 10), file: file, line: line)
      server.isIn(.finWait1, file: file, line: line)
      server.application = Application()
      part(&server)
    }
  }

  /// And all of that is acknowledged.
  static func finWait2(file: StaticString = #filePath, line: UInt = #line, _ part: Part) {
    finWait1(file: file, line: line) { server in
      server.receives(.acknowledgment)
      server.isIn(.finWait2, file: file, line: line)
      part(&server)
    }
  }

  /// From FIN-WAIT-1, the client's FIN, at offset 10, has crossed ours.
  static func closing(file: StaticString = #filePath, line: UInt = #line, _ part: Part) {
    finWait1(file: file, line: line) { server in
      server.receives(.finish().acknowledging(0))
      server.sends(.acknowledgment(11), file: file, line: line)
      server.isIn(.closing, file: file, line: line)
      part(&server)
    }
  }

  /// From FIN-WAIT-2, the client's FIN, at offset 10, is acknowledged.
  static func timeWait(file: StaticString = #filePath, line: UInt = #line, _ part: Part) {
    finWait2(file: file, line: line) { server in
      server.receives(.finish())
      server.sends(.acknowledgment(11), file: file, line: line)
      server.isIn(.timeWait, file: file, line: line)
      part(&server)
    }
  }
}

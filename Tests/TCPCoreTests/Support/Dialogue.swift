import TCPCore
import XCTest

/// A conversation in which the test plays the client: it says what the server receives, and what it then expects it
/// to send. What `ServerEnd` has can be read and set here as well.
@dynamicMemberLookup
struct Dialogue {
  var origin: Origin
  var now = Instant(nanoseconds: 3_600_000_000_000)
  /// The window that the client offers unless a segment says otherwise, bytes.
  var clientWindow: UInt32 = 64240

  private var server: ServerEnd
  private var outbox: [(segment: ServerSegment, expectedPosition: Int)] = []
  private var clientNext = 0
  private var serverSent = 0

  init(origin: Origin) {
    self.origin = origin
    server = ServerEnd(initial: origin.server)
  }

  subscript<T>(dynamicMember member: WritableKeyPath<ServerEnd, T>) -> T {
    get { server[keyPath: member] }
    set { server[keyPath: member] = newValue }
  }

  subscript<T>(dynamicMember member: KeyPath<ServerEnd, T>) -> T { server[keyPath: member] }

  // MARK: the client speaks

  mutating func receives(_ segment: ClientSegment) {
    let position = segment.position ?? clientNext
    let controls = segment.flags.contains(.finish) ? 1 : 0
    if segment.position == nil { clientNext += Int(segment.payload) + controls }
    take(
      Segment(
        sequence: origin.client.at(position),
        acknowledgment: origin.server.at(segment.acknowledgment ?? serverSent),
        window: segment.window ?? clientWindow, flags: segment.flags, payloadLength: segment.payload,
        isCongestionMarked: segment.isMarked))
  }

  mutating func passes(milliseconds: UInt64) { now.nanoseconds += milliseconds * 1_000_000 }

  /// And the server's timer, if it is due by then.
  mutating func timerExpires() {
    guard let deadline = server.session?.timerDeadline, deadline > 0 else { return }
    now.nanoseconds = max(now.nanoseconds, deadline)
    note(server.expire(now: now))
  }

  /// Milliseconds until the timer expires; nil if none is running.
  var timeLeft: UInt64? {
    guard let deadline = server.session?.timerDeadline, deadline > 0 else { return nil }
    return (deadline - now.nanoseconds) / 1_000_000
  }

  private mutating func take(_ segment: Segment) { note(server.receive(segment, now: now)) }

  private mutating func note(_ outputs: [ServerEnd.Output]) {
    for output in outputs { note(output) }
  }

  private mutating func note(_ output: ServerEnd.Output) {
    if output.flags.contains(.synchronize), output.sequence != origin.server.at(-1) {
      origin = Origin(client: output.acknowledgment.value &- 1, server: output.sequence.value)
      clientNext = 0
      serverSent = -1
    }
    let sent = ServerSegment(
      position: origin.server.offset(of: output.sequence),
      acknowledgment: output.flags.contains(.acknowledge)
        ? origin.client.offset(of: output.acknowledgment) : nil,
      flags: output.flags, payload: output.length)
    outbox.append((sent, serverSent))
    if !sent.flags.contains(.reset) { serverSent = max(serverSent, sent.end) }
  }

  // MARK: what the test expects

  /// The server's next segment is this one, in every field.
  mutating func sends(_ expected: ServerSegment, file: StaticString = #filePath, line: UInt = #line) {
    guard !outbox.isEmpty else {
      return XCTFail("nothing sent, expected \(expected) [\(origin)]", file: file, line: line)
    }
    let (sent, position) = outbox.removeFirst()
    var expected = expected
    expected.position = expected.position ?? position
    XCTAssertEqual(sent, expected, "[\(origin)]", file: file, line: line)
  }

  mutating func sendsNothing(file: StaticString = #filePath, line: UInt = #line) {
    for (segment, _) in outbox { XCTFail("unexpected \(segment) [\(origin)]", file: file, line: line) }
    outbox.removeAll()
  }

  /// All that the server has sent since it was last asked.
  mutating func takeOutput() -> [ServerSegment] {
    defer { outbox.removeAll() }
    return outbox.map(\.segment)
  }

  func isIn(_ state: State, file: StaticString = #filePath, line: UInt = #line) {
    XCTAssertEqual(server.session?.state, state, "[\(origin)]", file: file, line: line)
  }

  func isGone(file: StaticString = #filePath, line: UInt = #line) {
    XCTAssertNil(server.session, "[\(origin)]", file: file, line: line)
  }

  /// What the core made of the last segment.
  func judged(
    _ verdict: Verdict, _ refusal: Refusal = .none, file: StaticString = #filePath, line: UInt = #line
  ) {
    XCTAssertEqual(server.reaction?.verdict, verdict, "[\(origin)]", file: file, line: line)
    XCTAssertEqual(server.reaction?.refusal, refusal, "[\(origin)]", file: file, line: line)
  }

  /// Which part of the last segment's payload reached the application, offsets in that segment.
  func delivered(_ part: Range<Int>, file: StaticString = #filePath, line: UInt = #line) {
    XCTAssertEqual(server.payloadDelivered, part, "[\(origin)]", file: file, line: line)
  }

  // MARK: the application speaks

  /// The application queues bytes by itself; they leave with the next answer.
  mutating func queues(_ length: UInt32) { server.session?.queue(length) }

  mutating func closes() { server.session?.close() }
}

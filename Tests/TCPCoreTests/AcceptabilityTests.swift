import Randomness
import TCPCore
import XCTest

/// Table 6 of RFC 9293 3.10.7.4, row by row and edge by edge.
final class AcceptabilityTests: XCTestCase {
  private struct Row {
    var window: UInt32
    /// SEG.SEQ, from RCV.NXT.
    var position: Int
    var payload: UInt32
    var flags = ControlBits.acknowledge
    var acceptable: Bool
  }

  private static var synchronize: ControlBits { .acknowledge.union(.synchronize) }
  private static var finish: ControlBits { .acknowledge.union(.finish) }

  private let rows = [
    // No length, no window: SEG.SEQ = RCV.NXT.
    Row(window: 0, position: 0, payload: 0, acceptable: true),
    Row(window: 0, position: 1, payload: 0, acceptable: false),
    Row(window: 0, position: -1, payload: 0, acceptable: false),
    // No length, a window: RCV.NXT =< SEG.SEQ < RCV.NXT+RCV.WND; and its edge, which the table leaves out.
    Row(window: 1, position: 0, payload: 0, acceptable: true),
    Row(window: 1, position: 1, payload: 0, acceptable: true),
    Row(window: 1, position: 2, payload: 0, acceptable: false),
    Row(window: 100, position: -1, payload: 0, acceptable: false),
    Row(window: 100, position: 0, payload: 0, acceptable: true),
    Row(window: 100, position: 99, payload: 0, acceptable: true),
    Row(window: 100, position: 100, payload: 0, acceptable: true),
    Row(window: 100, position: 101, payload: 0, acceptable: false),
    Row(window: 65535, position: 65534, payload: 0, acceptable: true),
    Row(window: 65535, position: 65535, payload: 0, acceptable: true),
    Row(window: 65535, position: 65536, payload: 0, acceptable: false),
    Row(window: 65535, position: 0x7fff_ffff, payload: 0, acceptable: false),
    Row(window: 65535, position: -0x8000_0000, payload: 0, acceptable: false),
    Row(window: 0x4000_0000, position: 0x3fff_ffff, payload: 0, acceptable: true),
    Row(window: 0x4000_0000, position: 0x4000_0000, payload: 0, acceptable: true),
    Row(window: 0x4000_0000, position: 0x4000_0001, payload: 0, acceptable: false),
    // Length, no window: never.
    Row(window: 0, position: 0, payload: 1, acceptable: false),
    Row(window: 0, position: -1, payload: 1, acceptable: false),
    Row(window: 0, position: 0, payload: 0, flags: finish, acceptable: false),
    Row(window: 0, position: 0, payload: 0, flags: synchronize, acceptable: false),
    // Length and a window: the first or the last number lies in it.
    Row(window: 100, position: 0, payload: 1, acceptable: true),
    Row(window: 100, position: 0, payload: 100, acceptable: true),
    Row(window: 100, position: 0, payload: 101, acceptable: true),
    Row(window: 100, position: 99, payload: 50, acceptable: true),
    Row(window: 100, position: 100, payload: 1, acceptable: false),
    Row(window: 100, position: -10, payload: 10, acceptable: false),
    Row(window: 100, position: -10, payload: 11, acceptable: true),
    Row(window: 100, position: -10, payload: 110, acceptable: true),
    Row(window: 100, position: -10, payload: 111, acceptable: false),
    Row(window: 100, position: -1, payload: 1, acceptable: false),
    // SYN and FIN have a number each.
    Row(window: 100, position: -10, payload: 10, flags: finish, acceptable: true),
    Row(window: 100, position: -10, payload: 9, flags: finish, acceptable: false),
    Row(window: 100, position: -1, payload: 0, flags: finish, acceptable: false),
    Row(window: 100, position: 0, payload: 0, flags: finish, acceptable: true),
    Row(window: 100, position: 99, payload: 0, flags: finish, acceptable: true),
    Row(window: 100, position: 100, payload: 0, flags: finish, acceptable: false),
    Row(window: 100, position: -1, payload: 0, flags: synchronize, acceptable: false),
    Row(window: 100, position: -2, payload: 1, flags: synchronize.union(.finish), acceptable: true),
  ]

  func testEveryRowAtEveryPlaceOfTheSequenceSpace() {
    for next: UInt32 in [0, 1, 9, 99, 0x7fff_ffff, 0x8000_0000, 0xffff_ff9c, 0xffff_fffe, 0xffff_ffff] {
      for row in rows {
        var tcb = ControlBlock()
        tcb.receive.next = SequenceNumber(next)
        tcb.receive.window = row.window
        let segment = Segment(
          sequence: SequenceNumber(UInt32(truncatingIfNeeded: Int(next) + row.position)),
          acknowledgment: SequenceNumber(0), window: 0, flags: row.flags, payloadLength: row.payload)
        XCTAssertEqual(tcb.isAcceptable(segment), row.acceptable, "RCV.NXT \(next), \(row)")
      }
    }
  }

  /// Against the RFC's inequalities, with the edge, in arithmetic that does not wrap.
  func testAgreesWithPlainArithmetic() {
    var random = SplitMix(seed: 1)
    for _ in 0..<200_000 {
      let next = Int(random.next() >> 33) + (1 << 31)
      let window = random.pick([0, 1, 2, 10, 1000, 65535])
      let position = next + random.pick([-70_000, -1001, -3, -2, -1, 0, 1, 2, 9, 10, 999, 1000, 65534, 65535, 90_000])
      let length = random.pick([0, 1, 2, 3, 10, 1000, 1460])
      let expected: Bool
      switch (length, window) {
      case (0, _): expected = next <= position && position <= next + window
      case (_, 0): expected = false
      default:
        let last = position + length - 1
        expected = (next <= position && position < next + window) || (next <= last && last < next + window)
      }
      var tcb = ControlBlock()
      tcb.receive.next = SequenceNumber(UInt32(truncatingIfNeeded: next))
      tcb.receive.window = UInt32(window)
      let segment = Segment(
        sequence: SequenceNumber(UInt32(truncatingIfNeeded: position)), acknowledgment: SequenceNumber(0),
        window: 0, flags: .acknowledge, payloadLength: UInt32(length))
      XCTAssertEqual(tcb.isAcceptable(segment), expected, "\(next) \(window) \(position) \(length)")
    }
  }
}

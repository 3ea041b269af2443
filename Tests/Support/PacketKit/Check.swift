/// One thing that a frame must be. They compose: `try frame.check(.flags([.syn, .ack]), .acknowledges(x))`.
public struct Check: Sendable {
  let expectation: String
  let holds: @Sendable (Frame) -> Bool

  /// Any condition, with the words that follow "expected a frame that ...".
  public static func custom(_ expectation: String, _ holds: @escaping @Sendable (Frame) -> Bool) -> Check {
    Check(expectation: expectation, holds: holds)
  }

  /// Exactly these flags; PSH is left to the sender (RFC 9293 3.9.1.2).
  public static func flags(_ flags: TCPFlags) -> Check {
    custom("has \(flags)") { $0.tcp.flags.subtracting(.psh) == flags.subtracting(.psh) }
  }

  public static func sequence(_ number: UInt32) -> Check {
    custom("has sequence number \(number)") { $0.tcp.sequence == number }
  }

  public static func acknowledges(_ number: UInt32) -> Check {
    custom("acknowledges \(number)") { $0.tcp.acknowledgment == number && $0.tcp.flags.contains(.ack) }
  }

  public static func window(_ range: ClosedRange<UInt16>) -> Check {
    custom("offers a window in \(range)") { range.contains($0.tcp.window) }
  }

  public static func payload(_ text: String) -> Check {
    custom("carries \(text.debugDescription)") { $0.tcp.payload == Array(text.utf8) }
  }

  public static func payloadLength(_ range: ClosedRange<Int>) -> Check {
    custom("carries \(range) bytes") { range.contains($0.tcp.payload.count) }
  }

  public static let noPayload = custom("carries nothing") { $0.tcp.payload.isEmpty }

  public static func payload(startsWith text: String) -> Check {
    custom("carries something that starts with \(text.debugDescription)") { $0.tcp.payload.starts(with: text.utf8) }
  }

  public static func payload(endsWith text: String) -> Check {
    custom("carries something that ends with \(text.debugDescription)") {
      $0.tcp.payload.reversed().starts(with: text.utf8.reversed())
    }
  }

  public static func option(_ option: TCPOption) -> Check {
    custom("has the option \(option)") { $0.tcp.options.contains(option) }
  }

  public static let noOptions = custom("has no options") { $0.tcp.options.isEmpty }

  /// What a reset for a segment without a session looks like (RFC 9293 3.10.7.1).
  public static func reset(for cause: Frame) -> Check {
    let acknowledged = cause.tcp.flags.contains(.ack)
    let sequence = acknowledged ? cause.tcp.acknowledgment : 0
    let acknowledgment = cause.tcp.sequence &+ cause.tcp.length
    return custom("resets \(cause)") {
      $0.tcp.payload.isEmpty && $0.tcp.sequence == sequence
        && (acknowledged
          ? $0.tcp.flags == .rst : $0.tcp.flags == [.rst, .ack] && $0.tcp.acknowledgment == acknowledgment)
    }
  }

  public static func all(_ checks: [Check]) -> Check {
    Check(expectation: checks.map(\.expectation).joined(separator: " and ")) { frame in
      checks.allSatisfy { $0.holds(frame) }
    }
  }

  /// A segment that only acknowledges.
  public static func pureAcknowledgment(of number: UInt32) -> Check {
    all([.flags(.ack), .acknowledges(number), .noPayload])
  }
}

/// A frame that is not what a test expected.
public struct CheckFailure: Error, CustomStringConvertible {
  public let description: String
}

extension Frame {
  /// - Throws: `CheckFailure`, naming every check that does not hold and the frame.
  public func check(_ checks: Check...) throws {
    let failed = checks.filter { !$0.holds(self) }
    guard failed.isEmpty else {
      let words = failed.map { "  that \($0.expectation)" }.joined(separator: "\n")
      throw CheckFailure(description: "expected a frame\n\(words)\nbut got\n  \(self)")
    }
  }
}

import Randomness
import TCPCore

/// A simple client for the core to talk to: it sends `total` bytes in segments of any size, repeats what is not
/// acknowledged, keeps what arrives out of order, reads at its own pace and offers what room that leaves. Places are
/// offsets in the two streams.
struct ModelClient {
  struct Settings {
    var total: Int
    var capacity: Int
    var segmentSize: Int
    var finishesWhenSent: Bool
  }

  private(set) var settings: Settings
  private let initial: SequenceNumber
  private var serverInitial: SequenceNumber?
  private var acknowledged = -1
  private var serverWindow = 0
  private(set) var next = -1
  private var arrived = Coverage()
  private var read = 0
  private var finishAt: Int?
  private(set) var rightEdge = 0
  /// Rules that the server broke, in words.
  private(set) var complaints: [String] = []

  init(initial: SequenceNumber, _ settings: Settings) {
    self.initial = initial
    self.settings = settings
  }

  private var finishSent: Bool { next == settings.total + 1 }
  private var serverFinished: Bool { finishAt.map { arrived.prefix >= $0 } ?? false }
  private var mayFinish: Bool { settings.finishesWhenSent || serverFinished }
  private var window: Int { settings.capacity - (arrived.prefix - read) }

  /// The server's stream up to its FIN, once all of it is here.
  var received: Int? { serverFinished ? finishAt : nil }
  var isDone: Bool { serverFinished && acknowledged == settings.total + 1 }

  // MARK: sending

  var synchronize: Segment { segment(at: -1, 0, .synchronize) }

  /// The next new segment, if the server's window has room for one.
  mutating func sendNew(_ random: inout SplitMix) -> Segment? {
    guard serverInitial != nil, !finishSent else { return nil }
    let usable = acknowledged + serverWindow - next
    let length = min(settings.total - next, usable, 1 + random.below(settings.segmentSize))
    guard length >= 0 else { return nil }
    let finishes = mayFinish && next + length == settings.total && usable > length
    guard length > 0 || finishes else { return nil }
    defer { next += length + (finishes ? 1 : 0) }
    return segment(at: next, length, finishes ? .acknowledge.union(.finish) : .acknowledge)
  }

  /// What a timeout brings: what is not acknowledged, cut anew, up to what the first copies reached; else the window
  /// once more, since the server does not probe it.
  func sendAgain(_ random: inout SplitMix) -> Segment {
    guard serverInitial != nil else { return synchronize }
    guard acknowledged < next else { return acknowledgment }
    let dataEnd = min(next, settings.total)
    let length = min(max(dataEnd - acknowledged, 0), 1 + random.below(settings.segmentSize))
    let finishes = finishSent && acknowledged + length == settings.total
    return segment(at: acknowledged, length, finishes ? .acknowledge.union(.finish) : .acknowledge)
  }

  var acknowledgment: Segment { segment(at: next, 0, .acknowledge) }

  private func segment(at position: Int, _ length: Int, _ flags: ControlBits) -> Segment {
    let received = arrived.prefix + (serverFinished ? 1 : 0)
    return Segment(
      sequence: initial.at(position),
      acknowledgment: serverInitial?.at(received) ?? SequenceNumber(0), window: UInt32(window), flags: flags,
      payloadLength: UInt32(length))
  }

  /// Takes note of the window that a segment about to leave offers.
  mutating func offers(_ segment: Segment) { rightEdge = max(rightEdge, arrived.prefix + Int(segment.window)) }

  // MARK: receiving

  /// - Returns: whether an acknowledgment is due.
  mutating func receive(_ segment: ServerEnd.Output, window: UInt32) -> Bool {
    guard !segment.flags.contains(.reset) else {
      // A copy that is late for a connection which both ends have closed.
      if !isDone { complaints.append("an RST at offset \(serverInitial?.offset(of: segment.sequence) ?? 0)") }
      return false
    }
    if segment.flags.contains(.synchronize) { return takeSynchronize(segment, window) }
    guard let serverInitial else { return false }
    takeAcknowledgment(segment, window)
    let start = serverInitial.offset(of: segment.sequence)
    let end = start + Int(segment.length)
    let finishes = segment.flags.contains(.finish)
    let reach = end + (finishes ? 1 : 0)
    // Only the probe of a closed window goes beyond it, by a byte or the FIN (RFC 9293 3.8.6.1).
    if reach > rightEdge, reach > start + 1 {
      complaints.append("sent up to \(reach), offered up to \(rightEdge)")
    }
    arrived.insert(start..<max(start, min(end, rightEdge)))
    if finishes, reach <= rightEdge {
      if let finishAt, finishAt != end { complaints.append("a FIN at \(end), and one at \(finishAt)") }
      finishAt = end
    }
    return segment.length > 0 || finishes
  }

  private mutating func takeSynchronize(_ segment: ServerEnd.Output, _ window: UInt32) -> Bool {
    if let serverInitial, segment.sequence != serverInitial { complaints.append("a second ISS") }
    guard serverInitial == nil else { return true }
    serverInitial = segment.sequence
    acknowledged = 0
    next = 0
    serverWindow = Int(window)
    return true
  }

  private mutating func takeAcknowledgment(_ segment: ServerEnd.Output, _ window: UInt32) {
    let offset = initial.offset(of: segment.acknowledgment)
    if offset > next { complaints.append("acknowledged \(offset), sent \(next)") }
    acknowledged = max(acknowledged, offset)
    serverWindow = Int(window)
  }

  /// The client's application reads some of what arrived.
  mutating func readSome(_ random: inout SplitMix) { read += random.below(arrived.prefix - read + 1) }
}

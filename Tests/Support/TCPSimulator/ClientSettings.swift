/// What the model client offers, how it acknowledges, reads, asks and closes.
public struct ClientSettings {
  /// The MSS option of its SYN, bytes; 0: none.
  public var maximumSegmentSize = 1460
  /// 0 to 14; nil: not offered.
  public var windowScale: UInt8? = 7
  public var offersTimestamps = true
  public var offersSelectiveAcknowledgment = true
  public var offersCongestionNotification = false
  /// Reports what came twice (RFC 2883).
  public var reportsDuplicates = true
  /// Now and then throws away what it has reported by SACK (RFC 2018 8), with this probability for each segment.
  public var reneges = 0.0

  /// An ACK for every so many full segments: 1, 2 (RFC 5681 4.2), or more where the card merges segments.
  public var acknowledgesEvery = 2
  /// Or after so long.
  public var acknowledgmentDelay = Nanoseconds.milliseconds(40)

  /// Its receive buffer, bytes.
  public var capacity = 262_144
  public var reader = Reader.immediate
  /// Waits until the window has grown by a segment or half the buffer before it offers more (RFC 9293 3.8.6.2.2).
  public var avoidsSillyWindows = true
  /// Sends no window update of its own; only the answer to a probe tells.
  public var keepsUpdatesToItself = false
  /// At these times the buffer changes to this size, though its right edge has been offered (RFC 9293 3.8.6).
  public var resizes: [(time: Nanoseconds, capacity: Int)] = []

  /// Bytes of each request.
  public var requests: [Int] = [80]
  /// Requests that it sends before it has the answer to the first of them.
  public var depth = 1
  /// How long it thinks between an answer and the next request.
  public var pause = Nanoseconds(0)
  public var closing = Closing.afterAnswers
  /// Its own retransmission time-out to start with; doubled each time, up to 5 seconds.
  public var timeout = Nanoseconds.milliseconds(300)
  /// Milliseconds for one tick of its timestamp clock.
  public var timestampTick = 1

  public init() {}

  public enum Reader: Equatable {
    /// Reads all that is there at once.
    case immediate
    /// Bytes a second, and how many at a time.
    case slow(rate: Int, chunk: Int)
    /// Stops at this offset for so long.
    case pausing(at: Int, duration: Nanoseconds)
    case never
  }

  public enum Closing: Equatable {
    /// The server ends the connection after the last answer; the client follows.
    case serverFirst
    /// Its FIN follows the last request at once, and it reads on (a half-closed connection).
    case withRequests
    /// Its FIN follows the last answer.
    case afterAnswers
    /// Resets the connection at this offset of the server's stream.
    case reset(at: Int)
    /// Is gone from this offset on, without a word.
    case vanish(at: Int)
  }
}

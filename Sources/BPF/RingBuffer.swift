import CLibBPF
import Glibc

/// The reading end of a ring buffer (BPF_MAP_TYPE_RINGBUF), into which programs put records of any length.
///
/// ```swift
/// let ring = try RingBuffer(try Map(pinned: path))
/// while true {
///   try ring.poll(timeout: .milliseconds(100)) { record in print(record.count) }
/// }
/// ```
/// How far it has been read is kept in the map itself: a second reader of the same map gets some records twice and
/// others not at all, so there should be one at a time.
public struct RingBuffer: ~Copyable {
  private let pointer: OpaquePointer
  private let receiver: Unmanaged<Receiver>

  /// What libbpf's callback finds: the caller's closure while it is being called.
  private final class Receiver {
    var body: ((UnsafeRawBufferPointer) throws -> Void)?
    var failure: (any Error)?
  }

  /// The ring buffer of a map, which may go afterwards.
  /// - Throws: `BPFError` if the map is of another type, or memory is short.
  public init(_ map: borrowing Map) throws(BPFError) {
    guard map.info.type == .ringBuffer else { throw BPFError("map \(map.info.name) is no ring buffer") }
    let receiver = Unmanaged.passRetained(Receiver())
    let callback: ring_buffer_sample_fn = { context, data, size in
      guard let context else { return -EINVAL }
      let receiver = Unmanaged<Receiver>.fromOpaque(context).takeUnretainedValue()
      do {
        try receiver.body?(UnsafeRawBufferPointer(start: data, count: size))
        return 0
      } catch {
        receiver.failure = error
        return -ECANCELED
      }
    }
    guard let pointer = ring_buffer__new(map.descriptor, callback, receiver.toOpaque(), nil) else {
      let error = BPFError(doing: "read ring buffer \(map.info.name)")
      receiver.release()
      throw error
    }
    self.pointer = pointer
    self.receiver = receiver
  }

  deinit {
    ring_buffer__free(pointer)
    receiver.release()
  }

  /// Waits until a program says that there are records, and reads all that there are.
  /// - Parameters:
  ///   - timeout: how long to wait at the most; a signal ends the wait too. Zero: not at all.
  ///   - body: gets each record, whose memory is not valid afterwards. If it throws, that record counts as read, and
  ///     the ones behind it stay.
  /// - Returns: how many records were read.
  /// - Throws: `BPFError`, and what `body` throws.
  @discardableResult
  public func poll(timeout: Duration, _ body: (UnsafeRawBufferPointer) throws -> Void) throws -> Int {
    let (seconds, attoseconds) = timeout.components
    let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    return try read(body) { ring_buffer__poll(pointer, Int32(clamping: max(milliseconds, 0))) }
  }

  /// Reads all records that there are, those too of which programs have not told (BPF_RB_NO_WAKEUP).
  @discardableResult
  public func consume(_ body: (UnsafeRawBufferPointer) throws -> Void) throws -> Int {
    try read(body) { ring_buffer__consume(pointer) }
  }

  private func read(
    _ body: (UnsafeRawBufferPointer) throws -> Void, _ call: () -> Int32
  ) throws -> Int {
    let receiver = receiver.takeUnretainedValue()
    let result = withoutActuallyEscaping(body) { body in
      receiver.body = body
      defer { receiver.body = nil }
      return call()
    }
    if let failure = receiver.failure {
      receiver.failure = nil
      throw failure
    }
    if result >= 0 { return Int(result) }
    guard result == -EINTR else { throw BPFError(doing: "read a ring buffer", result: result) }
    return 0
  }
}

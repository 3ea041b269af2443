import DataPlaneABI

/// A request and its answer, as the programs put them into the log.
public struct LogEntry: Sendable, Equatable {
  /// Nanoseconds since 1970.
  public let time: UInt64
  public let remoteAddress: IPAddress
  public let remotePort: UInt16
  public let localPort: UInt16
  public let status: UInt16
  /// `GET`, `HEAD`, `OPTIONS`, or nil for another one.
  public let method: String?
  /// HTTP/1.versionMinor.
  public let versionMinor: UInt8
  /// Of the answer, bytes.
  public let bodyLength: UInt32
  /// As the client sent them; empty if it sent none.
  public let target: [UInt8]
  public let host: [UInt8]
  public let referer: [UInt8]
  public let agent: [UInt8]
  /// Whether not all of the text found room.
  public let isCut: Bool

  /// By `enum request_method`.
  private static func name(ofMethod method: UInt8) -> String? {
    switch UInt32(method) {
    case REQUEST_METHOD_GET.rawValue: "GET"
    case REQUEST_METHOD_HEAD.rawValue: "HEAD"
    case REQUEST_METHOD_OPTIONS.rawValue: "OPTIONS"
    default: nil
    }
  }

  /// - Parameter record: of the ring buffer `access_log`: a struct log_entry and its text.
  /// - Returns: nil if the record is shorter than it says: a program of another version wrote it.
  public init?(_ record: UnsafeRawBufferPointer) {
    guard record.count >= MemoryLayout<log_entry>.size else { return nil }
    let entry = record.loadUnaligned(as: log_entry.self)
    var rest = record[MemoryLayout<log_entry>.size...]
    let lengths = [entry.request_length, entry.host_length, entry.referer_length, entry.agent_length].map { Int($0) }
    guard lengths.reduce(0, +) <= rest.count else { return nil }
    let texts = lengths.map { length in
      defer { rest = rest.dropFirst(length) }
      return Array(rest.prefix(length))
    }
    time = entry.time
    remoteAddress = IPAddress(raw: entry.remote_address)
    remotePort = entry.remote_port
    localPort = entry.local_port
    status = entry.status
    method = Self.name(ofMethod: entry.method)
    versionMinor = entry.version_minor
    bodyLength = entry.body_length
    (target, host, referer, agent) = (texts[0], texts[1], texts[2], texts[3])
    isCut = UInt32(entry.flags) & LOG_FLAG_CUT.rawValue != 0
  }
}

import Glibc

/// How a line of the access log looks.
public enum LogFormat: String, Sendable, CaseIterable {
  /// The Common Log Format: `ADDRESS - - [DATE] "REQUEST" STATUS BYTES`.
  case common
  /// The Combined Log Format: the same, and `"REFERER" "USER AGENT"`.
  case combined
  /// An object a line.
  case json

  /// A line without its end.
  public func line(_ entry: LogEntry) -> String {
    switch self {
    case .common: common(entry)
    case .combined: common(entry) + " \"\(Self.escaped(entry.referer))\" \"\(Self.escaped(entry.agent))\""
    case .json: json(entry).text(indented: false)
    }
  }

  private func common(_ entry: LogEntry) -> String {
    let date = Self.time(entry.time, "%d/%b/%Y:%H:%M:%S %z")
    return "\(entry.remoteAddress) - - [\(date)] \"\(Self.request(entry))\" \(entry.status) \(entry.bodyLength)"
  }

  private func json(_ entry: LogEntry) -> JSON {
    func text(_ bytes: [UInt8]) -> JSON { bytes.isEmpty ? .null : .string(String(decoding: bytes, as: UTF8.self)) }
    return .object([
      .init("time_ns", .unsigned(entry.time)), .init("remote_address", .string(entry.remoteAddress.description)),
      .init("remote_port", .unsigned(UInt64(entry.remotePort))),
      .init("local_port", .unsigned(UInt64(entry.localPort))), .init("method", .optional(entry.method)),
      .init("target", text(entry.target)), .init("version", .string("HTTP/1.\(entry.versionMinor)")),
      .init("host", text(entry.host)), .init("status", .unsigned(UInt64(entry.status))),
      .init("body_bytes", .unsigned(UInt64(entry.bodyLength))), .init("referer", text(entry.referer)),
      .init("user_agent", text(entry.agent)), .init("is_cut", .bool(entry.isCut)),
    ])
  }

  /// The request line, or a hyphen if there was none that could be read.
  private static func request(_ entry: LogEntry) -> String {
    if entry.target.isEmpty, entry.method == nil { return "-" }
    return "\(entry.method ?? "-") \(escaped(entry.target)) HTTP/1.\(entry.versionMinor)"
  }

  /// As nginx does: quotes, backslashes, control bytes and what is not ASCII as `\xHH`, nothing as a hyphen.
  static func escaped(_ bytes: [UInt8]) -> String {
    if bytes.isEmpty { return "-" }
    var text = ""
    for byte in bytes {
      if byte < 0x20 || byte >= 0x7F || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
        let digits = String(byte, radix: 16, uppercase: true)
        text += "\\x" + (digits.count == 1 ? "0" : "") + digits
      } else {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      }
    }
    return text
  }

  /// localtime_r need not look at the environment.
  private static let zone: Void = tzset()

  /// In the time zone of this process; months by their English names, whatever the locale.
  private static func time(_ nanoseconds: UInt64, _ format: String) -> String {
    _ = zone
    var seconds = time_t(nanoseconds / 1_000_000_000)
    var parts = tm()
    localtime_r(&seconds, &parts)
    var buffer = [CChar](repeating: 0, count: 64)
    let count = strftime(&buffer, buffer.count, format, &parts)
    return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

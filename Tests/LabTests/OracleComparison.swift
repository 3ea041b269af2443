import Glibc

/// Where two servers' answers to the same bytes differ.
struct OracleDifference: CustomStringConvertible {
  enum Kind: Equatable {
    /// Of answers.
    case count
    case ending
    case version
    case status
    case field(String)
    case body
  }

  var kind: Kind
  /// The answer's place among those of the conversation.
  var index: Int
  /// What the server under test has, and what nginx has; nil where it has none.
  var ours: String?
  var nginx: String?
  /// Both answers' statuses; 0 where there is none.
  var ourStatus = 0
  var nginxStatus = 0

  var description: String {
    "\(kind) of answer \(index): \(ours?.debugDescription ?? "none"), nginx \(nginx?.debugDescription ?? "none")"
      + " (\(ourStatus), nginx \(nginxStatus))"
  }
}

enum OracleComparison {
  /// The fields that change what a client does.
  static let fields = [
    "content-type", "content-length", "content-range", "content-encoding", "last-modified", "location", "allow",
    "accept-ranges", "connection", "vary", "transfer-encoding", "cache-control", "etag", "date", "expires",
    "set-cookie",
    "www-authenticate", "retry-after", "age", "refresh", "upgrade", "trailer", "content-language", "content-location",
  ]

  /// - Parameters:
  ///   - now: seconds since 1970 from the first byte sent to the last one received, what a Date is held against.
  ///   - decode: undoes a content coding; nil where it can't be undone.
  static func differences(
    _ ours: RawExchange, _ nginx: RawExchange, now: ClosedRange<Int>,
    decode: (_ body: [UInt8], _ coding: String) throws -> [UInt8]?
  ) rethrows -> [OracleDifference] {
    var found: [OracleDifference] = []
    let statuses = { (answers: [RawExchange.Answer]) in answers.map { "\($0.status)" }.joined(separator: " ") }
    if ours.answers.count != nginx.answers.count {
      found.append(
        OracleDifference(
          kind: .count, index: 0, ours: statuses(ours.answers), nginx: statuses(nginx.answers),
          ourStatus: ours.answers.last?.status ?? 0, nginxStatus: nginx.answers.last?.status ?? 0))
    }
    if ours.ending != nginx.ending {
      found.append(
        OracleDifference(
          kind: .ending, index: 0, ours: ours.ending.rawValue, nginx: nginx.ending.rawValue,
          ourStatus: ours.answers.last?.status ?? 0, nginxStatus: nginx.answers.last?.status ?? 0))
    }
    for (index, (one, other)) in zip(ours.answers, nginx.answers).enumerated() {
      func add(_ kind: OracleDifference.Kind, _ a: String?, _ b: String?) {
        guard a != b else { return }
        found.append(
          OracleDifference(
            kind: kind, index: index, ours: a, nginx: b, ourStatus: one.status, nginxStatus: other.status))
      }
      add(.version, one.version, other.version)
      add(.status, "\(one.status)", "\(other.status)")
      // What is in an answer of another status is another matter, and so is what comes after it.
      guard one.status == other.status else { break }
      for name in fields { add(.field(name), value(name, of: one, now), value(name, of: other, now)) }
      if one.body != other.body {
        let decoded = try one["content-encoding"].flatMap { try decode(one.body, $0.lowercased()) }
        if decoded != other.body { add(.body, text(one.body), text(other.body) + " ") }
      }
    }
    return found
  }

  /// What of a field's value is to be the same on both servers.
  private static func value(_ name: String, of answer: RawExchange.Answer, _ now: ClosedRange<Int>) -> String? {
    guard let value = answer[name] else { return nil }
    switch name {
    // Each server makes its own; that it is one, and a strong one, is what counts.
    case "etag": return value.wholeMatch(of: /"[\x21\x23-\x7e]+"/) != nil ? "strong" : value
    case "date":
      let around = now.lowerBound - 2...now.upperBound + 2
      return parsedDate(value).map { around.contains($0) } == true ? "now" : value
    case "connection": return value.lowercased()
    default: return value
    }
  }

  private static func text(_ body: [UInt8]) -> String {
    "\(body.count) bytes: " + String(decoding: body.prefix(60), as: UTF8.self)
  }
}

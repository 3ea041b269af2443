import CLinux
import Glibc

/// Questions and requests to the kernel over netlink(7).
enum Netlink {
  /// Why the kernel refused a request.
  struct Refusal: Error, Equatable, CustomStringConvertible {
    /// An errno.
    let code: Int32
    /// The kernel's own explanation, where it gives one.
    let message: String?

    var description: String {
      let reason = String(cString: strerror(code))
      return message.map { "\($0) (\(reason))" } ?? reason
    }
  }

  /// Sends a message and gives the answer's payload: what follows struct nlmsghdr.
  /// - Parameters:
  ///   - family: NETLINK_ROUTE or NETLINK_GENERIC.
  ///   - type: the message's type.
  ///   - payload: the family's own header and attributes.
  /// - Returns: nil if the kernel refuses or does not know the question.
  static func ask(family: Int32, type: UInt16, payload: [UInt8]) -> [UInt8]? {
    var answer: [UInt8]?
    try? converse(family: family, type: type, flags: 0, payload: payload) { _, payload in
      answer = Array(payload)
      return true
    }
    return answer
  }

  /// Has something done that the kernel acknowledges.
  /// - Parameter flags: NLM_F_CREATE and the like, beside those that every request has.
  static func request(type: Int, flags: Int32 = 0, payload: [UInt8]) throws(Refusal) {
    try converse(
      family: NETLINK_ROUTE, type: UInt16(type), flags: UInt16(NLM_F_ACK | flags), payload: payload) { _, _ in false }
  }

  /// Asks for a list, and gives the payload of each of its messages to `body`.
  static func list(type: Int, payload: [UInt8], _ body: (UnsafeRawBufferPointer) -> Void) throws(Refusal) {
    try converse(
      family: NETLINK_ROUTE, type: UInt16(type), flags: UInt16(NLM_F_DUMP), payload: payload
    ) { _, payload in
      body(payload)
      return false
    }
  }

  /// Sends a message and hands on what comes back, until `take` has had enough, or the kernel ends the list,
  /// acknowledges or refuses.
  private static func converse(
    family: Int32, type: UInt16, flags: UInt16, payload: [UInt8],
    take: (UInt16, UnsafeRawBufferPointer) -> Bool
  ) throws(Refusal) {
    let file = socket(AF_NETLINK, Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue), family)
    guard file >= 0 else { throw Refusal(code: errno, message: nil) }
    defer { close(file) }
    var on: Int32 = 1
    setsockopt(file, SOL_NETLINK, NETLINK_EXT_ACK, &on, socklen_t(MemoryLayout<Int32>.size))
    let headerSize = MemoryLayout<nlmsghdr>.size
    var header = nlmsghdr()
    header.nlmsg_type = type
    header.nlmsg_flags = UInt16(NLM_F_REQUEST) | flags
    header.nlmsg_len = UInt32(headerSize + payload.count)
    let request = bytes(of: header) + payload
    guard send(file, request, request.count, 0) == request.count else { throw Refusal(code: errno, message: nil) }
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = recv(file, &buffer, buffer.count, 0)
      guard count >= headerSize else { throw Refusal(code: count < 0 ? errno : EIO, message: nil) }
      var offset = 0
      while offset + headerSize <= count {
        let answer = buffer.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: nlmsghdr.self) }
        let length = Int(answer.nlmsg_len)
        guard length >= headerSize, offset + length <= count else { throw Refusal(code: EBADMSG, message: nil) }
        let body = Array(buffer[(offset + headerSize)..<(offset + length)])
        switch Int32(answer.nlmsg_type) {
        case NLMSG_DONE: return
        case NLMSG_ERROR: return try acknowledge(body, isCapped: answer.nlmsg_flags & UInt16(NLM_F_CAPPED) != 0)
        default: if body.withUnsafeBytes({ take(answer.nlmsg_type, $0) }) { return }
        }
        offset += (length + 3) / 4 * 4
      }
    }
  }

  /// struct nlmsgerr: a code, the request's header, the request itself unless it was left out, and attributes.
  private static func acknowledge(_ body: [UInt8], isCapped: Bool) throws(Refusal) {
    let code = body.withUnsafeBytes { $0.count >= 4 ? $0.loadUnaligned(as: Int32.self) : -EBADMSG }
    if code == 0 { return }
    let size = MemoryLayout<nlmsgerr>.size
    var message: String?
    if body.count >= size {
      body.withUnsafeBytes { bytes in
        let request = bytes.loadUnaligned(as: nlmsgerr.self).msg
        let start = isCapped ? size : 4 + (Int(request.nlmsg_len) + 3) / 4 * 4
        guard start < bytes.count else { return }
        forEachAttribute(UnsafeRawBufferPointer(rebasing: bytes[start...])) { type, payload in
          if type == Int(NLMSGERR_ATTR_MSG.rawValue) {
            message = String(decoding: payload.prefix { $0 != 0 }, as: UTF8.self)
          }
        }
      }
    }
    throw Refusal(code: -code, message: message)
  }

  /// struct nlattr and a payload, filled up to 4 bytes.
  static func attribute(_ type: some BinaryInteger, _ payload: [UInt8]) -> [UInt8] {
    let length = 4 + payload.count
    let header = rtattr(rta_len: UInt16(length), rta_type: UInt16(type))
    return bytes(of: header) + payload + [UInt8](repeating: 0, count: (4 - length % 4) % 4)
  }

  static func attribute(_ type: some BinaryInteger, _ value: UInt32) -> [UInt8] { attribute(type, bytes(of: value)) }

  /// A text with the NUL that ends it.
  static func attribute(_ type: some BinaryInteger, _ text: String) -> [UInt8] {
    attribute(type, Array(text.utf8) + [0])
  }

  /// Attributes within an attribute.
  static func attribute(_ type: some BinaryInteger, nesting attributes: [[UInt8]]) -> [UInt8] {
    attribute(UInt16(type) | UInt16(NLA_F_NESTED), attributes.flatMap { $0 })
  }

  /// Walks attributes: struct nlattr and a payload, each aligned to 4 bytes; two bits of the type are flags.
  static func forEachAttribute(_ bytes: UnsafeRawBufferPointer, _ body: (Int, UnsafeRawBufferPointer) -> Void) {
    var offset = 0
    while offset + 4 <= bytes.count {
      let header = bytes.loadUnaligned(fromByteOffset: offset, as: rtattr.self)
      let length = Int(header.rta_len)
      guard length >= 4, offset + length <= bytes.count else { return }
      body(Int(header.rta_type & 0x3fff), UnsafeRawBufferPointer(rebasing: bytes[(offset + 4)..<(offset + length)]))
      offset += (length + 3) / 4 * 4
    }
  }

  static func bytes<Value>(of value: Value) -> [UInt8] { withUnsafeBytes(of: value) { Array($0) } }
}

import CLinux
import Glibc

/// One question to the kernel over netlink(7), and its answer.
enum Netlink {
  /// Sends a message and gives the answer's payload: what follows struct nlmsghdr.
  /// - Parameters:
  ///   - family: NETLINK_ROUTE or NETLINK_GENERIC.
  ///   - type: the message's type.
  ///   - payload: the family's own header and attributes.
  /// - Returns: nil if the kernel refuses or does not know the question.
  static func ask(family: Int32, type: UInt16, payload: [UInt8]) -> [UInt8]? {
    let file = socket(AF_NETLINK, Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue), family)
    guard file >= 0 else { return nil }
    defer { close(file) }
    let headerSize = MemoryLayout<nlmsghdr>.size
    var header = nlmsghdr()
    header.nlmsg_type = type
    header.nlmsg_flags = UInt16(NLM_F_REQUEST)
    header.nlmsg_len = UInt32(headerSize + payload.count)
    let request = bytes(of: header) + payload
    guard send(file, request, request.count, 0) == request.count else { return nil }
    var buffer = [UInt8](repeating: 0, count: 65536)
    let count = recv(file, &buffer, buffer.count, 0)
    guard count >= headerSize else { return nil }
    let answer = buffer.withUnsafeBytes { $0.loadUnaligned(as: nlmsghdr.self) }
    guard answer.nlmsg_type != UInt16(NLMSG_ERROR), Int(answer.nlmsg_len) <= count else { return nil }
    return Array(buffer[headerSize..<Int(answer.nlmsg_len)])
  }

  /// struct nlattr and a payload, filled up to 4 bytes.
  static func attribute(_ type: some BinaryInteger, _ payload: [UInt8]) -> [UInt8] {
    let length = 4 + payload.count
    let header = rtattr(rta_len: UInt16(length), rta_type: UInt16(type))
    return bytes(of: header) + payload + [UInt8](repeating: 0, count: (4 - length % 4) % 4)
  }

  static func attribute(_ type: some BinaryInteger, _ value: UInt32) -> [UInt8] { attribute(type, bytes(of: value)) }

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

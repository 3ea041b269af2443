import DataPlaneABI
import HTTPCore

/// Every answer that the programs can give, rendered for the maps `content` and `answers`.
public struct AnswerSet {
  /// What `content` holds from its start, to be cut into chunks of `CONTENT_CHUNK_SIZE`. No answer lies in two of them.
  public let content: [UInt8]
  /// What `answers` holds, by `Response.templateIndex`.
  public let templates: [answer_template]

  public init() {
    var content: [UInt8] = []
    var templates: [answer_template] = []
    var placed: [[UInt8]: UInt32] = [:]
    for kind in 0..<UInt8(AnswerKind.count) {
      for persistence in 0..<UInt8(Persistence.count) {
        let answer = Answer(AnswerKind(rawValue: kind)!, Persistence(rawValue: persistence)!)
        let bytes = answer.bytes
        let offset = placed[bytes] ?? AnswerSet.place(bytes, in: &content)
        placed[bytes] = offset
        templates.append(
          answer_template(
            offset: offset, length: UInt32(bytes.count), head_length: UInt32(answer.head.count),
            checksum: onesComplementSum(bytes), head_checksum: onesComplementSum(answer.head)))
      }
    }
    self.content = content
    self.templates = templates
  }

  /// Appends `bytes` at an offset that 8 divides, within one chunk, and returns it.
  static func place(_ bytes: [UInt8], in content: inout [UInt8]) -> UInt32 {
    let chunk = Int(CONTENT_CHUNK_SIZE)
    precondition(bytes.count <= chunk, "an answer is longer than a chunk of the content store")
    var offset = (content.count + 7) / 8 * 8
    if offset % chunk + bytes.count > chunk { offset = (offset / chunk + 1) * chunk }
    content += [UInt8](repeating: 0, count: offset - content.count)
    content += bytes
    return UInt32(offset)
  }
}

/// The 16-bit ones' complement sum of `bytes`, not inverted (RFC 1071), an odd last byte filled up with zero. In
/// memory its bytes are in network order, as those summed are (RFC 1071 2(B): the sum is independent of byte order).
public func onesComplementSum(_ bytes: some Sequence<UInt8>) -> UInt16 {
  var sum: UInt64 = 0
  var isLow = true
  for byte in bytes {
    sum += isLow ? UInt64(byte) : UInt64(byte) << 8
    isLow.toggle()
  }
  while sum > 0xFFFF { sum = sum >> 16 + sum & 0xFFFF }
  return UInt16(sum)
}

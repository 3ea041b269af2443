/// A frame with a TCP segment in it. Built field by field, correct unless told otherwise, and decoded with every
/// length and checksum checked.
public struct Frame: Hashable, Sendable, CustomStringConvertible {
  public var ethernet: EthernetHeader
  public var ip: IPHeader
  public var tcp: TCPSegment

  public init(ethernet: EthernetHeader, ip: IPHeader, tcp: TCPSegment) {
    self.ethernet = ethernet
    self.ip = ip
    self.tcp = tcp
  }

  /// The frame as it goes onto the wire, not padded to Ethernet's 60 bytes.
  public var bytes: [UInt8] {
    ethernet.frame(
      etherType: ip.etherType,
      payload: ip.datagram(protocol: 6, payload: tcp.encoded(from: ip.source, to: ip.destination)))
  }

  /// How much a decoder puts up with.
  public enum Leniency: Sendable {
    /// Nothing: every field is as a sender must write it.
    case none
    /// What a receiver has to bear: reserved bits, options that are malformed, bytes behind the datagram
    /// (RFC 9293 3.1, MUST-7).
    case receiver
  }

  /// Reads a frame.
  /// - Parameter allowPartialChecksum: whether a checksum that the sender left to its device passes.
  /// - Throws: `DecodingError`, at the first field that is not as its standard wants it.
  public init(
    decoding bytes: [UInt8], allowPartialChecksum: Bool = false, leniency: Leniency = .none
  ) throws(DecodingError) {
    var reader = Reader(bytes[...])
    let (ethernet, type) = try EthernetHeader.decode(&reader)
    let (ip, number, payload) = try IPHeader.decode(&reader, etherType: type)
    guard number == 6 else { throw DecodingError("transport protocol \(number) is not TCP") }
    self.ethernet = ethernet
    self.ip = ip
    tcp = try TCPSegment.decode(payload, ip: ip, allowPartialChecksum: allowPartialChecksum, leniency: leniency)
    guard leniency == .receiver || reader.remaining == 0 || bytes.count <= 60 else {
      throw DecodingError("\(reader.remaining) bytes follow the datagram, more than Ethernet's padding")
    }
  }

  /// A copy with some fields changed: `frame.with { $0.tcp.checksum = .wrong }`.
  public func with(_ change: (inout Frame) -> Void) -> Frame {
    var copy = self
    change(&copy)
    return copy
  }

  public var description: String {
    let tags = ethernet.tags.map { "\($0) " }.joined()
    let payload = tcp.payload.isEmpty ? "" : " payload \(tcp.payload.count): \(tcp.text.prefix(60).debugDescription)"
    let options = tcp.options.isEmpty ? "" : " \(tcp.options)"
    return "\(tags)\(ip.source).\(tcp.sourcePort) > \(ip.destination).\(tcp.destinationPort) \(tcp.flags)"
      + " seq \(tcp.sequence) ack \(tcp.acknowledgment) win \(tcp.window)\(options)\(payload)"
  }
}

/// A VLAN tag: 802.1Q or 802.1ad.
public struct VLANTag: Hashable, Sendable, CustomStringConvertible {
  /// 0x8100 (802.1Q, the customer's) or 0x88a8 (802.1ad, the provider's).
  public var etherType: UInt16
  /// 0 to 4095.
  public var identifier: UInt16
  /// 0 to 7.
  public var priority: UInt8

  public init(_ identifier: UInt16, etherType: UInt16 = 0x8100, priority: UInt8 = 0) {
    self.etherType = etherType
    self.identifier = identifier
    self.priority = priority
  }

  public static func dot1Q(_ identifier: UInt16) -> VLANTag { VLANTag(identifier) }
  public static func dot1ad(_ identifier: UInt16) -> VLANTag { VLANTag(identifier, etherType: 0x88a8) }

  public var description: String { "vlan \(identifier)" }
}

/// The Ethernet header and up to two VLAN tags.
public struct EthernetHeader: Hashable, Sendable {
  public var destination: MACAddress
  public var source: MACAddress
  /// Outermost first.
  public var tags: [VLANTag]

  public init(from source: MACAddress, to destination: MACAddress, tags: [VLANTag] = []) {
    self.source = source
    self.destination = destination
    self.tags = tags
  }

  /// A whole frame: the header, then `payload`.
  public func frame(etherType: UInt16, payload: [UInt8]) -> [UInt8] {
    var bytes = destination.bytes + source.bytes
    for tag in tags {
      bytes.append(big: tag.etherType)
      bytes.append(big: UInt16(tag.priority) << 13 | tag.identifier)
    }
    bytes.append(big: etherType)
    return bytes + payload
  }

  static func decode(_ reader: inout Reader) throws(DecodingError) -> (EthernetHeader, etherType: UInt16) {
    let destination = MACAddress(Array(try reader.take(6, "the destination address")))
    let source = MACAddress(Array(try reader.take(6, "the source address")))
    var tags: [VLANTag] = []
    var type = try reader.word("the EtherType")
    while type == 0x8100 || type == 0x88a8 {
      guard tags.count < 2 else { throw DecodingError("the frame has more than two VLAN tags") }
      let control = try reader.word("the VLAN tag")
      tags.append(VLANTag(control & 0xfff, etherType: type, priority: UInt8(control >> 13)))
      type = try reader.word("the EtherType behind the VLAN tag")
    }
    return (EthernetHeader(from: source, to: destination, tags: tags), type)
  }
}

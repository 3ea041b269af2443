import TCPCore

/// The initial sequence numbers of a dialogue, which names every place in a stream by its offset: 0 is the first byte
/// of payload, -1 the SYN.
struct Origin: CustomStringConvertible {
  /// IRS
  var client: SequenceNumber
  /// ISS
  var server: SequenceNumber

  init(client: UInt32, server: UInt32) {
    self.client = SequenceNumber(client)
    self.server = SequenceNumber(server)
  }

  /// Every dialogue is held at each of these: from zero; with a wrap after the SYN itself; with a wrap inside the
  /// first few bytes, and a few hundred bytes later; and across the sign of a 32-bit distance.
  static var all: [Origin] {
    [
      Origin(client: 0, server: 0),
      Origin(client: 0xffff_ffff, server: 0xffff_ffff),
      Origin(client: 0xffff_fff9, server: 0xffff_ffe0),
      Origin(client: 0xffff_ff00, server: 0xffff_fc00),
      Origin(client: 0x7fff_fff9, server: 0x7fff_ffe0),
      Origin(client: 0x1234_5678, server: 0xffff_fff0),
    ]
  }

  var description: String {
    "IRS \(String(client.value, radix: 16)), ISS \(String(server.value, radix: 16))"
  }
}

extension SequenceNumber {
  /// The number at `offset` in the stream whose SYN has this number.
  func at(_ offset: Int) -> SequenceNumber { SequenceNumber(UInt32(truncatingIfNeeded: Int(value) + 1 + offset)) }

  /// The offset of `number` in the stream whose SYN has this number.
  func offset(of number: SequenceNumber) -> Int { Int(number.distance(from: at(0))) }
}

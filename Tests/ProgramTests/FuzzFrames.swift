import PacketKit
import Randomness

/// Makes frames that a server may meet: from correct ones over slightly wrong ones to noise.
struct FuzzFrames {
  private var generator: SplitMix
  /// Correct frames to start from.
  private let templates: [[UInt8]]

  /// - Parameter flows: clients whose connections are established; frames are made after theirs.
  init(seed: UInt64, flows: [Client]) {
    generator = SplitMix(seed: seed)
    templates = flows.flatMap(Self.conversation)
  }

  /// Whether something that happens once in `count` times happens.
  mutating func once(in count: Int) -> Bool { Int.random(in: 0..<count, using: &generator) == 0 }

  mutating func index(below count: Int) -> Int { Int.random(in: 0..<count, using: &generator) }

  /// Noise, or a template with a few changes. Its checksums fit only by chance.
  mutating func mutated() -> [UInt8] {
    if once(in: 20) { return noise(14 + index(below: 1500)) }
    var frame = templates[index(below: templates.count)]
    for _ in 0...index(below: 4) { mutate(&frame) }
    return frame.count < 14 ? frame + noise(14 - frame.count) : frame
  }

  /// A segment that is correct in form and anything at all in meaning.
  mutating func segment(of client: Client) -> Frame {
    var client = client
    client.next &+= jump()
    client.expected &+= jump()
    client.window = once(in: 4) ? UInt16(index(below: 3000)) : 65535
    let flags = once(in: 3) ? TCPFlags(rawValue: UInt8(index(below: 256))) : TCPFlags(rawValue: 0x18)
    let payload = once(in: 2) ? noise(index(below: 1400)) : Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
    return client.segment(flags, payload, options: once(in: 3) ? options() : [])
  }

  private mutating func options() -> [TCPOption] {
    let all: [TCPOption] = [
      .maximumSegmentSize(UInt16(index(below: 65536))), .windowScale(7), .sackPermitted, .noOperation, .end,
      .timestamps(value: 1, echo: 2), .raw(noise(1 + index(below: 8))), .raw([2, 0]), .raw([8, 200, 1]),
    ]
    return (0..<index(below: 4)).map { _ in all[index(below: all.count)] }
  }

  private mutating func jump() -> UInt32 {
    switch index(below: 4) {
    case 0: 0
    case 1: UInt32(truncatingIfNeeded: index(below: 4000) - 2000)
    case 2: UInt32(truncatingIfNeeded: index(below: 140_000) - 70_000)
    default: UInt32(truncatingIfNeeded: Int(truncatingIfNeeded: generator.next()))
    }
  }

  private mutating func noise(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + 8)
    while bytes.count < count {
      let word = generator.next()
      for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift))) }
    }
    bytes.removeLast(bytes.count - count)
    return bytes
  }

  private mutating func mutate(_ frame: inout [UInt8]) {
    guard frame.count > 14 else { return }
    // Mostly in the headers, where meaning is dense.
    let place = once(in: 3) ? index(below: frame.count) : index(below: min(frame.count, 94))
    switch index(below: 8) {
    case 0, 1: frame[place] ^= 1 << UInt8(index(below: 8))
    case 2: frame[place] = UInt8(index(below: 256))
    case 3: frame[place] = [0, 1, 0x7f, 0x80, 0xff][index(below: 5)]
    case 4: frame.removeLast(1 + index(below: frame.count - 14))
    case 5: frame += noise(1 + index(below: 64))
    case 6: frame.insert(contentsOf: noise(1 + index(below: 8)), at: place)
    default:
      let end = min(frame.count, place + 1 + index(below: 8))
      frame.removeSubrange(place..<end)
    }
    if frame.count > 1600 { frame.removeLast(frame.count - 1600) }
  }

  /// One of each kind of segment, with the extras that its family has.
  private static func conversation(_ client: Client) -> [[UInt8]] {
    var client = client
    var frames = [
      client.segment(.syn, options: [.maximumSegmentSize(1460), .sackPermitted, .windowScale(7)]),
      client.segment(.ack), client.segment([.ack, .psh], Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8)),
      client.segment([.fin, .ack]), client.segment(.rst), client.segment([.syn, .ack]),
      client.segment([.ack, .urg], Array("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello".utf8)),
    ]
    client.ipv4.options = [0x94, 4, 0, 0]
    client.ipv6.extensions = [.hopByHop(), .destinationOptions(), .routing]
    frames.append(client.segment([.ack, .psh], Array("HEAD / HTTP/1.0\r\n\r\n".utf8)))
    client.ipv4.fragment = 0x2000
    client.ipv6.extensions = [.fragment(offset: 0, more: true)]
    frames.append(client.segment(.ack))
    return frames.map(\.bytes)
  }
}

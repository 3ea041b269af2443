import PacketKit
import Randomness

/// Makes frames that a server may meet: from correct ones over slightly wrong ones to noise.
struct FuzzFrames {
  private var generator: SplitMix
  /// Correct frames to start from.
  private let templates: [[UInt8]]

  /// - Parameters:
  ///   - flows: clients whose connections are established; frames are made after theirs.
  ///   - messagesAbout: those of which routers' messages tell.
  init(seed: UInt64, flows: [Client], messagesAbout: [Client]) {
    generator = SplitMix(seed: seed)
    let messages = messagesAbout.map { Self.message(1000, about: $0, sequence: $0.expected) }
    templates = flows.flatMap(Self.conversation) + messages
  }

  /// A SYN with any options.
  mutating func syn(of client: Client) -> Frame {
    var client = client
    let list = options(of: client)
    let notifies = once(in: 3)
    return client.syn(options: list).with { if notifies { $0.tcp.flags = [.syn, .ece, .cwr] } }
  }

  /// A router's message, correct in form, about a segment that was or was not sent to a client.
  mutating func message(about client: Client) -> [UInt8] {
    let mtu = once(in: 2) ? UInt32(index(below: 1600)) : UInt32(truncatingIfNeeded: generator.next())
    return Self.message(mtu, about: client, sequence: client.expected &+ jump())
  }

  private static func message(_ mtu: UInt32, about client: Client, sequence: UInt32) -> [UInt8] {
    var tcp = TCPSegment(from: client.serverPort, to: client.port, flags: .ack)
    tcp.sequence = sequence
    let ip = IPHeader(from: client.server, to: client.address)
    let segment = Frame(ethernet: client.ethernet, ip: ip, tcp: tcp).bytes
    return PathMTUTests.Message(mtu, about: segment, to: client).bytes
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
    return client.segment(flags, payload, options: once(in: 2) ? options(of: client) : []).with {
      $0.ip.ipv4.typeOfService = UInt8(truncatingIfNeeded: payload.count & 3)
      $0.ip.ipv6.trafficClass = UInt8(truncatingIfNeeded: payload.count & 3)
    }
  }

  /// Some options, of at most 40 bytes.
  private mutating func options(of client: Client) -> [TCPOption] {
    let time = once(in: 2) ? 2 : UInt32(truncatingIfNeeded: generator.next())
    let all: [TCPOption] = [
      .maximumSegmentSize(UInt16(index(below: 65536))), .windowScale(UInt8(index(below: 16))), .sackPermitted,
      .noOperation, .end, .timestamps(value: time, echo: 2), .raw(noise(1 + index(below: 8))), .raw([2, 0]),
      .raw([8, 200, 1]), .raw([5, 9] + noise(7)), .raw([5, 6, 0, 0, 0, 0]),
      .sack((0...index(below: 3)).map { _ in block(client) }),
    ]
    var list: [TCPOption] = []
    var length = 0
    for _ in 0..<index(below: 4) {
      let option = all[index(below: all.count)]
      length += Self.longest(option)
      if length <= 40 { list.append(option) }
    }
    return list
  }

  private static func longest(_ option: TCPOption) -> Int {
    switch option {
    case .sack(let blocks): 2 + 8 * blocks.count
    case .raw(let bytes): bytes.count
    default: 10
    }
  }

  /// A SACK block: often a range that may be under way.
  private mutating func block(_ client: Client) -> TCPOption.ClosedEdge {
    let left = client.expected &+ (once(in: 4) ? jump() : UInt32(index(below: 15_000)))
    return .init(left: left, right: left &+ (once(in: 4) ? jump() : UInt32(index(below: 6000))))
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

/// One end of a TCP conversation, by hand: it numbers what it sends and remembers what it has seen, and does
/// nothing else, so that a test can say anything at any time.
///
///     var client = Client()
///     let synAck = try client.hear(server.answer(to: client.syn()))
///     try synAck.check(.flags([.syn, .ack]), .acknowledges(client.next))
///     send(client.ack())
///     send(client.data("GET / HTTP/1.1\r\n\r\n"))
public struct Client: Sendable {
  public var address: IPAddress
  public var port: UInt16
  public var server: IPAddress
  public var serverPort: UInt16
  public var ethernet: EthernetHeader
  public var ipv4 = IPv4Fields()
  public var ipv6 = IPv6Fields()
  public var window: UInt16 = 65535
  public var checksum: ChecksumMode = .right

  /// The initial sequence number.
  public let initial: UInt32
  /// SND.NXT: the sequence number of the next byte sent.
  public var next: UInt32
  /// RCV.NXT: what the next segment acknowledges. 0 until the server's SYN was heard.
  public var expected: UInt32 = 0

  public init(
    from address: IPAddress = "10.0.0.2", port: UInt16 = 40000, to server: IPAddress = "10.0.0.1",
    serverPort: UInt16 = 8080, initial: UInt32 = 1_000_000, tags: [VLANTag] = []
  ) {
    self.address = address
    self.port = port
    self.server = server
    self.serverPort = serverPort
    self.initial = initial
    next = initial
    ethernet = EthernetHeader(from: .client, to: .server, tags: tags)
  }

  /// Any segment, numbered `next` and `expected`. Sending it does not move `next`: only the verbs below do.
  public func segment(_ flags: TCPFlags, _ payload: [UInt8] = [], options: [TCPOption] = []) -> Frame {
    var ip = IPHeader(from: address, to: server)
    ip.ipv4 = ipv4
    ip.ipv6 = ipv6
    var tcp = TCPSegment(from: port, to: serverPort, flags: flags)
    tcp.sequence = next
    tcp.acknowledgment = flags.contains(.ack) ? expected : 0
    tcp.window = window
    tcp.options = options
    tcp.payload = payload
    tcp.checksum = checksum
    return Frame(ethernet: ethernet, ip: ip, tcp: tcp)
  }

  /// The first SYN, or the same again: it does not matter what was sent since.
  public mutating func syn(options: [TCPOption] = [.maximumSegmentSize(1460)]) -> Frame {
    next = initial
    defer { next = initial &+ 1 }
    return segment(.syn, options: options)
  }

  public func ack() -> Frame { segment(.ack) }

  public mutating func data(_ text: String, flags: TCPFlags = [.ack, .psh]) -> Frame {
    data(Array(text.utf8), flags: flags)
  }

  public mutating func data(_ payload: [UInt8], flags: TCPFlags = [.ack, .psh]) -> Frame { advance(flags, payload) }

  /// FIN, with or without a last piece of payload.
  public mutating func fin(_ text: String = "") -> Frame { advance([.fin, .ack], Array(text.utf8)) }

  /// A reset at `next`, which a server must believe; another `next` makes it one that must be challenged.
  public func rst() -> Frame { segment(.rst) }

  private mutating func advance(_ flags: TCPFlags, _ payload: [UInt8]) -> Frame {
    let frame = segment(flags, payload)
    next &+= frame.tcp.length
    return frame
  }

  /// Decodes a frame of the server's, checks that it is addressed to this client, and moves `expected` past it if
  /// it continues what was heard before.
  /// - Throws: `DecodingError`, or `CheckFailure` where the frame is somebody else's.
  @discardableResult
  public mutating func hear(_ bytes: [UInt8]) throws -> Frame {
    let frame = try Frame(decoding: bytes)
    try frame.check(
      .custom("is addressed to \(address).\(port)") { [self] in
        $0.ip.source == server && $0.ip.destination == address && $0.tcp.sourcePort == serverPort
          && $0.tcp.destinationPort == port && $0.ethernet.destination == ethernet.source
          && $0.ethernet.source == ethernet.destination
          && $0.ethernet.tags.map(\.identifier) == ethernet.tags.map(\.identifier)
          && $0.ethernet.tags.map(\.etherType) == ethernet.tags.map(\.etherType)
      })
    if frame.tcp.flags.contains(.syn) {
      expected = frame.tcp.sequence &+ frame.tcp.length
    } else if frame.tcp.sequence == expected, !frame.tcp.flags.contains(.rst) {
      expected &+= frame.tcp.length
    }
    return frame
  }
}

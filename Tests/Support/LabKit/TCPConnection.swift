import Glibc

/// A client's TCP socket of the kernel's, opened in a lab's namespace. Every wait ends.
public final class TCPConnection {
  private var file: Int32

  /// Connects, within `timeout`.
  /// - Parameters:
  ///   - address: IPv4 or IPv6 text.
  ///   - receiveBuffer: SO_RCVBUF, bytes; the kernel doubles it, and goes no lower than 2304. Nil: as the kernel will.
  /// - Throws: `ConnectionError`.
  public init(
    in namespace: NetworkNamespace, to address: String, port: UInt16, timeout: Duration = .seconds(15),
    receiveBuffer: Int32? = nil
  ) throws {
    file = try namespace.inside { try Self.open(address) }
    do {
      if var size = receiveBuffer {
        setsockopt(file, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
      }
      try Self.connect(file, address, port)
      try wait(for: Int16(POLLOUT), timeout)
      var problem: Int32 = 0
      var size = socklen_t(MemoryLayout<Int32>.size)
      getsockopt(file, SOL_SOCKET, SO_ERROR, &problem, &size)
      guard problem == 0 else { throw ConnectionError(code: problem) }
    } catch {
      Glibc.close(file)
      throw error
    }
  }

  private init(file: Int32) { self.file = file }

  deinit { close() }

  /// Starts `count` connections at once, and returns how each of them ended within `timeout`: a connection, or nil
  /// for one that was refused or not answered.
  public static func many(
    _ count: Int, in namespace: NetworkNamespace, to address: String, port: UInt16, timeout: Duration
  ) throws -> [TCPConnection?] {
    try raiseFileLimit(to: count + 512)
    let files = try namespace.inside { try (0..<count).map { _ in try open(address) } }
    var result = [TCPConnection?](repeating: nil, count: count)
    var waiting = [Int: Int32](uniqueKeysWithValues: files.enumerated().map { ($0.offset, $0.element) })
    defer { waiting.values.forEach { Glibc.close($0) } }
    for file in files { try? connect(file, address, port) }
    let deadline = ContinuousClock.now + timeout
    while !waiting.isEmpty, ContinuousClock.now < deadline {
      let order = Array(waiting)
      var polls = order.map { pollfd(fd: $0.value, events: Int16(POLLOUT), revents: 0) }
      guard poll(&polls, nfds_t(polls.count), 100) > 0 else { continue }
      for (entry, state) in zip(order, polls) where state.revents != 0 {
        waiting[entry.key] = nil
        if state.revents & Int16(POLLERR | POLLHUP) == 0 {
          result[entry.key] = TCPConnection(file: entry.value)
        } else {
          Glibc.close(entry.value)
        }
      }
    }
    return result
  }

  /// Sends everything, in one segment where it fits one.
  public func send(_ text: String) throws { try send(Array(text.utf8)) }

  public func send(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      try wait(for: Int16(POLLOUT), .seconds(15))
      let count = rest.withUnsafeBytes { Glibc.send(file, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { throw ConnectionError(code: errno) }
      rest = rest.dropFirst(count)
    }
  }

  /// Receives until `length` bytes are there, or the peer has closed.
  public func receive(_ length: Int, timeout: Duration = .seconds(15)) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    let deadline = ContinuousClock.now + timeout
    while bytes.count < length {
      try wait(for: Int16(POLLIN), deadline - ContinuousClock.now)
      let count = recv(file, &buffer, min(buffer.count, length - bytes.count), 0)
      guard count >= 0 else { throw ConnectionError(code: errno) }
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    return bytes
  }

  /// Receives what is there, and waits for the first of it.
  /// - Returns: the bytes put into `buffer`; 0 where the peer has closed.
  /// - Throws: `ConnectionError`, ETIMEDOUT when nothing comes within `timeout`.
  public func receive(into buffer: UnsafeMutableRawBufferPointer, timeout: Duration) throws -> Int {
    let deadline = ContinuousClock.now + timeout
    while true {
      try wait(for: Int16(POLLIN), deadline - ContinuousClock.now)
      let count = recv(file, buffer.baseAddress, buffer.count, 0)
      if count >= 0 { return count }
      guard errno == EAGAIN || errno == EINTR else { throw ConnectionError(code: errno) }
    }
  }

  /// Receives until the peer closes.
  public func receiveToEnd(timeout: Duration = .seconds(15)) throws -> String {
    String(decoding: try receive(.max, timeout: timeout), as: UTF8.self)
  }

  /// Closes the sending half: FIN, and the receiving half stays.
  public func finish() { shutdown(file, Int32(SHUT_WR)) }

  public func close() {
    guard file >= 0 else { return }
    Glibc.close(file)
    file = -1
  }

  /// Closes with a reset instead of a FIN.
  public func reset() {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(file, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    close()
  }

  private func wait(for events: Int16, _ timeout: Duration) throws {
    var state = pollfd(fd: file, events: events, revents: 0)
    let milliseconds = max(0, timeout.components.seconds * 1000 + timeout.components.attoseconds / 1_000_000_000_000_000)
    guard poll(&state, 1, Int32(clamping: milliseconds)) > 0 else { throw ConnectionError(code: ETIMEDOUT) }
  }

  private static func open(_ address: String) throws -> Int32 {
    let family = address.contains(":") ? AF_INET6 : AF_INET
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let file = socket(family, kind, Int32(IPPROTO_TCP))
    guard file >= 0 else { throw LabError.system("can't open a socket") }
    var on: Int32 = 1
    setsockopt(file, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    return file
  }

  private static func connect(_ file: Int32, _ address: String, _ port: UInt16) throws {
    let status: Int32
    if address.contains(":") {
      var name = sockaddr_in6()
      name.sin6_family = sa_family_t(AF_INET6)
      name.sin6_port = port.bigEndian
      guard inet_pton(AF_INET6, address, &name.sin6_addr) == 1 else { throw LabError("\(address) is no address") }
      status = withUnsafePointer(to: &name) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          Glibc.connect(file, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
        }
      }
    } else {
      var name = sockaddr_in()
      name.sin_family = sa_family_t(AF_INET)
      name.sin_port = port.bigEndian
      guard inet_pton(AF_INET, address, &name.sin_addr) == 1 else { throw LabError("\(address) is no address") }
      status = withUnsafePointer(to: &name) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          Glibc.connect(file, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
    }
    guard status == 0 || errno == EINPROGRESS else { throw ConnectionError(code: errno) }
  }

  private static func raiseFileLimit(to count: Int) throws {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    guard limit.rlim_cur < rlim_t(count) else { return }
    limit.rlim_cur = rlim_t(count)
    limit.rlim_max = max(limit.rlim_max, rlim_t(count))
    guard setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
      throw LabError.system("can't raise the limit of open files to \(count)")
    }
  }
}

/// A connection that was refused, reset or not answered in time.
public struct ConnectionError: Error, CustomStringConvertible {
  /// An `errno`: ECONNREFUSED, ECONNRESET, ETIMEDOUT ...
  public let code: Int32
  public var description: String { String(cString: strerror(code)) }
}

import CLinux
import Glibc

/// A network namespace with nothing but a loopback interface, which this thread is in as long as this is not closed,
/// and what tc programs send out of that interface.
final class Wire {
  private let home: Int32
  private let socket: Int32
  private var isClosed = false

  /// The index of the loopback interface of every namespace.
  static let interface: UInt32 = 1

  init() throws {
    home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)
    guard home >= 0, unshare(CLONE_NEWNET) == 0 else { throw Wire.failure("make a network namespace") }
    let everything = UInt16(0x0003).bigEndian  // ETH_P_ALL
    socket = Glibc.socket(
      AF_PACKET, Int32(SOCK_RAW.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue),
      Int32(everything))
    guard socket >= 0 else { throw Wire.failure("open a packet socket") }
    // struct ifreq: 16 bytes of name, then a union; IFF_UP.
    var request = Array("lo".utf8) + [UInt8](repeating: 0, count: 38)
    request[16] = 1
    guard ioctl(socket, UInt(SIOCSIFFLAGS), &request) == 0 else { throw Wire.failure("set the interface up") }
    var room: Int32 = 8 << 20
    let size = socklen_t(MemoryLayout<Int32>.size)
    guard setsockopt(socket, SOL_SOCKET, SO_RCVBUFFORCE, &room, size) == 0 else {
      throw Wire.failure("give a packet socket room")
    }
  }

  deinit { close() }

  /// Brings this thread back to where it was.
  func close() {
    guard !isClosed else { return }
    isClosed = true
    setns(home, 0)
    Glibc.close(home)
    Glibc.close(socket)
  }

  /// The frames that have been sent since this was last called.
  func sent() -> [[UInt8]] {
    var frames: [[UInt8]] = []
    var buffer = [UInt8](repeating: 0, count: 16384)
    while true {
      var sender = sockaddr_ll()
      var size = socklen_t(MemoryLayout<sockaddr_ll>.size)
      let count = withUnsafeMutablePointer(to: &sender) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { recvfrom(socket, &buffer, buffer.count, 0, $0, &size) }
      }
      guard count > 0 else { return frames }
      if sender.sll_pkttype == UInt8(PACKET_OUTGOING) { frames.append(Array(buffer[..<count])) }
    }
  }

  private static func failure(_ what: String) -> ProgramTestFailure {
    ProgramTestFailure(description: "can't \(what): errno \(errno)")
  }
}

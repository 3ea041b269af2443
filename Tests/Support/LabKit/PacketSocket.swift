import CLinux
import Glibc

/// Whole Ethernet frames in and out of a host's interface, beside its kernel's own.
public final class PacketSocket {
  private let file: Int32
  private var address = sockaddr_ll()

  /// - Throws: `LabError`.
  public init(on host: Host) throws {
    let everything = UInt16(0x0003).bigEndian  // ETH_P_ALL
    let (socket, index) = try host.namespace.inside {
      (Glibc.socket(AF_PACKET, Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue), Int32(everything)),
        if_nametoindex(host.interface))
    }
    guard socket >= 0 else { throw LabError.system("can't open a packet socket") }
    file = socket
    address.sll_family = UInt16(AF_PACKET)
    address.sll_protocol = everything
    address.sll_ifindex = Int32(index)
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(file, $0, Self.addressSize) }
    }
    guard status == 0 else { throw LabError.system("can't bind a packet socket to \(host.interface)") }
  }

  deinit { Glibc.close(file) }

  /// Sends one frame out of the interface.
  public func send(_ frame: [UInt8]) throws {
    guard try sendIfRoom(frame) else { throw LabError("no room to send a frame of \(frame.count) bytes") }
  }

  /// Sends one frame out of the interface, unless too many of this socket's are still on their way.
  /// - Returns: whether it was sent.
  public func sendIfRoom(_ frame: [UInt8]) throws -> Bool {
    let count = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        sendto(file, frame, frame.count, 0, $0, Self.addressSize)
      }
    }
    if count < 0, errno == ENOBUFS { return false }
    guard count == frame.count else { throw LabError.system("can't send a frame of \(frame.count) bytes") }
    return true
  }

  /// Which way frames went that are received here.
  public enum Way { case cameIn, wentOut }

  /// The next frame that came in, or that this host's kernel sent, and that `wanted` accepts, or nil when the time is
  /// up. Frames that were sent by `send` are not among them.
  public func receive(timeout: Duration, _ way: Way = .cameIn, where wanted: ([UInt8]) -> Bool) -> [UInt8]? {
    let deadline = ContinuousClock.now + timeout
    var buffer = [UInt8](repeating: 0, count: 65536)
    while ContinuousClock.now < deadline {
      var state = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
      guard poll(&state, 1, 20) > 0 else { continue }
      var sender = sockaddr_ll()
      var size = Self.addressSize
      let count = withUnsafeMutablePointer(to: &sender) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { recvfrom(file, &buffer, buffer.count, 0, $0, &size) }
      }
      guard count > 0, (sender.sll_pkttype == UInt8(PACKET_OUTGOING)) == (way == .wentOut) else { continue }
      let frame = Array(buffer[..<count])
      if wanted(frame) { return frame }
    }
    return nil
  }

  private static let addressSize = socklen_t(MemoryLayout<sockaddr_ll>.size)
}

import CLinux
import Glibc

/// What a driver says that it can do with XDP programs (the generic netlink family `netdev`, since Linux 6.3).
struct DriverFeatures: Equatable {
  /// Programs run in the driver, and may drop, pass and send back (NETDEV_XDP_ACT_BASIC).
  let runsNatively: Bool
  /// Other programs' frames can be sent through it, copies of its own among them (NETDEV_XDP_ACT_NDO_XMIT).
  let takesFrames: Bool
  /// Programs can run on the network card (NETDEV_XDP_ACT_HW_OFFLOAD).
  let offloads: Bool

  /// Numbers of linux/netdev.h, which Linux 6.1's headers do not have.
  private enum NetdevNumber {
    static let getDevice: UInt8 = 1  // NETDEV_CMD_DEV_GET
    static let interface = 1  // NETDEV_A_DEV_IFINDEX
    static let features = 3  // NETDEV_A_DEV_XDP_FEATURES
    static let basic: UInt64 = 1 << 0
    static let takeFrames: UInt64 = 1 << 2
    static let offload: UInt64 = 1 << 4
  }

  init(bits: UInt64) {
    runsNatively = bits & NetdevNumber.basic != 0
    takesFrames = bits & NetdevNumber.takeFrames != 0
    offloads = bits & NetdevNumber.offload != 0
  }

  /// Asks for an interface by its index.
  /// - Returns: nil where the kernel does not tell.
  static func query(interface: UInt32) -> DriverFeatures? {
    guard let family = family("netdev") else { return nil }
    let question = header(NetdevNumber.getDevice) + Netlink.attribute(NetdevNumber.interface, interface)
    guard let answer = Netlink.ask(family: NETLINK_GENERIC, type: family, payload: question) else { return nil }
    var bits: UInt64?
    forEachAttribute(answer) { type, payload in
      if type == NetdevNumber.features, payload.count >= 8 { bits = payload.loadUnaligned(as: UInt64.self) }
    }
    return bits.map { DriverFeatures(bits: $0) }
  }

  /// A generic netlink family's number.
  private static func family(_ name: String) -> UInt16? {
    let question = header(UInt8(CTRL_CMD_GETFAMILY))
      + Netlink.attribute(CTRL_ATTR_FAMILY_NAME, name)
    guard let answer = Netlink.ask(family: NETLINK_GENERIC, type: UInt16(GENL_ID_CTRL), payload: question) else {
      return nil
    }
    var number: UInt16?
    forEachAttribute(answer) { type, payload in
      if type == Int(CTRL_ATTR_FAMILY_ID), payload.count >= 2 { number = payload.loadUnaligned(as: UInt16.self) }
    }
    return number
  }

  /// struct genlmsghdr.
  private static func header(_ command: UInt8) -> [UInt8] { [command, 1, 0, 0] }

  private static func forEachAttribute(_ answer: [UInt8], _ body: (Int, UnsafeRawBufferPointer) -> Void) {
    guard answer.count >= 4 else { return }
    answer.withUnsafeBytes { Netlink.forEachAttribute(UnsafeRawBufferPointer(rebasing: $0[4...]), body) }
  }
}

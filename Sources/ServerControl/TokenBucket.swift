import CLinux
import Glibc

/// The queueing discipline `tbf` (tc-tbf(8)) at an interface's root: what is sent there waits until the rate allows it.
struct TokenBucket: Equatable {
  /// Bytes a second, frames counted from the Ethernet header on.
  let rate: UInt32
  /// Bytes that may go at once after a rest; no longer frame ever goes.
  let burst: UInt32

  /// Puts it onto the interface, or changes the rate of the one that is there. What waits in it stays.
  func set(on interface: UInt32) throws(Netlink.Refusal) {
    var options = tc_tbf_qopt()
    options.rate.rate = rate
    // With a link layer that the kernel knows it needs no table of times by length.
    options.rate.linklayer = UInt8(TC_LINKLAYER_ETHERNET.rawValue)
    options.limit = burst * 16
    let attributes = Netlink.attribute(TCA_KIND, "tbf")
      + Netlink.attribute(
        TCA_OPTIONS,
        nesting: [
          Netlink.attribute(TCA_TBF_PARMS, Netlink.bytes(of: options)), Netlink.attribute(TCA_TBF_BURST, burst),
        ])
    try Netlink.request(
      type: RTM_NEWQDISC, flags: NLM_F_CREATE | NLM_F_REPLACE, payload: Self.message(interface) + attributes)
  }

  /// The rate of the one on an interface, bytes a second; nil if there is none.
  static func rate(on interface: UInt32) -> UInt32? {
    var found: UInt32?
    try? Netlink.list(type: RTM_GETQDISC, payload: Netlink.bytes(of: tcmsg())) { answer in
      let start = MemoryLayout<tcmsg>.size
      guard answer.count >= start else { return }
      let message = answer.loadUnaligned(as: tcmsg.self)
      guard message.tcm_ifindex == Int32(bitPattern: interface), message.tcm_handle == handle else { return }
      Netlink.forEachAttribute(UnsafeRawBufferPointer(rebasing: answer[start...])) { type, payload in
        guard type == Int(TCA_OPTIONS) else { return }
        Netlink.forEachAttribute(payload) { type, payload in
          guard type == Int(TCA_TBF_PARMS), payload.count >= MemoryLayout<tc_tbf_qopt>.size else { return }
          found = payload.loadUnaligned(as: tc_tbf_qopt.self).rate.rate
        }
      }
    }
    return found
  }

  /// 1: in tc's words.
  private static let handle: UInt32 = 0x1_0000

  private static func message(_ interface: UInt32) -> [UInt8] {
    var message = tcmsg()
    message.tcm_ifindex = Int32(bitPattern: interface)
    message.tcm_parent = TC_H_ROOT
    message.tcm_handle = handle
    return Netlink.bytes(of: message)
  }
}

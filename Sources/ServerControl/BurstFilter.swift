import BPF
import CLinux

/// The program on the served interface's own ingress, which in SKB mode sends what does not fit the received frame.
///
/// It is the first filter there, so that no other one ends the way of its packets; it lets all others' through.
enum BurstFilter {
  /// The handle tells whether the hook was made for it, and goes with it, even when another run removes it.
  private static let handles: (guest: UInt32, host: UInt32) = (0x7874_7301, 0x7874_7302)

  private static func filter(on interface: UInt32, handle: UInt32) -> TrafficFilter {
    TrafficFilter(interface: interface, handle: handle, priority: 1)
  }

  /// The one that is on an interface.
  static func present(on interface: UInt32) -> TrafficFilter? {
    [handles.guest, handles.host].map { filter(on: interface, handle: $0) }.first { filter in
      (try? filter.programID()) != nil
    }
  }

  /// Attaches it, or puts the new program in the place of the old one.
  static func attach(_ program: borrowing Program, to interface: NetworkInterface) throws(ControlError) {
    do throws(BPFError) {
      if let present = present(on: interface.index) { return try present.attach(program) }
      let guest = filter(on: interface.index, handle: handles.guest)
      let isHookOurs = try guest.makeHook()
      do throws(BPFError) {
        try (isHookOurs ? filter(on: interface.index, handle: handles.host) : guest).attach(program)
      } catch {
        if isHookOurs { try? guest.removeHook() }
        throw error
      }
    } catch {
      throw ControlError(
        .attachRefused, "\(error.sentence), where SKB mode needs its own in the first place",
        mend: error.mend ?? "see what is there: tc filter show dev \(interface.name) ingress")
    }
  }

  /// Removes it, and the hook if that was made for it and nobody else uses it.
  /// - Returns: whether it was there.
  @discardableResult
  static func remove(from interface: UInt32) throws(ControlError) -> Bool {
    guard let present = present(on: interface) else { return false }
    try controlled {
      try present.detach()
      if present.handle == handles.host, filterCount(on: interface) == 0 { try present.removeHook() }
    }
    return true
  }

  /// How many filters the hook has, in both directions; a guess on the safe side where the kernel does not tell.
  private static func filterCount(on interface: UInt32) -> Int {
    var count = 0
    for direction in [TC_H_MIN_INGRESS, TC_H_MIN_EGRESS] {
      var message = tcmsg()
      message.tcm_ifindex = Int32(bitPattern: interface)
      message.tcm_parent = TC_H_CLSACT & 0xffff_0000 | UInt32(direction)
      do {
        try Netlink.list(type: RTM_GETTFILTER, payload: Netlink.bytes(of: message)) { _ in count += 1 }
      } catch {
        return 1
      }
    }
    return count
  }
}

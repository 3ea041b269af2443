import BPF
import DataPlaneABI

/// What a server needs outside its programs and maps: the pump's pair of interfaces and, in SKB mode, the filter on
/// its own. Neither is held by a pin or a process, so each end of a server has to remove them.
enum Equipment {
  /// Removes an interface's, or what is left of it.
  static func remove(served index: UInt32) throws(ControlError) {
    try PumpPair.remove(served: index)
    try BurstFilter.remove(from: index)
  }

  /// Removes what runs have left that ended without doing so.
  static func sweep() throws(ControlError) -> [Notice] {
    var notices: [Notice] = []
    let names = NetworkInterface.names()
    for index in Set(names.compactMap { PumpPair.servedIndex(of: $0) }).sorted() where !isServed(index) {
      try PumpPair.remove(served: index)
      let pair = PumpPair.names(served: index)
      notices.append(Notice("removed the leftover pump of a dead run (\(pair.sending), \(pair.receiving))"))
    }
    for interface in names.compactMap({ LinkMessage.query(name: $0) }) {
      guard BurstFilter.present(on: interface.index) != nil, !isServed(interface.index) else { continue }
      try BurstFilter.remove(from: interface.index)
      notices.append(Notice("removed the leftover ingress program of a dead run from \(interface.name)"))
    }
    return notices
  }

  /// Whether a server is attached to an interface; also if that may not be seen.
  static func isServed(_ index: UInt32) -> Bool {
    guard let interface = try? NetworkInterface(index: index) else { return false }
    guard let occupants = try? Occupant.all(on: interface) else { return true }
    return occupants.contains { $0.isServer }
  }
}

extension LoadedServer {
  /// Sets up the pump, if these programs have one.
  /// - Parameter isUpdate: whether a server is running that may have a pump already: its frame goes on then.
  func setUpPump(
    served interface: NetworkInterface, settings: Settings, isUpdate: Bool
  ) throws(ControlError) -> PumpPair? {
    guard object.programNames.contains(DataPlaneName.pumpProgram) else { return nil }
    let present = isUpdate ? PumpPair.find(served: interface.index) : nil
    let program = try controlled(.object) { try object.program(DataPlaneName.pumpProgram) }
    let pair = try Pump.setUp(
      served: interface, program: program, rate: settings.pumpRate, reusing: present)
    if isUpdate, present == nil { try controlled { try forgetFrame() } }
    return pair
  }

  /// The frame went with the old pair: the next segment sets the pump going.
  private func forgetFrame() throws {
    let map = try object.map("pump")
    guard var state = try map.lookup(UInt32(0), as: pump.self) else { return }
    state.is_running = 0
    try map.update(UInt32(0), state)
  }

  /// Fills the maps by which a frame leaves in copies. `clones_N` has N places for copies, which leave by the served
  /// interface, and one for the frame itself, which is the last to go, and wakes the pump or is dropped.
  func fillDeviceMaps(served interface: NetworkInterface, pump: PumpPair?) throws {
    let names = object.mapNames.filter { $0.hasPrefix(DataPlaneName.deviceMapPrefix) }
    guard !names.isEmpty else { return }
    let burst = try object.program(DataPlaneName.burstProgram)
    let wake = try object.program(DataPlaneName.wakeProgram)
    for name in names {
      guard let count = UInt32(name.dropFirst(DataPlaneName.deviceMapPrefix.count)) else { continue }
      let map = try object.map(name)
      for slot in 0..<count { try map.update(slot, DeviceMapEntry(interface: interface.index, program: burst)) }
      if let pump { try map.update(count, DeviceMapEntry(interface: pump.sending.index, program: wake)) }
    }
  }

  /// How more than one segment leaves (enum burst_exit).
  func exit(for mode: XDPMode) -> UInt8 {
    guard object.programNames.contains(DataPlaneName.burstProgram) else { return UInt8(BURST_EXIT_NONE.rawValue) }
    switch mode {
    case .native: return UInt8(BURST_EXIT_NATIVE.rawValue)
    case .skb: return UInt8(BURST_EXIT_SKB.rawValue)
    case .offload: return UInt8(BURST_EXIT_NONE.rawValue)
    }
  }

  /// Tells the programs how to send before they see a frame, and in SKB mode puts in place what they need for it.
  func makeReady(for mode: XDPMode, on interface: NetworkInterface) throws(ControlError) {
    try write(exit: exit(for: mode))
    if mode == .skb, object.programNames.contains(DataPlaneName.ingressProgram) {
      let program = try controlled(.object) { try object.program(DataPlaneName.ingressProgram) }
      try BurstFilter.attach(program, to: interface)
    } else {
      try BurstFilter.remove(from: interface.index)
    }
  }

  func write(exit: UInt8) throws(ControlError) {
    try controlled {
      let map = try object.map("configuration")
      guard var entry = try map.lookup(UInt32(0), as: configuration.self), entry.exit != exit else { return }
      entry.exit = exit
      try map.update(UInt32(0), entry)
    }
  }
}

/// struct bpf_devmap_val of linux/bpf.h.
private struct DeviceMapEntry {
  let interface: UInt32
  let descriptor: Int32

  init(interface: UInt32, program: borrowing Program) {
    self.interface = interface
    descriptor = program.descriptor
  }
}

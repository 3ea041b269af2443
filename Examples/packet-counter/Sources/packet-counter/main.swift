import BPF
import Foundation

/// As struct counter in packet_counter.h.
struct Counter {
  var packets: UInt64 = 0
  var bytes: UInt64 = 0
}

let arguments = CommandLine.arguments
guard arguments.count == 3, let seconds = UInt32(arguments[2]) else {
  print("usage: packet-counter INTERFACE SECONDS")
  exit(2)
}
let interface = if_nametoindex(arguments[1])
guard interface != 0 else {
  print("there is no interface \(arguments[1])")
  exit(1)
}

do {
  // packetCounterObject is what the plugin made of the folder eBPF.
  let object = try Object(bytes: packetCounterObject, name: "packet_counter")
  try object.load()
  let link = try Link.attachXDP(try object.program("packet_counter"), interface: interface, mode: .skb)
  sleep(seconds)
  try link.detach()

  let counters = try object.map("counters")
  for number in 0..<256 as Range<UInt32> {
    let copies = try counters.lookupPerCPU(number, as: Counter.self) ?? []
    let packets = copies.reduce(0) { $0 + $1.packets }
    let bytes = copies.reduce(0) { $0 + $1.bytes }
    if packets > 0 { print("protocol \(number): \(packets) packets, \(bytes) bytes") }
  }
} catch {
  print(error)
  exit(1)
}

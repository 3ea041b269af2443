// A bad wire: programs at the client's end that lose, change, mark, double and reorder TCP frames, in either direction.
// They stand in for netem, which not every kernel has. The fate of a direction's n-th frame is a function of the seed
// and n.

/// Frames from the server, before the client's kernel has them.
@_cdecl("impair_to_client") public func impairToClient(_ packet: UnsafeMutablePointer<__sk_buff>) -> Int32 {
  impair(packet, DIRECTION_TO_CLIENT.rawValue, BPF_F_INGRESS, MARK_RETURN_TO_CLIENT.rawValue)
}

/// Frames from the client, on their way out.
@_cdecl("impair_to_server") public func impairToServer(_ packet: UnsafeMutablePointer<__sk_buff>) -> Int32 {
  impair(packet, DIRECTION_TO_SERVER.rawValue, 0, MARK_RETURN_TO_SERVER.rawValue)
}

/// The end of the detour: a frame goes on to where it was going. Frames of anybody else's end here.
@_cdecl("leave_detour") public func leaveDetour(_ packet: UnsafeMutablePointer<__sk_buff>) -> Int32 {
  let mark = packet.pointee.mark
  let isToClient = mark == MARK_RETURN_TO_CLIENT.rawValue
  let isToChange = mark == MARK_CHANGE_TO_SERVER.rawValue
  guard isToClient || isToChange || mark == MARK_RETURN_TO_SERVER.rawValue else { return TC_ACT_SHOT }
  var direction = isToClient ? DIRECTION_TO_CLIENT.rawValue : DIRECTION_TO_SERVER.rawValue
  guard let impairment = impairments_lookup(&direction), let done = impaired_lookup(&direction) else {
    return TC_ACT_SHOT
  }
  if isToChange {
    guard corrupt(packet, mix(impairment.pointee.seed ^ impaired_corrupted(done))) else { return TC_ACT_SHOT }
  } else {
    _ = impaired_returned(done)
  }
  packet.pointee.mark = MARK_DONE.rawValue
  return Int32(truncatingIfNeeded: bpf_redirect(impairment.pointee.device, isToClient ? BPF_F_INGRESS : 0))
}

@inline(__always)
private func impair(
  _ packet: UnsafeMutablePointer<__sk_buff>, _ direction: UInt32, _ flags: UInt64, _ returning: UInt32
) -> Int32 {
  if packet.pointee.mark == MARK_DONE.rawValue {
    packet.pointee.mark = 0
    return TC_ACT_OK
  }
  var key = direction
  guard let impairment = impairments_lookup(&key), let done = impaired_lookup(&key) else { return TC_ACT_OK }
  guard packet.pointee.len >= impairment.pointee.shortest, isTCP(packet) else { return TC_ACT_OK }

  let number = impaired_frames(done)
  let first = mix(impairment.pointee.seed &+ number &* 3 &* increment)
  let second = mix(impairment.pointee.seed &+ (number &* 3 &+ 1) &* increment)
  if number &- UInt64(impairment.pointee.first_lost) < UInt64(impairment.pointee.lost_count)
    || happens(impairment.pointee.loss, first)
  {
    _ = impaired_lost(done)
    return TC_ACT_SHOT
  }
  let third = mix(impairment.pointee.seed &+ (number &* 3 &+ 2) &* increment)
  if happens(impairment.pointee.marking, third >> 32), mark(packet) { _ = impaired_marked(done) }
  if happens(impairment.pointee.corruption, first >> 32) {
    if direction == DIRECTION_TO_SERVER.rawValue {
      // Its checksum is written later than here, and would be right. The detour's entrance has it written.
      packet.pointee.mark = MARK_CHANGE_TO_SERVER.rawValue
      return Int32(truncatingIfNeeded: bpf_redirect(impairment.pointee.detour, 0))
    }
    if corrupt(packet, third) { _ = impaired_corrupted(done) }
  }
  if happens(impairment.pointee.duplication, second) {
    packet.pointee.mark = MARK_DONE.rawValue
    if bpf_clone_redirect(packet, impairment.pointee.device, flags) == 0 { _ = impaired_duplicated(done) }
    packet.pointee.mark = 0
  }
  guard happens(impairment.pointee.reordering, second >> 32) else { return TC_ACT_OK }
  // The detour lets a frame through at once that finds it empty: one of ours that goes ahead makes this one wait.
  packet.pointee.mark = MARK_FILLER.rawValue
  _ = bpf_clone_redirect(packet, impairment.pointee.detour, 0)
  packet.pointee.mark = returning
  _ = impaired_reordered(done)
  return Int32(truncatingIfNeeded: bpf_redirect(impairment.pointee.detour, 0))
}

/// The constant of SplitMix64 (Steele, Lea, Flood 2014), whose numbers these are.
private let increment: UInt64 = 0x9e37_79b9_7f4a_7c15

@inline(__always)
private func mix(_ value: UInt64) -> UInt64 {
  var z = value &+ increment
  z = (z ^ (z &>> 30)) &* 0xbf58_476d_1ce4_e5b9
  z = (z ^ (z &>> 27)) &* 0x94d0_49bb_1331_11eb
  return z ^ (z &>> 31)
}

/// Whether a share of 2^32 covers the lower half of a random number.
@inline(__always)
private func happens(_ share: UInt32, _ random: UInt64) -> Bool {
  UInt32(truncatingIfNeeded: random) < share || share == .max
}

/// An IPv4 or IPv6 frame without VLAN tag and extension headers, with TCP in it.
@inline(__always)
private func isTCP(_ packet: UnsafeMutablePointer<__sk_buff>) -> Bool {
  let etherType = UInt16(truncatingIfNeeded: packet.pointee.protocol).byteSwapped
  var transport: UInt8 = 0
  let offset: UInt32 = etherType == 0x0800 ? 23 : 20
  guard etherType == 0x0800 || etherType == 0x86dd else { return false }
  return bpf_skb_load_bytes(packet, offset, &transport, 1) == 0 && transport == 6
}

/// Changes one byte behind the Ethernet header. Whoever adds up the checksums finds it: bytes that no checksum covers
/// (the traffic class, the flow label and the hop limit of IPv6) are left alone.
@inline(__always)
private func corrupt(_ packet: UnsafeMutablePointer<__sk_buff>, _ random: UInt64) -> Bool {
  let isIPv6 = UInt16(truncatingIfNeeded: packet.pointee.protocol).byteSwapped == 0x86dd
  let start: UInt64 = isIPv6 ? 22 : 14
  let length = UInt64(packet.pointee.len)
  guard length > start else { return false }
  let offset = UInt32(truncatingIfNeeded: start &+ UInt64(UInt32(truncatingIfNeeded: random)) % (length &- start))
  var byte: UInt8 = 0
  guard bpf_skb_load_bytes(packet, offset, &byte, 1) == 0 else { return false }
  // Not 0xff: 0x00 and 0xff can stand for the same number in ones' complement.
  byte ^= UInt8(truncatingIfNeeded: (random &>> 32) % 254 &+ 1)
  return bpf_skb_store_bytes(packet, offset, &byte, 1, 0) == 0
}

/// Makes ECT(0) or ECT(1) CE, and keeps IPv4's checksum right (RFC 3168 5).
@inline(__always)
private func mark(_ packet: UnsafeMutablePointer<__sk_buff>) -> Bool {
  // The first 16 bits: version, header length and traffic class, or version, traffic class and some of the flow label.
  var word: UInt16 = 0
  guard bpf_skb_load_bytes(packet, 14, &word, 2) == 0 else { return false }
  let isIPv6 = UInt16(truncatingIfNeeded: packet.pointee.protocol).byteSwapped == 0x86dd
  let bits: UInt16 = isIPv6 ? 0x0030 : 0x0003
  let old = word.byteSwapped
  guard old & bits != 0, old & bits != bits else { return false }
  var new = (old | bits).byteSwapped
  if !isIPv6 { _ = bpf_l3_csum_replace(packet, 24, UInt64(word), UInt64(new), 2) }
  return bpf_skb_store_bytes(packet, 14, &new, 2, 0) == 0
}

// Programs for the client's end of a lab's wire. The tc programs stand in for VLAN interfaces, which not every kernel
// has.

/// Passes every frame on. veth delivers what the far end sends with XDP_TX only to an end that has a program itself.
@_cdecl("pass") public func pass(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 { XDP_PASS }

/// Sends every frame behind one 802.1Q tag.
@_cdecl("push_one") public func pushOne(_ packet: UnsafeMutablePointer<__sk_buff>) -> Int32 {
  push(packet, 0x8100, 7) ? TC_ACT_OK : TC_ACT_SHOT
}

/// Sends every frame behind an 802.1ad tag and an 802.1Q tag.
@_cdecl("push_two") public func pushTwo(_ packet: UnsafeMutablePointer<__sk_buff>) -> Int32 {
  push(packet, 0x8100, 10) && push(packet, 0x88a8, 9) ? TC_ACT_OK : TC_ACT_SHOT
}

/// Takes off one tag.
@_cdecl("pop_one") public func popOne(_ packet: UnsafeMutablePointer<__sk_buff>) -> Int32 {
  bpf_skb_vlan_pop(packet) == 0 ? TC_ACT_OK : TC_ACT_SHOT
}

/// Takes off two tags.
@_cdecl("pop_two") public func popTwo(_ packet: UnsafeMutablePointer<__sk_buff>) -> Int32 {
  bpf_skb_vlan_pop(packet) == 0 && bpf_skb_vlan_pop(packet) == 0 ? TC_ACT_OK : TC_ACT_SHOT
}

@inline(__always)
private func push(_ packet: UnsafeMutablePointer<__sk_buff>, _ etherType: UInt16, _ identifier: UInt16) -> Bool {
  bpf_skb_vlan_push(packet, etherType.bigEndian, identifier) == 0
}

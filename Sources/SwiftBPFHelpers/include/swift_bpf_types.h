#pragma once
#ifdef SWIFT_BPF_PROGRAM  // a native module gets these names from linux/bpf.h
// Kernel types that programs and map values name, as the uapi header linux/bpf.h lays them out.

// The context of an XDP program. The first three are addresses: Swift reads them as UInt(context.pointee.data).
struct xdp_md { u32 data, data_end, data_meta, ingress_ifindex, rx_queue_index, egress_ifindex; };

// The context of a tc program.
struct __sk_buff {
  u32 len, pkt_type, mark, queue_mapping, protocol, vlan_present, vlan_tci, vlan_proto, priority, ingress_ifindex;
  u32 ifindex, tc_index, cb[5], hash, tc_classid, data, data_end, napi_id;
  // Socket programs only, from here ...
  u32 family, remote_ip4, local_ip4, remote_ip6[4], local_ip6[4], remote_port, local_port;
  // ... to here.
  u32 data_meta;
  u64 flow_keys;
  u64 tstamp;
  u32 wire_len, gso_segs;
  u64 sk;
  u32 gso_size;
  u8 tstamp_type;
  u64 hwtstamp;
};

// The value of a device map whose devices have a program of their own (BPF_MAP_TYPE_DEVMAP, section xdp/devmap).
struct bpf_devmap_val {
  u32 ifindex;
  u32 bpf_prog;  // a descriptor when written from user space, the program's identifier when read
};

// In a map value, at most one of each (Documentation/bpf: graph of BTF-described fields).
struct bpf_spin_lock { u32 val; };
struct bpf_timer { u64 opaque[2]; } __attribute__((aligned(8)));
#endif

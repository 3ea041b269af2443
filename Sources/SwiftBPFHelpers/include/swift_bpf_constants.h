#pragma once
#ifdef SWIFT_BPF_PROGRAM  // a native module gets these names from linux/bpf.h and linux/pkt_cls.h
// Macros, not enumerations: Swift imports a macro as a constant of the literal's type, and so `return XDP_PASS` and
// flags need no conversion. Values: include/uapi/linux/bpf.h and pkt_cls.h, which the tests compare them with.

// What an XDP program returns (enum xdp_action). Swift: Int32.
#define XDP_ABORTED 0
#define XDP_DROP 1
#define XDP_PASS 2
#define XDP_TX 3
#define XDP_REDIRECT 4

// What a tc program returns (pkt_cls.h). Swift: Int32.
#define TC_ACT_UNSPEC (-1)
#define TC_ACT_OK 0
#define TC_ACT_RECLASSIFY 1
#define TC_ACT_SHOT 2
#define TC_ACT_PIPE 3
#define TC_ACT_STOLEN 4
#define TC_ACT_QUEUED 5
#define TC_ACT_REPEAT 6
#define TC_ACT_REDIRECT 7

// Types of maps (enum bpf_map_type). Swift: Int32.
#define BPF_MAP_TYPE_HASH 1
#define BPF_MAP_TYPE_ARRAY 2
#define BPF_MAP_TYPE_PROG_ARRAY 3
#define BPF_MAP_TYPE_PERF_EVENT_ARRAY 4
#define BPF_MAP_TYPE_PERCPU_HASH 5
#define BPF_MAP_TYPE_PERCPU_ARRAY 6
#define BPF_MAP_TYPE_LRU_HASH 9
#define BPF_MAP_TYPE_LRU_PERCPU_HASH 10
#define BPF_MAP_TYPE_LPM_TRIE 11
#define BPF_MAP_TYPE_ARRAY_OF_MAPS 12
#define BPF_MAP_TYPE_HASH_OF_MAPS 13
#define BPF_MAP_TYPE_DEVMAP 14
#define BPF_MAP_TYPE_CPUMAP 16
#define BPF_MAP_TYPE_XSKMAP 17
#define BPF_MAP_TYPE_QUEUE 22
#define BPF_MAP_TYPE_STACK 23
#define BPF_MAP_TYPE_DEVMAP_HASH 25
#define BPF_MAP_TYPE_RINGBUF 27
#define BPF_MAP_TYPE_BLOOM_FILTER 30

// map_flags of a map.
#define BPF_F_NO_PREALLOC 1
#define BPF_F_RDONLY_PROG 128
#define BPF_F_WRONLY_PROG 256
#define BPF_F_MMAPABLE 1024
#define BPF_F_INNER_MAP 4096

// Flags of map updates; a queue takes BPF_EXIST to drop the oldest. Swift: UInt64, as all that follow.
#define BPF_ANY 0ULL
#define BPF_NOEXIST 1ULL
#define BPF_EXIST 2ULL

// Flags of bpf_redirect, bpf_clone_redirect (INGRESS) and bpf_redirect_map (the others).
#define BPF_F_INGRESS 1ULL
#define BPF_F_BROADCAST 8ULL
#define BPF_F_EXCLUDE_INGRESS 16ULL

// Flags of bpf_skb_store_bytes, and of bpf_l3_csum_replace and bpf_l4_csum_replace.
#define BPF_F_RECOMPUTE_CSUM 1ULL
#define BPF_F_INVALIDATE_HASH 2ULL
#define BPF_F_PSEUDO_HDR 16ULL
#define BPF_F_MARK_MANGLED_0 32ULL
#define BPF_F_MARK_ENFORCE 64ULL

// Flags of ring buffers.
#define BPF_RB_NO_WAKEUP 1ULL
#define BPF_RB_FORCE_WAKEUP 2ULL
#define BPF_RB_AVAIL_DATA 0ULL
#define BPF_RB_RING_SIZE 1ULL

// Numbers of helper functions (enum bpf_func_id).
#define BPF_FUNC_map_lookup_elem 1
#define BPF_FUNC_map_update_elem 2
#define BPF_FUNC_map_delete_elem 3
#define BPF_FUNC_ktime_get_ns 5
#define BPF_FUNC_trace_printk 6
#define BPF_FUNC_get_prandom_u32 7
#define BPF_FUNC_get_smp_processor_id 8
#define BPF_FUNC_skb_store_bytes 9
#define BPF_FUNC_l3_csum_replace 10
#define BPF_FUNC_l4_csum_replace 11
#define BPF_FUNC_tail_call 12
#define BPF_FUNC_clone_redirect 13
#define BPF_FUNC_skb_vlan_push 18
#define BPF_FUNC_skb_vlan_pop 19
#define BPF_FUNC_redirect 23
#define BPF_FUNC_skb_load_bytes 26
#define BPF_FUNC_csum_diff 28
#define BPF_FUNC_skb_change_proto 31
#define BPF_FUNC_skb_change_type 32
#define BPF_FUNC_get_hash_recalc 34
#define BPF_FUNC_skb_change_tail 38
#define BPF_FUNC_skb_pull_data 39
#define BPF_FUNC_csum_update 40
#define BPF_FUNC_set_hash_invalid 41
#define BPF_FUNC_skb_change_head 43
#define BPF_FUNC_xdp_adjust_head 44
#define BPF_FUNC_skb_adjust_room 50
#define BPF_FUNC_redirect_map 51
#define BPF_FUNC_xdp_adjust_meta 54
#define BPF_FUNC_xdp_adjust_tail 65
#define BPF_FUNC_skb_load_bytes_relative 68
#define BPF_FUNC_map_push_elem 87
#define BPF_FUNC_map_pop_elem 88
#define BPF_FUNC_map_peek_elem 89
#define BPF_FUNC_spin_lock 93
#define BPF_FUNC_spin_unlock 94
#define BPF_FUNC_jiffies64 118
#define BPF_FUNC_ktime_get_boot_ns 125
#define BPF_FUNC_ringbuf_output 130
#define BPF_FUNC_ringbuf_reserve 131
#define BPF_FUNC_ringbuf_submit 132
#define BPF_FUNC_ringbuf_discard 133
#define BPF_FUNC_ringbuf_query 134
#define BPF_FUNC_csum_level 135
#define BPF_FUNC_redirect_neigh 152
#define BPF_FUNC_redirect_peer 155
#define BPF_FUNC_ktime_get_coarse_ns 160
#define BPF_FUNC_check_mtu 163
#define BPF_FUNC_for_each_map_elem 164
#define BPF_FUNC_timer_init 169
#define BPF_FUNC_timer_set_callback 170
#define BPF_FUNC_timer_start 171
#define BPF_FUNC_timer_cancel 172
#define BPF_FUNC_loop 181
#define BPF_FUNC_xdp_get_buff_len 188
#define BPF_FUNC_xdp_load_bytes 189
#define BPF_FUNC_xdp_store_bytes 190
#define BPF_FUNC_skb_set_tstamp 192
#define BPF_FUNC_map_lookup_percpu_elem 195
#define BPF_FUNC_tcp_raw_gen_syncookie_ipv4 204
#define BPF_FUNC_tcp_raw_gen_syncookie_ipv6 205
#define BPF_FUNC_tcp_raw_check_syncookie_ipv4 206
#define BPF_FUNC_tcp_raw_check_syncookie_ipv6 207
#define BPF_FUNC_ktime_get_tai_ns 208
#endif

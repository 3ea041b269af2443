#pragma once
#include "swift_bpf.h"

// What was seen of one IP protocol.
struct counter {
  u64 packets;
  u64 bytes;
};

// One counter for each protocol number, and a copy of it for each CPU.
struct counters_map {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 256);
  __type(key, u32);
  __type(value, struct counter);
};
extern struct counters_map counters;
MAP_FUNCTIONS(counters, u32, struct counter)

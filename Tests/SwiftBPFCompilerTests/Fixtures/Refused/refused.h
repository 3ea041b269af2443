#pragma once
// For programs that must not compile.
#include "swift_bpf.h"

struct values_map {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 4);
  __type(key, u32);
  __type(value, u64);
};
extern struct values_map values;
MAP_FUNCTIONS(values, u32, u64)

int defined_nowhere(u32 value);
extern void bpf_rcu_read_lock(void) __attribute__((section(".ksyms")));

// A program that the verifier refuses: it reads a map value without asking whether there is one.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 1);
  __type(key, unsigned int);
  __type(value, unsigned long long);
} values SEC(".maps");

// ROUNDS unrolled look-ups in front make the log longer than libbpf's first buffer.
#ifndef ROUNDS
#define ROUNDS 1
#endif

SEC("xdp") int unchecked(struct xdp_md *context) {
  unsigned long long sum = 0;
#pragma clang loop unroll(full)
  for (int i = 0; i < ROUNDS; i++) {
    unsigned int key = i;
    unsigned long long *value = bpf_map_lookup_elem(&values, &key);
    if (value) sum ^= *value;
  }
  unsigned int last = sum;
  unsigned long long *value = bpf_map_lookup_elem(&values, &last);
  return *value;
}

char _license[] SEC("license") = "GPL";

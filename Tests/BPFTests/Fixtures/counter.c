// What the tests of the BPF library load: one map of each kind that the library treats differently, and an XDP
// program that touches them.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct entry {
  struct bpf_spin_lock lock;
  unsigned int hits;
  unsigned long long bytes;
};

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 2);
  __type(key, unsigned int);
  __type(value, unsigned int);
} frames SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 64);
  __type(key, unsigned int);
  __type(value, struct entry);
} entries SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 3);
  __uint(map_flags, BPF_F_MMAPABLE);
  __type(key, unsigned int);
  __type(value, unsigned int);
} store SEC(".maps");

volatile const unsigned int first_byte = 0x11;

SEC("xdp") int count(struct xdp_md *context) {
  unsigned char *data = (void *)(long)context->data;
  unsigned char *end = (void *)(long)context->data_end;
  unsigned int zero = 0;
  unsigned int *n = bpf_map_lookup_elem(&frames, &zero);
  if (n) *n += 1;
  if (data + 14 > end) return XDP_DROP;
  unsigned int key = data[13];
  struct entry *e = bpf_map_lookup_elem(&entries, &key);
  if (e) {
    bpf_spin_lock(&e->lock);
    e->hits += 1;
    e->bytes += end - data;
    bpf_spin_unlock(&e->lock);
  }
  unsigned int *s = bpf_map_lookup_elem(&store, &zero);
  if (s) data[12] = *s;
  data[0] = first_byte;
  if (data[13] == 0xff) return bpf_xdp_adjust_tail(context, 8) ? XDP_ABORTED : XDP_TX;
  if (context->rx_queue_index == 1) return XDP_DROP;
  return XDP_PASS;
}

SEC("xdp") int other(struct xdp_md *context) { return XDP_PASS; }

char _license[] SEC("license") = "GPL";

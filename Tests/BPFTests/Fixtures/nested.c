// Programs and maps that hold others: an array of programs, an array of maps, and programs for traffic control.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

int stage(struct xdp_md *context);

struct {
  __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
  __uint(max_entries, 1);
  __uint(key_size, sizeof(unsigned int));
  __array(values, int(struct xdp_md *));
} stages SEC(".maps") = {.values = {[0] = stage}};

struct shelf {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __uint(map_flags, BPF_F_MMAPABLE | BPF_F_INNER_MAP);
  __uint(key_size, sizeof(unsigned int));
  __uint(value_size, sizeof(unsigned long long));
};

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
  __uint(max_entries, 4);
  __uint(key_size, sizeof(unsigned int));
  __array(values, struct shelf);
} shelves SEC(".maps");

// Passes what its stage passes; without the stage, drops.
SEC("xdp") int caller(struct xdp_md *context) {
  bpf_tail_call(context, &stages, 0);
  return XDP_DROP;
}

// Passes if there is a shelf at place 1.
SEC("xdp") int stage(struct xdp_md *context) {
  unsigned int place = 1;
  return bpf_map_lookup_elem(&shelves, &place) ? XDP_PASS : XDP_ABORTED;
}

SEC("tc") int seen(struct __sk_buff *context) { return 0; }
SEC("tc") int ignored(struct __sk_buff *context) { return -1; }

char _license[] SEC("license") = "GPL";

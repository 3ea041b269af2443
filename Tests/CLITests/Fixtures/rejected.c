// An object with the server's names and a program that the verifier refuses: it reads a map value without asking
// whether there is one.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define MAP(name)                      \
  struct {                             \
    __uint(type, BPF_MAP_TYPE_HASH);   \
    __uint(max_entries, 1);            \
    __type(key, unsigned int);         \
    __type(value, unsigned long long); \
  } name SEC(".maps")
MAP(sessions);
MAP(local_addresses);

SEC("xdp") int xdp_tcp_server(struct xdp_md *context) {
  unsigned int key = context->data_end - context->data;
  unsigned long long *value = bpf_map_lookup_elem(&sessions, &key);
  return *value;
}

char _license[] SEC("license") = "GPL";

// A ring buffer of one page, and a program that puts the first bytes of each frame into it: as many as the frame's
// byte 12 says.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 4096);
} records SEC(".maps");

// Passes a frame that found room, drops others.
SEC("xdp") int record(struct xdp_md *context) {
  unsigned char *data = (void *)(long)context->data;
  unsigned char *end = (void *)(long)context->data_end;
  if (data + 60 > end) return XDP_ABORTED;
  unsigned long length = data[12];
  if (length > 60) return XDP_ABORTED;
  // The verifier lets no helper have a packet's own bytes here.
  unsigned char copy[60];
  __builtin_memcpy(copy, data, sizeof(copy));
  unsigned long flags = data[13] ? BPF_RB_NO_WAKEUP : 0;
  return bpf_ringbuf_output(&records, copy, length, flags) ? XDP_DROP : XDP_PASS;
}

char _license[] SEC("license") = "GPL";

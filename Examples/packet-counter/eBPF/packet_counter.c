#include "packet_counter.h"

struct counters_map counters SEC(".maps");

int count_packet(struct xdp_md *context);  // in PacketCounter.swift
SEC("xdp") int packet_counter(struct xdp_md *context) { return count_packet(context); }

BPF_LICENSE("GPL");

#pragma once
// What the programs in this folder share: each reads its input from a frame, and writes its result into it.
#include "swift_bpf.h"

enum { INPUT_OFFSET = 16, RESULT_OFFSET = 48, FRAME_LENGTH = 64 };

#define MAP(name, T, N, K, V)  \
  struct name##_map {          \
    __uint(type, T);           \
    __uint(max_entries, N);    \
    __type(key, K);            \
    __type(value, V);          \
  };                           \
  extern struct name##_map name; \
  MAP_FUNCTIONS(name, K, V)

struct account {
  struct bpf_spin_lock lock;
  u32 balance;
  u32 bookings;
};
struct alarm {
  struct bpf_timer timer;
  u64 fired;
};
struct record {
  u32 number;
  u32 square;
};

MAP(words, BPF_MAP_TYPE_HASH, 16, u32, u64)
MAP(tally, BPF_MAP_TYPE_PERCPU_ARRAY, 1, u32, u64)
MAP(accounts, BPF_MAP_TYPE_ARRAY, 4, u32, struct account)
MAP(alarms, BPF_MAP_TYPE_ARRAY, 1, u32, struct alarm)
MAP(egress_frames, BPF_MAP_TYPE_ARRAY, 1, u32, u64)

struct backlog_map {
  __uint(type, BPF_MAP_TYPE_QUEUE);
  __uint(max_entries, 8);
  __uint(key_size, 0);
  __uint(value_size, sizeof(u64));
};
extern struct backlog_map backlog;
QUEUE_FUNCTIONS(backlog, u64)

struct records_map {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 4096);
};
extern struct records_map records;
RING_FUNCTIONS(records, struct record)

struct programs_map {
  __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
  __uint(max_entries, 2);
  __uint(key_size, sizeof(u32));
  __uint(value_size, sizeof(u32));
};
extern struct programs_map programs;
PROGRAM_FUNCTIONS(programs)

struct devices_map {
  __uint(type, BPF_MAP_TYPE_DEVMAP);
  __uint(max_entries, 3);
  __uint(key_size, sizeof(u32));
  __uint(value_size, sizeof(struct bpf_devmap_val));
};
extern struct devices_map devices;
DEVICE_FUNCTIONS(devices)

// The timer's callback, in Timer.swift.
extern int alarm_fired(void *_Nonnull map, void *_Nonnull key, void *_Nonnull value);
BPF_HELPER long alarm_set(struct alarm *_Nonnull alarm, u64 nanoseconds) {
  long error = bpf_timer_init(&alarm->timer, &alarms, 1 /* CLOCK_MONOTONIC */);
  if (error) return error;
  error = bpf_timer_set_callback(&alarm->timer, alarm_fired);
  return error ? error : bpf_timer_start(&alarm->timer, nanoseconds, 0);
}
BPF_HELPER struct bpf_spin_lock *_Nonnull account_lock(struct account *_Nonnull account) { return &account->lock; }

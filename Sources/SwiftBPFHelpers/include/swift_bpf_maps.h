#pragma once
#ifdef SWIFT_BPF_PROGRAM
// libbpf's BTF-defined maps. A map needs a named struct type so that Swift can see it as a plain extern global:
//   struct counters_map {
//     __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, u32); __type(value, u64);
//   };
//   extern struct counters_map counters;          // in the header
//   struct counters_map counters SEC(".maps");    // in the glue
#define __uint(name, val) int(*name)[val]
#define __type(name, val) val *name
#define __array(name, val) __typeof__(val) *name[]
#define SEC(x) __attribute__((section(x), used))

// Once in the glue: BPF_LICENSE("GPL"); many helpers are for programs under the GPL only.
#define BPF_LICENSE(name) char _license[] SEC("license") = name

// Typed look-ups for Swift: MAP_FUNCTIONS(sessions, struct flow, struct session) gives sessions_lookup(&key),
// sessions_update(&key, &value, flags) and sessions_delete(&key).
#define MAP_FUNCTIONS(map, K, V)                                                                              \
  BPF_HELPER V *_Nullable map##_lookup(const K *_Nonnull key) {                                               \
    return BPF_CALL(map_lookup_elem, void *, (void *, const void *))(&map, key);                              \
  }                                                                                                           \
  BPF_HELPER long map##_update(const K *_Nonnull key, const V *_Nonnull value, u64 flags) {                   \
    return BPF_CALL(map_update_elem, long, (void *, const void *, const void *, u64))(&map, key, value, flags); \
  }                                                                                                           \
  BPF_HELPER long map##_delete(const K *_Nonnull key) {                                                       \
    return BPF_CALL(map_delete_elem, long, (void *, const void *))(&map, key);                                \
  }

// Queues and stacks: push, pop and peek by value.
#define QUEUE_FUNCTIONS(map, V)                                                           \
  BPF_HELPER long map##_push(const V *_Nonnull value, u64 flags) {                        \
    return BPF_CALL(map_push_elem, long, (void *, const void *, u64))(&map, value, flags); \
  }                                                                                       \
  BPF_HELPER long map##_pop(V *_Nonnull value) {                                          \
    return BPF_CALL(map_pop_elem, long, (void *, void *))(&map, value);                   \
  }                                                                                       \
  BPF_HELPER long map##_peek(V *_Nonnull value) {                                         \
    return BPF_CALL(map_peek_elem, long, (void *, void *))(&map, value);                  \
  }

// A ring buffer of records of one type: what is reserved must be submitted or discarded on every path.
#define RING_FUNCTIONS(map, V)                                                                     \
  BPF_HELPER V *_Nullable map##_reserve(void) {                                                    \
    return BPF_CALL(ringbuf_reserve, void *, (void *, u64, u64))(&map, sizeof(V), 0);              \
  }                                                                                                \
  BPF_HELPER void map##_submit(V *_Nonnull record, u64 flags) {                                    \
    BPF_CALL(ringbuf_submit, void, (void *, u64))(record, flags);                                  \
  }                                                                                                \
  BPF_HELPER void map##_discard(V *_Nonnull record, u64 flags) {                                   \
    BPF_CALL(ringbuf_discard, void, (void *, u64))(record, flags);                                 \
  }                                                                                                \
  BPF_HELPER u64 map##_query(u64 what) { return BPF_CALL(ringbuf_query, u64, (void *, u64))(&map, what); }

// Device maps: the lower two bits of `flags` are the verdict where the map has no such device.
#define DEVICE_FUNCTIONS(map) \
  BPF_HELPER int map##_redirect(u64 key, u64 flags) { return (int)bpf_redirect_map(&map, key, flags); }

// Arrays of programs: returns only where there is no program at `index`.
#define PROGRAM_FUNCTIONS(map) \
  BPF_HELPER long map##_tail_call(void *_Nonnull context, u32 index) { return bpf_tail_call(context, &map, index); }
#endif

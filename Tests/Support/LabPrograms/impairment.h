#pragma once
// A bad wire, made by programs at the client's end of a lab's: what they do to each direction, and what they did.
#include "swift_bpf.h"

enum direction { DIRECTION_TO_CLIENT, DIRECTION_TO_SERVER, DIRECTION_COUNT };

// A value of `impairments`, one for each direction. Rates are shares of 2^32 frames; 0xffffffff means every frame.
// Only TCP frames of at least `shortest` bytes count; all others pass.
struct impairment {
  u64 seed;        // frame n of a direction meets the same fate in each run with this seed
  u32 loss;        // share of frames that go missing
  u32 corruption;  // of which one byte behind the Ethernet header is changed, the checksum left as it was
  u32 duplication;
  u32 reordering;  // that take the detour, and come later than those behind them
  u32 first_lost;  // besides, the frames with the numbers first_lost ..< first_lost + lost_count go missing, from 0
  u32 lost_count;
  u32 shortest;    // bytes, Ethernet header included
  u32 device;      // index of the client's interface
  u32 detour;      // index of the detour's entrance
  u32 marking;     // share of the ECN-capable packets that are marked as having met congestion (RFC 3168)
};

// A value of `impaired`: frames so far, one for each direction.
struct impaired {
  u64 frames;
  u64 lost;
  u64 corrupted;
  u64 duplicated;
  u64 reordered;   // sent on the detour
  u64 returned;    // come back from it
  u64 marked;
};

// skb->mark, of frames that have been dealt with.
enum impairment_mark {
  MARK_DONE = 0x1ab0001,
  MARK_RETURN_TO_CLIENT = 0x1ab0002,
  MARK_RETURN_TO_SERVER = 0x1ab0003,
  MARK_CHANGE_TO_SERVER = 0x1ab0004,
  MARK_FILLER = 0x1ab0005,  // takes a place on the detour and ends there
};

#ifdef SWIFT_BPF_PROGRAM
struct impairments_map {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, DIRECTION_COUNT);
  __type(key, u32);
  __type(value, struct impairment);
};
extern struct impairments_map impairments;
MAP_FUNCTIONS(impairments, u32, struct impairment)

struct impaired_map {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, DIRECTION_COUNT);
  __type(key, u32);
  __type(value, struct impaired);
};
extern struct impaired_map impaired __attribute__((swift_name("impairedMap")));
MAP_FUNCTIONS(impaired, u32, struct impaired)

// Counted on several CPUs at once.
BPF_HELPER u64 impaired_count(u64 *_Nonnull counter) { return __sync_fetch_and_add(counter, 1); }
#define COUNTER(F) BPF_HELPER u64 impaired_##F(struct impaired *_Nonnull i) { return impaired_count(&i->F); }
COUNTER(frames)
COUNTER(lost)
COUNTER(corrupted)
COUNTER(duplicated)
COUNTER(reordered)
COUNTER(returned)
COUNTER(marked)
#endif

#pragma once
// Only what Swift calls says whether it may be null.
#pragma clang diagnostic ignored "-Wnullability-completeness"
// What an eBPF program written in Swift needs from C: fixed-width types, contexts, map declarations and helper
// calls. swift-bpf defines SWIFT_BPF_PROGRAM; a native build sees only the types, so that a control plane can
// share a program's structures.

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

#ifdef SWIFT_BPF_PROGRAM
#include "swift_bpf_constants.h"
#include "swift_bpf_types.h"
#include "swift_bpf_helpers.h"
#include "swift_bpf_xdp.h"
#include "swift_bpf_skb.h"
#include "swift_bpf_maps.h"
#else
#include <linux/bpf.h>
#endif

#pragma once
#ifdef SWIFT_BPF_PROGRAM  // not part of the native module, where linux/bpf.h has these names
// Helper calls of every kind of program. A call through a constant function pointer becomes the instruction `call N`,
// so every wrapper must be inlined. Contracts: bpf-helpers(7). An error is negative, an errno of the kernel.
#define BPF_HELPER static inline __attribute__((always_inline))
#define BPF_CALL(name, result, parameters) ((result(*) parameters)BPF_FUNC_##name)

// MARK: Clocks and numbers

// Nanoseconds since boot: without time asleep; with it; and without, exact to a tick only, but cheaper.
BPF_HELPER u64 bpf_ktime_get_ns(void) { return BPF_CALL(ktime_get_ns, u64, (void))(); }
BPF_HELPER u64 bpf_ktime_get_boot_ns(void) { return BPF_CALL(ktime_get_boot_ns, u64, (void))(); }
BPF_HELPER u64 bpf_ktime_get_coarse_ns(void) { return BPF_CALL(ktime_get_coarse_ns, u64, (void))(); }
// Nanoseconds of international atomic time.
BPF_HELPER u64 bpf_ktime_get_tai_ns(void) { return BPF_CALL(ktime_get_tai_ns, u64, (void))(); }
BPF_HELPER u64 bpf_jiffies64(void) { return BPF_CALL(jiffies64, u64, (void))(); }
BPF_HELPER u32 bpf_get_smp_processor_id(void) { return BPF_CALL(get_smp_processor_id, u32, (void))(); }
BPF_HELPER u32 bpf_get_prandom_u32(void) { return BPF_CALL(get_prandom_u32, u32, (void))(); }

// The ones' complement sum of `to` in place of `from`, added to `seed`; lengths are multiples of 4, at most 512.
BPF_HELPER long bpf_csum_diff(const void *_Nullable from, u32 from_length, const void *_Nullable to, u32 to_length,
                              u32 seed) {
  return BPF_CALL(csum_diff, long, (const void *, u32, const void *, u32, u32))(from, from_length, to, to_length, seed);
}

// Prints to /sys/kernel/debug/tracing/trace_pipe, for debugging. In Swift `format` is a StaticString's utf8Start, and
// `length` its utf8CodeUnitCount + 1: the NUL that ends it counts.
BPF_HELPER long bpf_trace_printk(const u8 *_Nonnull format, u32 length, u64 a, u64 b, u64 c) {
  return BPF_CALL(trace_printk, long, (const void *, u32, u64, u64, u64))(format, length, a, b, c);
}

// MARK: Locks and timers

// Between the two no helper or subprogram may be called.
BPF_HELPER void bpf_spin_lock(struct bpf_spin_lock *_Nonnull l) { BPF_CALL(spin_lock, void, (void *))(l); }
BPF_HELPER void bpf_spin_unlock(struct bpf_spin_lock *_Nonnull l) { BPF_CALL(spin_unlock, void, (void *))(l); }

// The map that holds the timer's value is named at init; CLOCK_MONOTONIC is clock 1.
BPF_HELPER long bpf_timer_init(struct bpf_timer *_Nonnull t, void *_Nonnull map, u64 clock) {
  return BPF_CALL(timer_init, long, (void *, void *, u64))(t, map, clock);
}
// The callback is told the map, the key and the value that holds the timer, and returns 0. In Swift it is a closure
// that captures nothing, or a @_cdecl function.
BPF_HELPER long bpf_timer_set_callback(struct bpf_timer *_Nonnull t,
                                       int (*_Nonnull callback)(void *_Nonnull, void *_Nonnull, void *_Nonnull)) {
  return BPF_CALL(timer_set_callback, long, (void *, void *))(t, (void *)callback);
}
BPF_HELPER long bpf_timer_start(struct bpf_timer *_Nonnull t, u64 nanoseconds, u64 flags) {
  return BPF_CALL(timer_start, long, (void *, u64, u64))(t, nanoseconds, flags);
}
BPF_HELPER long bpf_timer_cancel(struct bpf_timer *_Nonnull t) { return BPF_CALL(timer_cancel, long, (void *))(t); }

// MARK: Control

// Calls `callback` with 0, 1, 2 ... and `context` until it returns 1, at most `count` times (at most 8,388,608), and
// tells how often. In Swift the callback is a closure that captures nothing, or a @_cdecl function:
//   bpf_loop(16, { index, context in 0 }, &state, 0)
BPF_HELPER long bpf_loop(u32 count, long (*_Nonnull callback)(u32, void *_Nonnull), void *_Nonnull context, u64 flags) {
  return BPF_CALL(loop, long, (u32, void *, void *, u64))(count, (void *)callback, context, flags);
}

// Runs the program at `index` of a BPF_MAP_TYPE_PROG_ARRAY in place of this one; returns only where there is none, or
// after 33 tail calls.
BPF_HELPER long bpf_tail_call(void *_Nonnull context, void *_Nonnull map, u32 index) {
  return BPF_CALL(tail_call, long, (void *, void *, u32))(context, map, index);
}

// Sends the packet out of, or with BPF_F_INGRESS (tc only) into, another device; the result is the program's verdict.
BPF_HELPER long bpf_redirect(u32 ifindex, u64 flags) { return BPF_CALL(redirect, long, (u32, u64))(ifindex, flags); }
BPF_HELPER long bpf_redirect_map(void *_Nonnull map, u64 key, u64 flags) {
  return BPF_CALL(redirect_map, long, (void *, u64, u64))(map, key, flags);
}

// Whether a packet of the context, longer by `difference` bytes, fits a device; *mtu becomes its MTU.
BPF_HELPER long bpf_check_mtu(void *_Nonnull context, u32 ifindex, u32 *_Nonnull mtu, int difference, u64 flags) {
  return BPF_CALL(check_mtu, long, (void *, u32, u32 *, int, u64))(context, ifindex, mtu, difference, flags);
}

// An optimisation barrier: LLVM may assume nothing of the result, so a bound that is checked afterwards stays in
// the code for the verifier to see.
BPF_HELPER u64 bpf_opaque(u64 x) {
  __asm__ volatile("" : "+r"(x));
  return x;
}
#endif

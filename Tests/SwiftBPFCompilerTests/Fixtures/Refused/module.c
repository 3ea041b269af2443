#include "refused.h"
struct values_map values SEC(".maps");

#define PROGRAM(name)               \
  int swift_##name(struct xdp_md *c); \
  SEC("xdp") int name(struct xdp_md *c) { return swift_##name(c); }
PROGRAM(arguments)
PROGRAM(result)
PROGRAM(thrown)
PROGRAM(function_value)
PROGRAM(function_pointer)
PROGRAM(floating_point)
PROGRAM(signed_division)
PROGRAM(wide_arithmetic)
PROGRAM(variable_copy)
PROGRAM(lazy_global)
PROGRAM(atomics)
PROGRAM(printing)
PROGRAM(undefined)
PROGRAM(kernel_function)
BPF_LICENSE("GPL");

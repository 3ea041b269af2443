#include "refused.h"
struct values_map values SEC(".maps");
BPF_LICENSE("GPL");

#pragma once
// Programs that compile, one of which the kernel's verifier must refuse.
#include "swift_bpf.h"

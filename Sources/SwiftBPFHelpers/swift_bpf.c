// Includes the header so that SwiftPM has a translation unit to build.
#include "swift_bpf.h"

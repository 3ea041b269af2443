#include "data_plane_abi.h"

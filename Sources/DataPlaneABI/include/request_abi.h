#pragma once
// A request, as the read stage takes it down. HTTPCore.Request is the front, up to `element`; the areas of text follow.
// Each is 64 bytes longer than what is kept in it, so that it can be read by words and written by blocks.
#include "swift_bpf.h"

enum {
  REQUEST_ELEMENT_BYTES = 64,   // what of each area is filled at most, bytes
  REQUEST_HOST_BYTES = 256,
  REQUEST_LOG_BYTES = 256,
  REQUEST_TARGET_BYTES = 2048,
  REQUEST_PADDING = 64,
  REQUEST_TAGS = 8,             // entity tags that are kept of a list
};

// request.refusal, where it is no common_answer: the request is to be answered by what its path leads to.
enum { REQUEST_ACCEPTED = 255 };

// HTTPCore.RequestMethod. REQUEST_METHOD_NONE: none has been read. PATCH and its like are OTHER, all else UNKNOWN.
enum request_method {
  REQUEST_METHOD_NONE, REQUEST_METHOD_GET, REQUEST_METHOD_HEAD, REQUEST_METHOD_OPTIONS, REQUEST_METHOD_OTHER,
  REQUEST_METHOD_UNKNOWN,
};

// HTTPCore.RequestArea, in the order of the lengths.
enum request_area {
  REQUEST_AREA_ELEMENT, REQUEST_AREA_TARGET, REQUEST_AREA_HOST, REQUEST_AREA_REFERER, REQUEST_AREA_AGENT,
  REQUEST_AREA_COUNT,
};

struct request {
  u8 refusal;                   // enum common_answer, or REQUEST_ACCEPTED
  u8 persistence;               // enum persistence
  u8 method;                    // enum request_method
  u8 continues;                 // 1: this is not the final answer yet, which comes once the content has
  u32 conditions;               // HTTPCore.RequestConditions
  u16 element_length;           // of each area, bytes; at most what is kept in it
  u16 target_length;
  u16 host_length;
  u16 referer_length;
  u16 agent_length;
  u16 path_length;
  u16 path_position;            // how far the target has been made a path of
  u16 path_state;               // HTTPCore.PathState
  u16 qualities[5];             // 1 + thousandths, by enum content_coding, then that of `*`; 0: it is not named
  u16 minor_version;            // HTTP/1.minor_version
  u32 modified_since;           // If-Modified-Since, If-Unmodified-Since, seconds since 1970
  u32 unmodified_since;
  u32 range_date;               // If-Range, if it is a date
  u64 range_tag;                // If-Range, if it is an entity tag
  u32 range_first;              // Range: first and last byte, or the length of a suffix
  u32 range_last;
  u64 none_match[REQUEST_TAGS];
  u64 match[REQUEST_TAGS];
  u8 element[REQUEST_ELEMENT_BYTES + REQUEST_PADDING];  // of a field that is being read
  u8 host[REQUEST_HOST_BYTES + REQUEST_PADDING];        // lower case, without a port
  u8 referer[REQUEST_LOG_BYTES + REQUEST_PADDING];
  u8 agent[REQUEST_LOG_BYTES + REQUEST_PADDING];
  u8 target[REQUEST_TARGET_BYTES + REQUEST_PADDING];    // from its path on, as it was sent
  u8 path[REQUEST_TARGET_BYTES + REQUEST_PADDING];      // decoded, without query, empty and dot segments
};

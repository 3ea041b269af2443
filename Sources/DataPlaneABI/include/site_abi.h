#pragma once
// A site: what a generation of the content store holds, as the control plane lays it out and the programs read it. An
// offset is a place in the generation's content, bytes; 0 is the site itself, so as an offset it says that there is
// nothing. Structures lie at offsets that 8 divides, and none is longer than CONTENT_CHUNK_OVERLAP.
#include "swift_bpf.h"

// A range of the content.
struct site_text {
  u32 offset;
  u32 length;
};

// An answer as it goes over the wire. From `offset` on lie: the start (status line, Date and whatever else of its kind
// is never left out), the validators (lines that a 304 has too: ETag, Last-Modified, Cache-Control, Vary, ...), the
// entity (Content-Type, Content-Encoding, Accept-Ranges, ...), the length (Content-Length), and the CRLF that ends the
// head. A short body follows, a long one lies elsewhere. The value of Date is 29 bytes of zero, for the programs to
// fill in; the line ends the start, so that they are at start_length - 31. A very short answer lies there twice: once
// more as it ends a connection, so that this too is one piece.
struct representation {
  u64 tag;                      // the number in its entity tag, see site.h; 0: it has none
  u32 offset;                   // 0: there is no such representation
  u32 body_offset;
  u32 body_length;
  u16 start_length;             // bytes, all four
  u16 validators_length;
  u16 entity_length;
  u16 length_length;
  u16 checksum;                 // ones' complement sum of head and body, as they lie in memory, if the body follows
  u16 head_checksum;            // of the head with its CRLF
  u16 status;                   // for the log: 200
  u16 is_dated;                 // 1: the start ends in a Date line
  u32 closing_offset;           // with "Connection: close" as its last line, and its body; 0: it does not lie so
};

enum content_coding { CODING_IDENTITY, CODING_GZIP, CODING_BROTLI, CODING_ZSTD, CODING_COUNT };

enum resource_kind {
  RESOURCE_FILE,                // its representations are chosen by Accept-Encoding; conditions and ranges hold
  RESOURCE_FIXED,               // always its first representation, whatever its status
  RESOURCE_REDIRECT,            // its first representation, with a Location made of `location`
};

// What a path leads to.
struct resource {
  u32 path_offset;              // the path, decoded and without dot segments
  u16 path_length;
  u16 host;                     // number of its virtual host
  u8 kind;                      // enum resource_kind
  u8 codings;                   // bit n: representations[n] is there
  u16 location_count;           // pieces
  u32 location_offset;          // struct location_piece[location_count]
  u32 modified;                 // Last-Modified, seconds since 1970; 0: it has none
  u32 reserved;
  struct representation representations[CODING_COUNT];
};

// A part of a Location.
enum location_kind {
  LOCATION_TEXT,                // bytes of the content
  LOCATION_HOST,                // what the client calls this host, without a port
  LOCATION_TARGET,              // the request's target from its path on, as it was sent, query included
  LOCATION_REST,                // likewise, without the prefix that the route matched
  LOCATION_QUERY,               // of the target what follows the path: nothing, or more than a question mark
};
enum { LOCATION_PIECES = 8 };
struct location_piece {
  u32 kind;                     // enum location_kind
  struct site_text text;        // of LOCATION_TEXT
};

// An entry of a hash table: open addressing, one slot after the other, at most SITE_PROBES of them. The table has that
// many slots more than its mask says, so that no search goes around its end.
enum { SITE_PROBES = 16 };
struct site_slot {
  u32 fingerprint;              // the upper half of the hash, whose lower half says where to begin
  u32 offset;                   // of a struct resource or virtual_host; 0: the slot is empty
};

// What all paths below a prefix lead to that lead to no resource of their own.
struct route {
  struct site_text prefix;      // starts with a slash
  u32 resource;                 // offset
  u32 reserved;
};
enum { SITE_ROUTES = 256 };

// A name in the Host field.
struct virtual_host {
  struct site_text name;        // lower case, without a port; the default one's is empty
  u32 number;                   // part of the key of its paths
  u32 only;                     // offset of the resource that every path leads to; 0: it depends
  u32 not_found;                // offset of the struct representation of its 404
  u32 routes;                   // offset of struct route[route_count], longer prefixes first
  u32 route_count;
  u32 reserved;
};

// HTTPCore.CommonAnswer: answers that no path has.
enum common_answer {
  COMMON_CONTINUE,              // 100, without a Date
  COMMON_OPTIONS,               // 204 with Allow
  COMMON_NOT_MODIFIED,          // 304: its start alone is used
  COMMON_PARTIAL,               // 206: likewise
  COMMON_BAD_REQUEST,           // 400
  COMMON_METHOD_NOT_ALLOWED,    // 405 with Allow
  COMMON_PRECONDITION_FAILED,   // 412
  COMMON_CONTENT_TOO_LARGE,     // 413
  COMMON_URI_TOO_LONG,          // 414
  COMMON_RANGE_NOT_SATISFIABLE, // 416: Content-Range comes in front of its tail
  COMMON_EXPECTATION_FAILED,    // 417
  COMMON_HEADER_TOO_LARGE,      // 431
  COMMON_NOT_IMPLEMENTED,       // 501
  COMMON_UNAVAILABLE,           // 503
  COMMON_VERSION_NOT_SUPPORTED, // 505
  COMMON_COUNT,
};

// At offset 0.
struct site {
  u64 key[2];                   // of SipHash, for both tables
  u32 slots;                    // offset of struct site_slot[slot_mask + 1 + SITE_PROBES], for resources
  u32 slot_mask;
  u32 host_slots;               // likewise for virtual hosts; 0: there are none but the default one
  u32 host_slot_mask;
  u32 default_host;             // offset of a struct virtual_host
  u32 resource_count;
  u32 generation;               // counts the sites that this server has had
  u32 reserved;
  struct site_text tails[3];    // behind a head, by enum persistence: the line Connection, if there is one, and CRLF
  struct representation common[COMMON_COUNT];
};

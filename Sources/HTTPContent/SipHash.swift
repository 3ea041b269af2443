import HTTPCore

/// SipHash-1-3 of bytes that come piece by piece.
struct SipHash {
  private var state: SipState
  /// The bytes that fill no word yet, the first one lowest.
  private var rest: UInt64 = 0
  private var count: UInt64 = 0

  init(key0: UInt64, key1: UInt64) { state = SipState(key0: key0, key1: key1) }

  /// Adds the bytes that follow those added before.
  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress else { return }
    var place = 0
    while place < bytes.count, count & 7 != 0 {
      addByte(bytes[place])
      place += 1
    }
    let whole = bytes.count - (bytes.count - place) % 8
    count &+= UInt64(whole - place)
    while place < whole {
      state.combine(UInt64(littleEndian: base.loadUnaligned(fromByteOffset: place, as: UInt64.self)))
      place &+= 8
    }
    while place < bytes.count {
      addByte(bytes[place])
      place += 1
    }
  }

  /// The hash of all bytes added.
  var value: UInt64 {
    var last = state
    return last.finish(rest | count << 56)
  }

  private mutating func addByte(_ byte: UInt8) {
    rest |= UInt64(byte) << ((count & 7) * 8)
    count &+= 1
    guard count & 7 == 0 else { return }
    state.combine(rest)
    rest = 0
  }
}

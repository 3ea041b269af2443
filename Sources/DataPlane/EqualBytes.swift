/// Whether `length` bytes are the same in both places, from which as many as `limit` and 8 can be read.
@inline(__always)
func isEqual(_ one: UnsafeRawPointer, _ other: UnsafeRawPointer, _ length: UInt32, limit: UInt) -> Bool {
  let length = UInt(length)
  var index: UInt = 0
  while index &+ 8 <= length && UInt(bpf_opaque(UInt64(index))) < limit {
    if loadWord(one, index) != loadWord(other, index) { return false }
    index &+= 8
  }
  let rest = length &- index
  if rest == 0 { return true }
  let difference = loadWord(one, index) ^ loadWord(other, index)
  return difference &<< (64 &- UInt64(rest & 7) &* 8) == 0
}

// Arrays of maps. The kernel puts a map into its place, and takes it out, in one step, and returns only when every
// program that began before has ended: none of them still works with what was there.
extension Map {
  /// The map at `index`, or nil if there is none.
  public func innerMap(at index: UInt32) throws(BPFError) -> Map? {
    guard let id = try lookup(index, as: UInt32.self) else { return nil }
    return try Map(id: id)
  }

  /// Puts a map at `index`, in the place of the one that may be there.
  public func setInnerMap(_ inner: borrowing Map, at index: UInt32) throws(BPFError) {
    try update(index, UInt32(bitPattern: inner.descriptor))
  }

  /// Empties `index`.
  /// - Returns: whether there was a map.
  @discardableResult
  public func removeInnerMap(at index: UInt32) throws(BPFError) -> Bool { try delete(index) }
}

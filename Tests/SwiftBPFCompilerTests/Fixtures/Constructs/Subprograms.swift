struct Rectangle {
  var width: UInt32
  var height: UInt32

  /// A subprogram with as many arguments as eBPF has registers for.
  @inline(never) static func mix(_ a: UInt32, _ b: UInt32, _ c: UInt64, _ d: UInt8, _ e: Bool) -> UInt64 {
    let sum = UInt64(a) &+ UInt64(b) &+ c &+ UInt64(d)
    return e ? sum &* 2 : sum
  }

  /// A subprogram that changes a structure of its caller.
  @inline(never) mutating func grow(by factor: UInt32) {
    width = UInt32.multiply(width, factor)
    height = UInt32.multiply(height, factor)
  }
}

extension UInt32 {
  /// Called by a subprogram.
  @inline(never) static func multiply(_ a: UInt32, _ b: UInt32) -> UInt32 { a &* b }
}

@_cdecl("swift_subprograms")
func subprograms(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  guard let frame = Frame(context) else { return XDP_ABORTED }
  var rectangle = Rectangle(width: frame[0], height: frame[1])
  rectangle.grow(by: frame[2])
  return frame.answer(
    Rectangle.mix(rectangle.width, rectangle.height, UInt64(frame[3]), frame.byte(16), frame.byte(17) == 1))
}

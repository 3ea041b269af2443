/// Where the areas of text lie behind a `Request`: offsets in C's `struct request`, bytes.
public enum RequestLayout {
  public static var element: Int { 192 }
  public static var host: Int { 320 }
  public static var referer: Int { 640 }
  public static var agent: Int { 960 }
  public static var target: Int { 1280 }
  public static var path: Int { 3392 }
  /// Of the whole structure.
  public static var size: Int { 5504 }

  /// Bytes that are kept. Longer elements are not understood,
  public static var elementCapacity: UInt16 { 64 }
  /// and longer hosts none of ours (RFC 1035 2.3.4).
  public static var hostCapacity: UInt16 { 255 }
  /// The log says so if there was more.
  public static var logCapacity: UInt16 { 256 }
  public static var targetCapacity: UInt16 { 2048 }
}

extension UnsafeMutablePointer<Request> {
  @inline(__always) func area(_ offset: Int) -> UnsafeMutableRawPointer { UnsafeMutableRawPointer(self) + offset }

  /// The areas, of which `pointee` says how long they are.
  @inline(__always) public var target: UnsafeMutableRawPointer { area(RequestLayout.target) }
  @inline(__always) public var path: UnsafeMutableRawPointer { area(RequestLayout.path) }
  @inline(__always) public var host: UnsafeMutableRawPointer { area(RequestLayout.host) }
  @inline(__always) public var referer: UnsafeMutableRawPointer { area(RequestLayout.referer) }
  @inline(__always) public var agent: UnsafeMutableRawPointer { area(RequestLayout.agent) }
  @inline(__always) var element: UnsafeMutableRawPointer { area(RequestLayout.element) }

  /// Forgets all that has been read of a request.
  @inline(__always) public func begin() {
    // All but the lists of tags, which do not count as long as `conditions` say that there is none.
    let words = UnsafeMutableRawPointer(self).assumingMemoryBound(to: UInt64.self)
    words[0] = 0
    words[1] = 0
    words[2] = 0
    words[3] = 0
    words[4] = 0
    words[5] = 0
    words[6] = 0
    words[7] = 0
  }

  /// Adds a byte to a text; what is beyond its capacity is left out.
  @inline(__always) func append(_ byte: UInt, _ capture: Capture) {
    let lengths = area(8).assumingMemoryBound(to: UInt16.self) + Int(capture.area & 7)
    let length = lengths.pointee
    guard length < capture.capacity else { return }
    let place = UInt(capture.offset) &+ UInt(length)
    guard place < UInt(RequestLayout.path) else { return }
    lengths.pointee = length &+ 1
    // Both differences are negative for a capital letter alone.
    let isCapital = ((0x40 &- Int64(byte)) & (Int64(byte) &- 0x5B)) >> 63
    let folded = UInt64(byte) | (UInt64(bitPattern: isCapital) & UInt64(capture.fold))
    area(0).storeBytes(of: UInt8(truncatingIfNeeded: folded), toByteOffset: Int(bitPattern: place), as: UInt8.self)
  }
}

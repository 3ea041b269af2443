/// Window scaling (RFC 7323 2).
public enum WindowScale {
  /// The largest shift count (RFC 7323 2.3).
  public static var largest: UInt8 { @inline(__always) get { 14 } }
  /// The largest window without scaling, bytes.
  public static var unscaled: UInt32 { @inline(__always) get { 65535 } }

  /// The smallest shift count with which `window` fits the header's 16 bits.
  @inline(__always)
  static func shift(for window: UInt32) -> UInt8 {
    let bits = UInt32(truncatingIfNeeded: 32 &- window.leadingZeroBitCount)
    return bits > 16 ? min(UInt8(truncatingIfNeeded: bits &- 16), largest) : 0
  }
}

extension ControlBlock {
  /// SEG.WND of what is sent now, as it is on the wire. That of a SYN-ACK is never scaled (RFC 7323 2.2).
  @inline(__always)
  public var windowToAdvertise: UInt32 {
    state == .synReceived ? min(receive.window, WindowScale.unscaled) : receive.window &>> UInt32(receiveScale & 15)
  }

  /// SND.WND as the header means it, bytes.
  @inline(__always)
  func scaled(_ segment: Segment) -> UInt32 { segment.window &<< UInt32(sendScale & 15) }

  /// The application has room for `room` bytes, of `window` at most, which it usually has.
  @inline(__always)
  public mutating func offerWindow(_ window: UInt32, room: UInt32) { receive.window = min(usual(window), room) }

  /// RCV.WND of a connection that may offer `window` bytes; what exceeds 65535 only to a peer that scales windows. What
  /// the shift would take away is not offered in the first place.
  @inline(__always)
  func usual(_ window: UInt32) -> UInt32 {
    features.contains(.windowScale) ? wholeUnits(window) : min(window, WindowScale.unscaled)
  }

  /// As much of a window as the header can express.
  @inline(__always)
  func wholeUnits(_ window: UInt32) -> UInt32 {
    let unit = UInt32(1) &<< UInt32(receiveScale & 15)
    return window & ~(unit &- 1)
  }
}

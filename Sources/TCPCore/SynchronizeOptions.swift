/// What a SYN-ACK carries besides the MSS option.
public struct SynchronizeOptions {
  /// Shift count of the window scale option; 255: no such option.
  public var windowScale: UInt8
  public var sackPermitted: Bool
  public var timestamps: Bool
  /// ECN-setup SYN-ACK: the ECE bit is on (RFC 3168 6.1.1).
  public var congestionEcho: Bool

  @inline(__always)
  public init(windowScale: UInt8, sackPermitted: Bool, timestamps: Bool, congestionEcho: Bool) {
    self.windowScale = windowScale
    self.sackPermitted = sackPermitted
    self.timestamps = timestamps
    self.congestionEcho = congestionEcho
  }
}

extension ControlBlock {
  /// Only what the client offered and the configuration allows.
  @inline(__always)
  public var synchronizeOptions: SynchronizeOptions {
    SynchronizeOptions(
      windowScale: features.contains(.windowScale) ? receiveScale : 255,
      sackPermitted: features.contains(.selectiveAcknowledgment), timestamps: features.contains(.timestamps),
      congestionEcho: features.contains(.congestionNotification))
  }
}

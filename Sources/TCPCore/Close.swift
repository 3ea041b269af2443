extension ControlBlock {
  /// The application queues `length` bytes (SEND call, RFC 9293 3.10.2). Not after `close`.
  @inline(__always)
  public mutating func queue(_ length: UInt32) { send.queued = send.queued.advanced(by: length) }

  /// The application has no more to send (CLOSE call, RFC 9293 3.10.4): a FIN goes out after the last queued byte.
  @inline(__always)
  public mutating func close() { flags.insert(.finishQueued) }
}

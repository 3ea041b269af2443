extension ControlBlock {
  /// Takes note that the application consumed `consumed` of the bytes that `reaction` offered. With all of them
  /// consumed a FIN that follows them is taken too (RFC 9293 3.10.7.4, eighth step); what was not consumed is not
  /// acknowledged and will be sent again.
  @inline(__always)
  public mutating func deliver(_ consumed: UInt32, of reaction: Reaction) {
    receive.next = receive.next.advanced(by: consumed)
    guard reaction.finishes, consumed == reaction.deliverableLength else { return }
    receive.next = receive.next.advanced(by: 1)
    switch state {
    case .established: state = .closeWait
    case .finWait1: state = .closing  // an ACK of our FIN in this segment has led to FIN-WAIT-2 already
    case .finWait2: state = .timeWait
    default: break
    }
  }
}

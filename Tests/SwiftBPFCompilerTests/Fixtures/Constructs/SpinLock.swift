/// Adds word 1 to account word 0, under its lock.
@_cdecl("swift_spin_lock")
func spinLock(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  guard let frame = Frame(context) else { return XDP_ABORTED }
  var number = frame[0]
  let amount = frame[1]
  guard let account = accounts_lookup(&number) else { return XDP_PASS }
  bpf_spin_lock(account_lock(account))
  account.pointee.book(amount)
  let balance = account.pointee.balance
  bpf_spin_unlock(account_lock(account))
  return frame.answer(UInt64(balance))
}

extension account {
  /// No calls in here: the caller holds the lock.
  @inline(__always) mutating func book(_ amount: UInt32) {
    balance &+= amount
    bookings &+= 1
  }
}

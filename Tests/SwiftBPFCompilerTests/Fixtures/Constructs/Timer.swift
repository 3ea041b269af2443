@_cdecl("swift_timer")
func timer(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  guard let frame = Frame(context) else { return XDP_ABORTED }
  var zero: UInt32 = 0
  guard let alarm = alarms_lookup(&zero) else { return XDP_ABORTED }
  let fired = alarm.pointee.fired
  guard alarm_set(alarm, UInt64(frame[0])) == 0 else { return XDP_DROP }
  return frame.answer(fired)
}

/// The kernel calls it when the time has come.
@_cdecl("alarm_fired")
func alarmFired(
  _ map: UnsafeMutableRawPointer, _ key: UnsafeMutableRawPointer, _ value: UnsafeMutableRawPointer
) -> Int32 {
  let alarm = value.assumingMemoryBound(to: alarm.self)
  alarm.pointee.fired &+= 1
  return 0
}

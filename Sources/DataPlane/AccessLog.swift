// The access log: an entry in a ring buffer for each answer that is queued. Whoever reads it comes in his own time; if
// nobody does, the buffer fills, and entries are counted instead of written.

/// Writes an entry for the answer that has just been queued: what the global function `log_request` does.
///
/// - Parameter status: of the answer.
/// - Returns: 1 if there was room.
@_cdecl("write_log_entry") @inline(__always)
public func writeLogEntry(_ scratch: UnsafeMutablePointer<scratch>, _ status: UInt32) -> UInt32 {
  var zero: UInt32 = 0
  // Linux 6.1 takes no data from an argument of a global function.
  guard let own = scratch_lookup(&zero), let configuration = configuration_lookup(&zero),
    let statistics = statistics_lookup(&zero)
  else { return 0 }
  let request = own.request
  // Where there was more than is kept, one byte more is there, but for a target: when a path was made of it, that was
  // left off, and one that fills the room counts as cut. The differences are negative then: there is one way through
  // for all of them.
  let excess = excess(request.pointee.targetLength, RequestLayout.targetCapacity &- 1)
    | excess(request.pointee.hostLength, RequestLayout.hostCapacity)
    | excess(request.pointee.refererLength, RequestLayout.logCapacity)
    | excess(request.pointee.agentLength, RequestLayout.logCapacity)
  let target = min(UInt32(request.pointee.targetLength), UInt32(RequestLayout.targetCapacity))
  let host = min(UInt32(request.pointee.hostLength), UInt32(RequestLayout.hostCapacity))
  let referer = min(UInt32(request.pointee.refererLength), UInt32(RequestLayout.logCapacity))
  let agent = min(UInt32(request.pointee.agentLength), UInt32(RequestLayout.logCapacity))
  let length = UInt32(MemoryLayout<log_entry>.size) &+ target &+ host &+ referer &+ agent
  // Before an entry is put together for nothing.
  let used = access_log_query(0 /* BPF_RB_AVAIL_DATA */)
  let size = access_log_query(1 /* BPF_RB_RING_SIZE */)
  guard used &+ UInt64(length) &+ 16 <= size else {
    count(.logEntriesLost, in: statistics)
    return 0
  }
  let entry = scratch_log(own)
  entry.pointee.time = bpf_ktime_get_tai_ns() &- UInt64(configuration.pointee.atomic_time_offset) &* 1_000_000_000
  let flow = own.flow
  let words = UnsafeRawPointer(flow.remoteAddress)
  let address = log_entry_remote_address(entry).assumingMemoryBound(to: UInt64.self)
  address[0] = words.load(as: UInt64.self)
  address[1] = words.load(fromByteOffset: 8, as: UInt64.self)
  entry.pointee.remote_port = flow.pointee.remote_port
  entry.pointee.local_port = flow.pointee.local_port
  entry.pointee.status = UInt16(truncatingIfNeeded: status)
  entry.pointee.method = request.pointee.method
  entry.pointee.version_minor = UInt8(truncatingIfNeeded: request.pointee.minorVersion)
  entry.pointee.body_length = own.reply.pointee.body_length
  entry.pointee.request_length = UInt16(truncatingIfNeeded: target)
  entry.pointee.host_length = UInt16(truncatingIfNeeded: host)
  entry.pointee.referer_length = UInt16(truncatingIfNeeded: referer)
  entry.pointee.agent_length = UInt16(truncatingIfNeeded: agent)
  entry.pointee.flags = UInt16(truncatingIfNeeded: (excess >> 31) &* UInt32(LOG_FLAG_CUT.rawValue))
  entry.pointee.reserved = 0
  own.responding.pointee.text_length = 0
  append(own, scratch_target_offset(), target)
  append(own, scratch_host_offset(), host)
  append(own, scratch_referer_offset(), referer)
  append(own, scratch_agent_offset(), agent)
  guard access_log_output(entry, UInt64(bounded(length, limit: 4096)), 0) == 0 else {
    count(.logEntriesLost, in: statistics)
    return 0
  }
  return 1
}

/// Negative, by its highest bit, if a text is longer than what is kept of it.
@inline(__always)
private func excess(_ length: UInt16, _ capacity: UInt16) -> UInt32 { UInt32(capacity) &- UInt32(length) }

/// Appends an area of the request to the entry's text.
@inline(__always)
private func append(_ scratch: Scratch, _ area: UInt64, _ length: UInt32) {
  guard length > 0 else { return }
  var loop = log_context(scratch: scratch, area: area)
  _ = append_log_loop((length &+ 7) / 8, &loop)
  scratch.responding.pointee.text_length &+= length
}

@_cdecl("append_log_step") @inline(__always)
public func appendLogStep(_ index: UInt32, _ loop: UnsafeMutablePointer<log_context>) -> Int {
  let scratch = loop.pointee.scratch
  let step = UInt64(index) &* 8
  let place = bpf_opaque(UInt64(scratch.responding.pointee.text_length) &+ step) & 4095
  storeWord(scratch_area_word(scratch, loop.pointee.area &+ step), scratch_log_text(scratch), UInt(place))
  return 0
}

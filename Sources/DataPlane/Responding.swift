// A complete request is given its answer, which is queued. What the answer is made of lies in the content; which
// answer it is, HTTPCore says.

/// What the global function `respond_request` does: queues the answer to `scratch.request`. The caller holds the claim
/// and has seen to it that there is room for one.
///
/// - Returns: the answer's status; 0 if there is no content.
@_cdecl("session_respond") @inline(__always)
public func respond(_ session: UnsafeMutablePointer<session>, _ scratch: UnsafeMutablePointer<scratch>) -> UInt32 {
  var zero: UInt32 = 0
  guard let configuration = configuration_lookup(&zero), let current = current_lookup(&zero) else { return 0 }
  let responding = scratch.responding
  responding.pointee.generation = current.pointee
  responding.pointee.prefix_length = 0
  guard let content = Content(current.pointee) else { return 0 }
  let request = scratch.request
  let reply = scratch.reply
  reply.begin(request, scratch.wallClock(scratch.pointee.now, configuration), current.pointee)
  var status: UInt32 = 0
  if request.pointee.refusal == Request.accepted {
    find(content, scratch)
    status = replyFromResource(session, scratch)
  } else {
    status = reply.whole(content, content.common(request.pointee.refusal), request)
  }
  guard status != 0 else { return 0 }
  session.enqueue(reply)
  if request.pointee.persistence == Persistence.close.rawValue { session.tcp.pointee.close() }
  return status
}

/// Finds the host and the resource: most sites have one host, and small ones one resource.
@inline(__always)
private func find(_ content: Content, _ scratch: Scratch) {
  let responding = scratch.responding
  responding.pointee.host = content.site.pointee.default_host
  responding.pointee.resource = 0
  if content.site.pointee.host_slots != 0 { _ = find_host(scratch) }
  guard let host = content.at(responding.pointee.host, as: virtual_host.self) else { return }
  if host.pointee.only != 0 {
    responding.pointee.resource = host.pointee.only
  } else {
    _ = find_resource(scratch)
  }
}

/// Puts together what the resource that has been found gives for the request, or the host's 404.
///
/// - Returns: the status; 0 if there is no answer.
@inline(never)
private func replyFromResource(_ session: Session, _ scratch: Scratch) -> UInt32 {
  let responding = scratch.responding
  let request = scratch.request
  let reply = scratch.reply
  guard let content = Content(responding.pointee.generation),
    let host = content.at(responding.pointee.host, as: virtual_host.self)
  else { return 0 }
  let place = responding.pointee.resource
  guard place != 0, let resource = content.at(place, as: Resource.self) else {
    return reply.whole(content, content.at(host.pointee.not_found, as: Representation.self), request)
  }
  if resource.pointee.kind == ResourceKind.redirect.rawValue {
    return redirect(content, resource, session, scratch)
  }
  let selection = request.pointee.select(resource)
  let representation = resource_representation(UnsafeRawPointer(resource), UInt32(selection.coding))
    .assumingMemoryBound(to: Representation.self)
  switch selection.kind {
  case .whole: return reply.whole(content, representation, request)
  case .notModified: return reply.notModified(content, representation, request)
  case .partial: return reply.partial(content, representation, request, selection.first, selection.length)
  case .unsatisfiable: return reply.unsatisfiable(content, request, selection.length)
  case .preconditionFailed:
    return reply.whole(content, content.common(CommonAnswer.preconditionFailed.rawValue), request)
  case .methodNotAllowed:
    return reply.whole(content, content.common(CommonAnswer.methodNotAllowed.rawValue), request)
  }
}

/// A redirection with a Location of its own; 414 if that does not fit, 503 if there is no room for it.
@inline(__always)
private func redirect(
  _ content: Content, _ resource: UnsafePointer<Resource>, _ session: Session, _ scratch: Scratch
) -> UInt32 {
  let request = scratch.request
  let reply = scratch.reply
  let length = keep_location(scratch, UInt32(request.pointee.persistence))
  guard length > 0 else { return reply.whole(content, content.common(CommonAnswer.uriTooLong.rawValue), request) }
  guard scratch.keepText(for: session) else {
    return reply.whole(content, content.common(CommonAnswer.unavailable.rawValue), request)
  }
  let representation = resource_representation(UnsafeRawPointer(resource), 0)
    .assumingMemoryBound(to: Representation.self)
  let status = reply.whole(content, representation, request)
  reply.pointee.tail_kind = UInt8(TAIL_KEPT.rawValue)
  reply.pointee.tail_length = UInt16(truncatingIfNeeded: length)
  reply.pointee.flags &= ~UInt8(ANSWER_IN_ONE_PIECE.rawValue)
  return status
}

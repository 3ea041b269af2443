// A complete request is given its answer, which is queued. What the answer is made of lies in the content; which
// answer it is, HTTPCore says. Each step is a global function: the verifier walks each by itself.

/// What the global function `respond_request` does: queues the answer to `scratch.request`. The caller holds the claim
/// and has seen to it that there is room for one.
///
/// - Returns: the answer's status; 0 if there is no content.
@_cdecl("session_respond") @inline(__always)
public func respond(_ session: UnsafeMutablePointer<session>, _ scratch: UnsafeMutablePointer<scratch>) -> UInt32 {
  var zero: UInt32 = 0
  guard let configuration = configuration_lookup(&zero), let current = current_lookup(&zero) else { return 0 }
  let request = scratch.request
  // Read once: the next site may take this one's place at any moment.
  let generation = UInt32(truncatingIfNeeded: bpf_opaque(UInt64(current.pointee)))
  scratch.responding.pointee.generation = generation
  scratch.reply.begin(request, wallClock(scratch.pointee.now, configuration), generation)
  var status: UInt32
  if request.pointee.refusal == Request.accepted {
    status = replyToPath(session, scratch)
  } else {
    status = reply_whole(scratch, Site.common(request.pointee.refusal))
  }
  guard status != 0 else { return 0 }
  session.enqueue(scratch.reply)
  if configuration.pointee.logs_requests != 0, status >= 200 { _ = log_request(scratch, status) }
  if request.pointee.persistence == Persistence.close.rawValue { session.tcp.pointee.close() }
  return status
}

/// The answer of what the request's path leads to.
///
/// - Returns: the status; 0 if there is no answer.
@inline(__always)
private func replyToPath(_ session: Session, _ scratch: Scratch) -> UInt32 {
  let responding = scratch.responding
  guard let content = Content(responding.pointee.generation) else { return 0 }
  responding.pointee.host = content.site.pointee.default_host
  responding.pointee.resource = 0
  responding.pointee.prefix_length = 0
  // Most sites have one host, and small ones one resource.
  if content.site.pointee.host_slots != 0 { _ = find_host(scratch) }
  guard let host = content.at(responding.pointee.host, as: virtual_host.self) else { return 0 }
  let notFound = host.pointee.not_found
  if host.pointee.only != 0 {
    responding.pointee.resource = host.pointee.only
  } else if find_resource(scratch) == 0 {
    return reply_whole(scratch, notFound)
  }
  switch select_reply(scratch) {
  case Selected.whole: return reply_whole(scratch, responding.pointee.representation)
  case Selected.redirection: return redirect(session, scratch)
  case Selected.preconditionFailed: return reply_whole(scratch, Site.common(.preconditionFailed))
  case Selected.methodNotAllowed: return reply_whole(scratch, Site.common(.methodNotAllowed))
  case Selected.notModified: return reply_other(scratch)
  default: return range(session, scratch)
  }
}

/// What `select_reply` returns: a `SelectionKind`, or that it is a redirection.
private enum Selected {
  static var whole: UInt32 { @inline(__always) get { UInt32(SelectionKind.whole.rawValue) } }
  static var preconditionFailed: UInt32 { @inline(__always) get { UInt32(SelectionKind.preconditionFailed.rawValue) } }
  static var methodNotAllowed: UInt32 { @inline(__always) get { UInt32(SelectionKind.methodNotAllowed.rawValue) } }
  static var notModified: UInt32 { @inline(__always) get { UInt32(SelectionKind.notModified.rawValue) } }
  static var redirection: UInt32 { @inline(__always) get { 255 } }
}

/// Has HTTPCore say what of the resource answers the request: what the global function `select_reply` does.
@_cdecl("reply_selection") @inline(__always)
public func selectReply(_ scratch: UnsafeMutablePointer<scratch>) -> UInt32 {
  let responding = scratch.responding
  guard let content = Content(responding.pointee.generation),
    let resource = content.at(responding.pointee.resource, as: Resource.self)
  else { return Selected.methodNotAllowed }
  responding.pointee.representation = responding.pointee.resource &+ Site.representation(0)
  if resource.pointee.kind == ResourceKind.redirect.rawValue { return Selected.redirection }
  let selection = UnsafePointer(scratch.request).select(resource)
  responding.pointee.representation = responding.pointee.resource &+ Site.representation(selection.coding)
  responding.pointee.first = selection.first
  responding.pointee.length = selection.length
  responding.pointee.selected = UInt32(selection.kind.rawValue)
  return UInt32(selection.kind.rawValue)
}

/// A redirection with a Location of its own; 414 if that does not fit, 400 if the request does not say what it is made
/// of, 503 if there is no room for it.
@inline(__always)
private func redirect(_ session: Session, _ scratch: Scratch) -> UInt32 {
  let responding = scratch.responding
  var index: UInt32 = 0
  while index <= UInt32(LOCATION_PIECES) {
    if append_location(scratch, index, UInt32(scratch.request.pointee.persistence)) == 0 { break }
    index &+= 1
  }
  if responding.pointee.is_malformed != 0 { return reply_whole(scratch, Site.common(.badRequest)) }
  if responding.pointee.is_too_long != 0 { return reply_whole(scratch, Site.common(.uriTooLong)) }
  guard scratch.keepText(for: session) else { return reply_whole(scratch, Site.common(.unavailable)) }
  let status = reply_whole(scratch, scratch.responding.pointee.representation)
  scratch.reply.takesKept(responding.pointee.text_length)
  return status
}

/// A part of the representation, or that there is none; the whole of it, as RFC 9110 14.2 allows, if there is no room
/// for what has to be said of it.
@inline(__always)
private func range(_ session: Session, _ scratch: Scratch) -> UInt32 {
  let status = reply_other(scratch)
  let length = keep_range(scratch, UInt32(scratch.request.pointee.persistence))
  guard scratch.keepText(for: session) else {
    return reply_whole(scratch, scratch.responding.pointee.representation)
  }
  scratch.reply.takesKept(length)
  return status
}

/// Where what every site has lies, bytes.
private enum Site {
  /// An answer that no path has: a `CommonAnswer`.
  @inline(__always)
  static func common(_ number: UInt8) -> UInt32 { site_common_offset(UInt32(number)) }

  @inline(__always)
  static func common(_ answer: CommonAnswer) -> UInt32 { common(answer.rawValue) }

  /// A representation in its resource.
  @inline(__always)
  static func representation(_ coding: UInt8) -> UInt32 { resource_representation_offset(UInt32(coding)) }
}

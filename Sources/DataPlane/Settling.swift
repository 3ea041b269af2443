// What the parser has stopped at is resolved here, in global functions, so that the verifier follows each by itself.

/// Resolves what the parser has stopped at: what the global function `settle_request` does. The caller holds the claim.
///
/// - Returns: 1 if the request at hand is to be answered now.
@_cdecl("session_settle") @inline(__always)
public func settle(_ session: UnsafeMutablePointer<session>, _ scratch: UnsafeMutablePointer<scratch>) -> UInt32 {
  let parser = session.parser
  let request = scratch.request
  if parser.pointee.isAtElement {
    parser.pointee.evaluateElement(request, by: GlobalFunctions(scratch: scratch))
    parser.pointee.endElement(request)
  }
  guard parser.pointee.settleState(request) else { return 0 }
  guard request.pointee.refusal == Request.accepted, copy_path(scratch) == 0 else { return 1 }
  // Something is to be decoded, or taken out.
  request.startPath()
  var context = path_context(scratch: scratch)
  // A step takes a byte of the target or one of the path back.
  _ = make_path_loop(2 &* UInt32(REQUEST_TARGET_BYTES) &+ 4, &context)
  if request.pointee.pathState == PathState.malformed { parser.pointee.refusePath(request) }
  return 1
}

/// The functions below, as global functions.
private struct GlobalFunctions: ElementEvaluator {
  let scratch: Scratch

  @inline(__always) func evaluateCoding() { _ = evaluate_coding(scratch) }
  @inline(__always) func evaluateTag(_ kind: UInt16) { _ = evaluate_tag(scratch, UInt32(kind)) }
  @inline(__always) func evaluateRange() { _ = evaluate_range(scratch) }
  @inline(__always) func evaluateDate(_ kind: UInt16) { _ = evaluate_date(scratch, UInt32(kind)) }
}

@_cdecl("request_coding") @inline(__always)
public func evaluateCoding(_ scratch: UnsafeMutablePointer<scratch>) -> UInt32 {
  scratch.request.evaluateCoding()
  return 0
}

@_cdecl("request_tag") @inline(__always)
public func evaluateTag(_ scratch: UnsafeMutablePointer<scratch>, _ kind: UInt32) -> UInt32 {
  scratch.request.evaluateTag(UInt16(truncatingIfNeeded: kind))
  return 0
}

@_cdecl("request_date") @inline(__always)
public func evaluateDate(_ scratch: UnsafeMutablePointer<scratch>, _ kind: UInt32) -> UInt32 {
  scratch.request.evaluateDate(UInt16(truncatingIfNeeded: kind))
  return 0
}

@_cdecl("request_range") @inline(__always)
public func evaluateRange(_ scratch: UnsafeMutablePointer<scratch>) -> UInt32 {
  scratch.request.evaluateRange()
  return 0
}

/// - Returns: 1 if the target has nothing to be decoded or taken out.
@_cdecl("request_path") @inline(__always)
public func copyPath(_ scratch: UnsafeMutablePointer<scratch>) -> UInt32 {
  scratch.request.copyPlainPath() ? 1 : 0
}

@_cdecl("make_path_step") @inline(__always)
public func makePathStep(_ index: UInt32, _ context: UnsafeMutablePointer<path_context>) -> Int {
  context.pointee.scratch.request.stepPath() == PathStep.more ? 0 : 1
}

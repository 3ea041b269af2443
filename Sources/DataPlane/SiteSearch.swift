// From a request to what it is for: a virtual host by its name, a resource by its path, by hash tables that lie in the
// content. A hash finds, and the whole name or path decides.

typealias Responding = UnsafeMutablePointer<responding>

/// Looks for the virtual host that the request names: what the global function `find_host` does.
///
/// - Returns: its offset; that of the default host if the name is none of the site's.
@_cdecl("search_for_host") @inline(__always)
public func searchForHost(_ scratch: UnsafeMutablePointer<scratch>) -> UInt32 {
  let responding = scratch.responding
  guard let content = Content(responding.pointee.generation) else { return 0 }
  let site = content.site
  responding.pointee.host = site.pointee.default_host
  let length = scratch.request.pointee.hostLength
  guard site.pointee.host_slots != 0, length > 0, length <= 256 else { return site.pointee.default_host }
  let hash = PathHash.hash(
    scratch.hostName, UInt32(length), key0: site.pointee.key.0, key1: site.pointee.key.1)
  responding.begin(hash, site.pointee.host_slots, site.pointee.host_slot_mask)
  var loop = search_context(scratch: scratch)
  _ = search_host_loop(UInt32(SITE_PROBES), &loop)
  return responding.pointee.host
}

@_cdecl("search_host_step") @inline(__always)
public func searchHostStep(_ index: UInt32, _ loop: UnsafeMutablePointer<search_context>) -> Int {
  let scratch = loop.pointee.scratch
  let responding = scratch.responding
  guard let content = Content(responding.pointee.generation), let slot = nextSlot(content, responding),
    slot.pointee.offset != 0
  else { return 1 }
  guard slot.pointee.fingerprint == responding.pointee.fingerprint else { return 0 }
  let length = UInt32(scratch.request.pointee.hostLength)
  guard let host = content.at(slot.pointee.offset, as: virtual_host.self), host.pointee.name.length == length,
    let name = content.bytes(at: host.pointee.name.offset), isEqual(name, scratch.hostName, length, limit: 256)
  else { return 0 }
  responding.pointee.host = slot.pointee.offset
  return 1
}

/// Looks for what the request's path leads to at the host that has been found: what the global function
/// `find_resource` does.
///
/// - Returns: the offset of the resource; 0 if there is none.
@_cdecl("search_for_resource") @inline(__always)
public func searchForResource(_ scratch: UnsafeMutablePointer<scratch>) -> UInt32 {
  let responding = scratch.responding
  let length = UInt32(scratch.request.pointee.pathLength)
  responding.pointee.resource = 0
  guard length > 0, length <= PathHash.capacity, let content = Content(responding.pointee.generation),
    let host = content.at(responding.pointee.host, as: virtual_host.self)
  else { return 0 }
  let site = content.site
  let hash = PathHash.hash(
    scratch.requestPath, length, key0: site.pointee.key.0 ^ UInt64(host.pointee.number), key1: site.pointee.key.1)
  responding.begin(hash, site.pointee.slots, site.pointee.slot_mask)
  var loop = search_context(scratch: scratch)
  _ = search_resource_loop(UInt32(SITE_PROBES), &loop)
  if responding.pointee.resource == 0, host.pointee.route_count > 0 {
    responding.pointee.place = host.pointee.routes
    _ = search_route_loop(min(host.pointee.route_count, UInt32(SITE_ROUTES)), &loop)
  }
  return responding.pointee.resource
}

@_cdecl("search_resource_step") @inline(__always)
public func searchResourceStep(_ index: UInt32, _ loop: UnsafeMutablePointer<search_context>) -> Int {
  let scratch = loop.pointee.scratch
  let responding = scratch.responding
  guard let content = Content(responding.pointee.generation), let slot = nextSlot(content, responding),
    slot.pointee.offset != 0
  else { return 1 }
  guard slot.pointee.fingerprint == responding.pointee.fingerprint else { return 0 }
  let length = UInt32(scratch.request.pointee.pathLength)
  guard let host = content.at(responding.pointee.host, as: virtual_host.self),
    let resource = content.at(slot.pointee.offset, as: resource.self),
    UInt32(resource.pointee.host) == host.pointee.number, UInt32(resource.pointee.path_length) == length,
    let path = content.bytes(at: resource.pointee.path_offset),
    isEqual(path, scratch.requestPath, length, limit: UInt(PathHash.capacity))
  else { return 0 }
  responding.pointee.resource = slot.pointee.offset
  return 1
}

/// Looks whether the next route's prefix is one of the path: longer ones come first.
@_cdecl("search_route_step") @inline(__always)
public func searchRouteStep(_ index: UInt32, _ loop: UnsafeMutablePointer<search_context>) -> Int {
  let scratch = loop.pointee.scratch
  let responding = scratch.responding
  guard let content = Content(responding.pointee.generation),
    let route = content.at(responding.pointee.place, as: route.self)
  else { return 1 }
  responding.pointee.place &+= UInt32(MemoryLayout<DataPlaneRoute>.size)
  let length = route.pointee.prefix.length
  guard length <= UInt32(scratch.request.pointee.pathLength), length <= PathHash.capacity,
    let prefix = content.bytes(at: route.pointee.prefix.offset),
    isEqual(prefix, scratch.requestPath, length, limit: UInt(PathHash.capacity))
  else { return 0 }
  responding.pointee.prefix_length = length
  responding.pointee.resource = route.pointee.resource
  return 1
}

private typealias DataPlaneRoute = route

/// Whether the target begins with the first bytes of its path, letter by letter: what the global function `has_prefix`
/// does.
@_cdecl("target_has_prefix") @inline(__always)
public func targetHasPrefix(_ scratch: UnsafeMutablePointer<scratch>, _ length: UInt32) -> UInt32 {
  guard length <= PathHash.capacity else { return 0 }
  return isEqual(scratch.requestTarget, scratch.requestPath, length, limit: UInt(PathHash.capacity)) ? 1 : 0
}

extension UnsafeMutablePointer<responding> {
  /// Begins a search in a table.
  @inline(__always)
  fileprivate func begin(_ hash: UInt64, _ slots: UInt32, _ mask: UInt32) {
    pointee.fingerprint = UInt32(truncatingIfNeeded: hash >> 32)
    pointee.place = slots &+ (UInt32(truncatingIfNeeded: hash) & mask) &* 8
  }
}

/// The slot whose turn it is.
@inline(__always)
private func nextSlot(_ content: Content, _ responding: Responding) -> UnsafePointer<site_slot>? {
  let slot = content.at(responding.pointee.place, as: site_slot.self)
  responding.pointee.place &+= 8
  return slot
}

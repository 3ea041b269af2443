import DataPlaneABI
import HTTPCore

/// Looks paths up in a written generation, and puts answers together, as the programs do it.
public struct SiteReader {
  private let memory: UnsafeRawBufferPointer
  private let stride: Int
  private let hash: SiteTables.Hash
  /// What lies at offset 0.
  public let header: site

  /// - Parameters:
  ///   - memory: the chunks, which have to stay where they are for as long as the reader is used.
  ///   - stride: bytes from one chunk to the next.
  public init(_ memory: UnsafeRawBufferPointer, stride: Int) {
    self.init(memory, stride: stride, hash: PathHash.hash)
  }

  init(_ memory: UnsafeRawBufferPointer, stride: Int, hash: @escaping SiteTables.Hash) {
    self.memory = memory
    self.stride = stride
    self.hash = hash
    header = memory.loadUnaligned(as: site.self)
  }

  /// What a request leads to.
  public struct Found {
    /// nil: to a common answer, or a 404.
    public let resource: resource?
    /// What is sent, unless a condition, a range or a coding says otherwise.
    public let representation: DataPlaneABI.representation
    /// Bytes of the path that the route matched; nil if no route did.
    public let matched: Int?
  }

  /// A structure, read from the one chunk that it lies in.
  public func load<Value: BitwiseCopyable>(_ offset: UInt32, as type: Value.Type) -> Value {
    let place = Int(offset) % ContentChunk.size
    precondition(place % MemoryLayout<Value>.alignment == 0 && place + MemoryLayout<Value>.size <= ContentChunk.held)
    return memory.loadUnaligned(fromByteOffset: Int(offset) / ContentChunk.size * stride + place, as: type)
  }

  /// Bytes of the content, each from the chunk that it is the property of.
  public func bytes(_ offset: UInt32, _ length: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(length)
    var place = Int(offset)
    while bytes.count < length {
      let inside = place % ContentChunk.size
      let count = min(length - bytes.count, ContentChunk.size - inside)
      let start = place / ContentChunk.size * stride + inside
      bytes += memory[start..<start + count]
      place += count
    }
    return bytes
  }

  public func text(_ text: site_text) -> [UInt8] { bytes(text.offset, Int(text.length)) }

  /// The structure of a name in the Host field, which is in lower case and has no port.
  public func host(_ name: [UInt8]) -> virtual_host {
    let fallback = load(header.default_host, as: virtual_host.self)
    guard header.host_slots != 0, !name.isEmpty else { return fallback }
    let wanted = hash(name, key0: header.key.0)
    let found = search(header.host_slots, header.host_slot_mask, wanted) { offset in
      text(load(offset, as: virtual_host.self).name) == name
    }
    return found.map { load($0, as: virtual_host.self) } ?? fallback
  }

  /// - Parameters:
  ///   - host: lower case, without a port.
  ///   - path: decoded, without dot segments and query.
  public func find(host name: [UInt8] = [], path: [UInt8]) -> Found {
    let host = host(name)
    if host.only != 0 { return found(host.only, matched: nil) }
    let key = header.key.0 ^ UInt64(host.number)
    if path.count <= SiteLimits.path, !path.isEmpty {
      let offset = search(header.slots, header.slot_mask, hash(path, key0: key)) { offset in
        let entry = load(offset, as: resource.self)
        return UInt32(entry.host) == host.number && bytes(entry.path_offset, Int(entry.path_length)) == path
      }
      if let offset { return found(offset, matched: nil) }
    }
    for index in 0..<host.route_count {
      let entry = load(host.routes + index * UInt32(MemoryLayout<route>.stride), as: route.self)
      if path.starts(with: text(entry.prefix)) { return found(entry.resource, matched: Int(entry.prefix.length)) }
    }
    let notFound = load(host.not_found, as: DataPlaneABI.representation.self)
    return Found(resource: nil, representation: notFound, matched: nil)
  }

  public func find(host: String = "", path: String) -> Found { find(host: Array(host.utf8), path: Array(path.utf8)) }

  private func found(_ offset: UInt32, matched: Int?) -> Found {
    let entry = load(offset, as: resource.self)
    return Found(resource: entry, representation: entry.representations.0, matched: matched)
  }

  private func hash(_ bytes: [UInt8], key0: UInt64) -> UInt64 {
    bytes.withUnsafeBytes { hash($0.baseAddress!, UInt32($0.count), key0, header.key.1) }
  }

  /// The offset in the first slot with the fingerprint, if that is what is looked for.
  private func search(_ slots: UInt32, _ mask: UInt32, _ hash: UInt64, _ isRight: (UInt32) -> Bool) -> UInt32? {
    let first = UInt32(truncatingIfNeeded: hash) & mask
    for place in first..<first + UInt32(SITE_PROBES) {
      let slot = load(slots + place * UInt32(MemoryLayout<site_slot>.stride), as: site_slot.self)
      if slot.offset == 0 { return nil }
      if slot.fingerprint == UInt32(hash >> 32) { return isRight(slot.offset) ? slot.offset : nil }
    }
    return nil
  }

  /// A representation in a coding; nil if there is none.
  public func representation(_ resource: resource, in coding: ContentCoding) -> DataPlaneABI.representation? {
    guard resource.codings & 1 << coding.rawValue != 0 else { return nil }
    return withUnsafeBytes(of: resource.representations) {
      $0.bindMemory(to: DataPlaneABI.representation.self)[Int(coding.rawValue)]
    }
  }

  /// An answer that no path has.
  public func common(_ answer: common_answer) -> DataPlaneABI.representation {
    withUnsafeBytes(of: header.common) { $0.bindMemory(to: DataPlaneABI.representation.self)[Int(answer.rawValue)] }
  }

  /// The parts of a head: start with its Date filled in, validators, entity, length.
  public func head(_ representation: DataPlaneABI.representation, date: UInt32) -> [[UInt8]] {
    var place = representation.offset
    var parts: [[UInt8]] = []
    for length in [
      representation.start_length, representation.validators_length, representation.entity_length,
      representation.length_length,
    ] {
      parts.append(bytes(place, Int(length)))
      place += UInt32(length)
    }
    if representation.is_dated == 1 {
      let end = parts[0].count - 2
      parts[0].replaceSubrange(end - SiteHead.dateLength..<end, with: DateField.text(date).utf8)
    }
    return parts
  }

  /// What a client gets: head and, unless it asked with HEAD, body.
  /// - Parameters:
  ///   - date: seconds since 1970.
  ///   - fields: lines of the head that come in front of the tail, as Location is one.
  public func answer(
    _ representation: DataPlaneABI.representation, _ persistence: Persistence = .implied, date: UInt32,
    fields: [UInt8] = [], headOnly: Bool = false
  ) -> [UInt8] {
    let body = headOnly ? [] : bytes(representation.body_offset, Int(representation.body_length))
    return head(representation, date: date).flatMap { $0 } + fields + tail(persistence) + body
  }

  /// What ends a head.
  public func tail(_ persistence: Persistence) -> [UInt8] {
    let tails = [header.tails.0, header.tails.1, header.tails.2]
    return text(tails[Int(persistence.rawValue)])
  }

  /// The value of a redirect's Location.
  /// - Parameters:
  ///   - target: of the request, from its path on, with the query.
  ///   - rest: likewise, without the prefix that the route matched.
  public func location(_ resource: resource, host: [UInt8], target: [UInt8], rest: [UInt8]) -> [UInt8] {
    var value: [UInt8] = []
    for index in 0..<UInt32(resource.location_count) {
      let offset = resource.location_offset + index * UInt32(MemoryLayout<location_piece>.stride)
      let piece = load(offset, as: location_piece.self)
      switch location_kind(piece.kind) {
      case LOCATION_HOST: value += host
      case LOCATION_TARGET: value += target
      case LOCATION_REST: value += rest
      case LOCATION_QUERY:
        let query = target.firstIndex(of: UInt8(ascii: "?")).map { target[$0...] } ?? []
        if query.count > 1 { value += query }
      default: value += text(piece.text)
      }
    }
    return value
  }
}

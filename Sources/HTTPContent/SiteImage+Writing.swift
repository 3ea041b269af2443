import DataPlaneABI

extension SiteImage {
  /// Writes all chunks. A file's bytes go from it right to their place, once.
  /// - Parameters:
  ///   - memory: `chunkCount` values of struct `content_chunk` one after the other, zero so far.
  ///   - stride: bytes from one chunk to the next, a multiple of 8.
  ///   - generation: counts the sites that this server has had.
  /// - Throws: `ContentError` for a file that cannot be read, or is no longer what it was.
  public func write(
    to memory: UnsafeMutableRawBufferPointer, stride: Int, generation: UInt32
  ) throws(ContentError) {
    precondition(memory.count >= chunkCount * stride && stride >= MemoryLayout<content_chunk>.size)
    let target = SiteMemory(memory.baseAddress!, stride: stride)
    let meter = ProgressMeter(.writing, total: resources.reduce(0) { $0 + $1.bodyLength }, progress)
    try Workers.run(resources.count, step: 16) { (number) throws(ContentError) in
      try SiteImage.write(resources[number], to: target)
      meter.add(resources[number].bodyLength)
    }
    write(tables.resources, at: tableOffsets.resources, to: target) { resources[$0].offset }
    if !hosts.names.isEmpty {
      write(tables.hosts, at: tableOffsets.hosts, to: target) { nameOffsets[$0].structure }
    }
    writeHosts(to: target)
    writeSite(generation, to: target)
    // The sums of a chunk include the beginning of the next one, so only now.
    try Workers.run(chunkCount) { target.finish($0, of: chunkCount) }
  }

  private func write(_ table: SiteTable, at offset: Int, to memory: SiteMemory, _ place: (Int) -> Int) {
    for (index, entry) in table.slots.enumerated() where entry >= 0 {
      let slot = site_slot(fingerprint: table.fingerprints[index], offset: UInt32(place(Int(entry))))
      memory.write(slot, at: offset + index * MemoryLayout<site_slot>.stride)
    }
  }

  private func writeHosts(to memory: SiteMemory) {
    for (index, name) in (hosts.names + [(name: "", number: 0)]).enumerated() {
      let plan = hostPlans[name.number]
      let place = nameOffsets[index]
      memory.write(Array(name.name.utf8), at: place.name)
      var host = virtual_host()
      host.name = site_text(offset: UInt32(place.name), length: UInt32(name.name.utf8.count))
      host.number = UInt32(name.number)
      host.only = plan.only.map { UInt32(resources[$0].offset) } ?? 0
      host.not_found = UInt32(plan.notFoundOffset)
      host.routes = UInt32(plan.routesOffset)
      host.route_count = UInt32(plan.routes.count)
      memory.write(host, at: place.structure)
    }
    for plan in hostPlans {
      for (index, number) in plan.routes.enumerated() {
        let resource = resources[number]
        let prefix = site_text(offset: UInt32(resource.pathOffset), length: UInt32(resource.path.count))
        let entry = route(prefix: prefix, resource: UInt32(resource.offset), reserved: 0)
        memory.write(entry, at: plan.routesOffset + index * MemoryLayout<route>.stride)
      }
    }
  }

  private func writeSite(_ generation: UInt32, to memory: SiteMemory) {
    var header = site()
    header.key = (tables.key.0, tables.key.1)
    header.slots = UInt32(tableOffsets.resources)
    header.slot_mask = UInt32(tables.resources.mask)
    header.host_slots = UInt32(tableOffsets.hosts)
    header.host_slot_mask = hosts.names.isEmpty ? 0 : UInt32(tables.hosts.mask)
    header.default_host = UInt32(nameOffsets[nameOffsets.count - 1].structure)
    header.resource_count = UInt32(resources.count)
    header.generation = generation
    withUnsafeMutableBytes(of: &header.tails) { bytes in
      for (index, tail) in CommonHeads.tails.enumerated() {
        memory.write(tail, at: tails[index])
        bytes.bindMemory(to: site_text.self)[index] = site_text(
          offset: UInt32(tails[index]), length: UInt32(tail.count))
      }
    }
    withUnsafeMutableBytes(of: &header.common) { bytes in
      for (index, answer) in CommonHeads.all.enumerated() {
        let head = answer.head.bytes
        memory.write(head + answer.body, at: common[index])
        var sum = ByteSum()
        answer.body.withUnsafeBytes { sum.add($0) }
        bytes.bindMemory(to: representation.self)[index] = representation(
          answer.head, tag: 0, at: common[index], bodyAt: common[index] + head.count, length: answer.body.count,
          bodySum: sum.folded, closingAt: 0)
      }
    }
    memory.write(header, at: 0)
  }

  /// Writes all of a resource.
  private static func write(_ plan: ResourcePlan, to memory: SiteMemory) throws(ContentError) {
    var entry = resource()
    entry.path_offset = UInt32(plan.pathOffset)
    entry.path_length = UInt16(plan.path.count)
    entry.host = plan.host
    switch plan.content {
    case .file, .bytes: entry.kind = UInt8(RESOURCE_FILE.rawValue)
    case .fixed: entry.kind = UInt8(RESOURCE_FIXED.rawValue)
    // What nothing of the request is put into is an answer like others.
    case .redirect where plan.fixedLocation != nil: entry.kind = UInt8(RESOURCE_FIXED.rawValue)
    case .redirect:
      entry.kind = UInt8(RESOURCE_REDIRECT.rawValue)
      entry.location_count = UInt16(plan.location.count)
      entry.location_offset = UInt32(plan.locationOffset)
      writeLocation(plan, to: memory)
    }
    entry.modified = plan.modified
    for part in plan.representations {
      var written = WrittenBody(hash: EntityTags.hash)
      try written.write(part, to: memory)
      let tag = plan.isFile ? EntityTags.number(written.hash.value, part.coding) : 0
      let head = plan.head(part, tag: tag)
      memory.write(head.bytes, at: part.offset)
      if part.closingOffset != 0 {
        let body = memory.piece(part.bodyOffset..<part.bodyOffset + part.body.length)
        memory.write(head.lines + CommonHeads.tails[1] + body, at: part.closingOffset)
      }
      entry.codings |= 1 << part.coding.rawValue
      withUnsafeMutableBytes(of: &entry.representations) { bytes in
        bytes.bindMemory(to: representation.self)[Int(part.coding.rawValue)] = representation(
          head, tag: tag, at: part.offset, bodyAt: part.bodyOffset, length: part.body.length,
          bodySum: written.sum.folded, closingAt: part.closingOffset)
      }
    }
    memory.write(entry, at: plan.offset)
    memory.write(plan.path, at: plan.pathOffset)
  }

  private static func writeLocation(_ plan: ResourcePlan, to memory: SiteMemory) {
    for (index, piece) in plan.location.enumerated() {
      var entry = location_piece()
      switch piece {
      case .text(let text):
        entry.kind = LOCATION_TEXT.rawValue
        entry.text = site_text(offset: UInt32(plan.locationTexts[index]), length: UInt32(text.utf8.count))
        memory.write(Array(text.utf8), at: plan.locationTexts[index])
      case .host: entry.kind = LOCATION_HOST.rawValue
      case .target: entry.kind = LOCATION_TARGET.rawValue
      case .rest: entry.kind = LOCATION_REST.rawValue
      case .query: entry.kind = LOCATION_QUERY.rawValue
      }
      memory.write(entry, at: plan.locationOffset + index * MemoryLayout<location_piece>.stride)
    }
  }
}

/// What is known of a body once it lies in its place.
private struct WrittenBody {
  var hash: SipHash
  var sum = ByteSum()

  init(hash: SipHash) { self.hash = hash }

  mutating func write(_ plan: RepresentationPlan, to memory: SiteMemory) throws(ContentError) {
    switch plan.body {
    case .bytes(let blob):
      memory.write(blob.bytes, at: plan.bodyOffset)
      blob.bytes.withUnsafeBytes { add($0) }
    case .file(let file):
      try file.withDescriptor { (descriptor) throws(ContentError) in
        var done = 0
        while done < file.size {
          let target = memory.piece(plan.bodyOffset + done..<plan.bodyOffset + file.size)
          try file.read(descriptor, at: done, into: target)
          add(UnsafeRawBufferPointer(target))
          done += target.count
        }
      }
    }
  }

  private mutating func add(_ bytes: UnsafeRawBufferPointer) {
    hash.add(bytes)
    sum.add(bytes)
  }
}

extension representation {
  fileprivate init(
    _ head: SiteHead, tag: UInt64, at offset: Int, bodyAt body: Int, length: Int, bodySum: UInt16,
    closingAt closing: Int
  ) {
    let bytes = head.bytes
    let headSum = onesComplementSum(bytes)
    // RFC 1071 2(B): what starts at an odd place counts with its bytes swapped.
    let placed = bytes.count & 1 == 1 ? bodySum.byteSwapped : bodySum
    self.init(
      tag: tag, offset: UInt32(offset), body_offset: UInt32(body), body_length: UInt32(length),
      start_length: UInt16(head.start.count), validators_length: UInt16(head.validators.count),
      entity_length: UInt16(head.entity.count), length_length: UInt16(head.length.count),
      checksum: ByteSum.fold(UInt64(headSum) + UInt64(placed)), head_checksum: headSum, status: UInt16(head.status),
      is_dated: head.isDated ? 1 : 0, closing_offset: UInt32(closing))
  }
}

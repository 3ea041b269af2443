import DataPlaneABI
import Foundation
@testable import HTTPContent
import HTTPCore
import Randomness
import XCTest

/// Random sites, looked up as the programs do it: every path gives its bytes, and no stranger gives any.
final class SiteFormatTests: XCTestCase {
  private var generator = SplitMix(seed: 0)

  override func setUp() { generator = SplitMix(seed: randomSeed("SITE_SEED")) }

  private func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) } }

  /// Without slashes and bytes 0, and neither empty nor a dot segment.
  private func segment() -> [UInt8] {
    let length = 1 + generator.below(generator.below(8) == 0 ? 120 : 8)
    let bytes = bytes(length).map { $0 == 0 || $0 == UInt8(ascii: "/") ? UInt8(ascii: "x") : $0 }
    return bytes.allSatisfy { $0 == UInt8(ascii: ".") } ? [UInt8(ascii: "d")] : bytes
  }

  private func path() -> [UInt8] {
    (0...generator.below(4)).flatMap { _ in [UInt8(ascii: "/")] + segment() }
      + (generator.below(4) == 0 ? [UInt8(ascii: "/")] : [])
  }

  private func length() -> Int {
    switch generator.below(60) {
    case 0: SiteLayout.shortAnswer - 300 + generator.below(400)
    case 1: generator.below(2 * ContentChunk.size)
    case 2: 0
    default: generator.below(2000)
    }
  }

  /// RFC 1071 by its definition: big-endian words, then into network order.
  private func sum(_ bytes: [UInt8]) -> UInt16 {
    var sum: UInt32 = 0
    for (index, byte) in bytes.enumerated() {
      sum += index % 2 == 0 ? UInt32(byte) << 8 : UInt32(byte)
      if sum > 0xFFFF { sum = (sum & 0xFFFF) + 1 }
    }
    return UInt16(sum).bigEndian
  }

  /// That the checksums and lengths in a structure are those of what lies there.
  private func check(_ part: representation, _ reader: SiteReader, _ body: [UInt8], _ what: String) {
    let parts = Int(part.start_length) + Int(part.validators_length) + Int(part.entity_length) + Int(part.length_length)
    let head = reader.bytes(part.offset, parts + 2)
    XCTAssertEqual(Array(head.suffix(2)), [13, 10], what)
    XCTAssertEqual(part.offset % 8, 0, what)
    XCTAssertTrue(reader.bytes(part.body_offset, Int(part.body_length)) == body, what)
    XCTAssertEqual(part.head_checksum, sum(head), what)
    XCTAssertEqual(part.checksum, sum(head + body), what)
    XCTAssertEqual(
      Array(head[Int(part.start_length) - 31..<Int(part.start_length)]), [UInt8](repeating: 0, count: 29) + [13, 10],
      what)
    let closing = Array(head.dropLast(2)) + Array("Connection: close\r\n\r\n".utf8) + body
    XCTAssertEqual(part.closing_offset != 0, closing.count <= 248, what)
    if part.closing_offset != 0 { XCTAssertTrue(reader.bytes(part.closing_offset, closing.count) == closing, what) }
    guard head.count + body.count <= SiteLayout.shortAnswer else { return }
    XCTAssertEqual(part.body_offset, part.offset + UInt32(head.count), what)
    let last = Int(part.offset) + head.count + body.count - 1
    XCTAssertEqual(Int(part.offset) / ContentChunk.size, last / ContentChunk.size, what)
  }

  func testEveryPathGivesItsBytesAndStrangersNone() throws {
    for round in 0..<6 {
      let names = ["", "a.example", "b.example", "c.example"].prefix(1 + generator.below(4))
      var expected: [[UInt8]: [UInt8]] = [:]
      var entries: [SiteEntry] = []
      for _ in 0..<generator.below(round == 0 ? 1 : 300) {
        let name = names[generator.below(names.count)]
        let path = path()
        let key = Array(name.utf8) + path
        guard expected[key] == nil else { continue }
        let body = bytes(length())
        expected[key] = body
        entries.append(
          SiteEntry(
            host: name.isEmpty ? nil : name, pathBytes: path,
            .bytes(body, type: "a/b", modified: UInt32(truncatingIfNeeded: generator.next()))))
      }
      let routes = randomRoutes(names, entries)
      let site = try PackedSite(
        SiteSource(
          entries: entries, routes: routes, hosts: names.dropFirst().map { SiteHost($0, aliases: ["www." + $0]) }))
      for entry in entries {
        let host = entry.host ?? ""
        let body = expected[Array(host.utf8) + entry.path]!
        for name in host.isEmpty ? ["", "unknown"] : [host, "www." + host] {
          let found = site.reader.find(host: Array(name.utf8), path: entry.path)
          XCTAssertNotNil(found.resource)
          check(found.representation, site.reader, body, "\(name), \(entry.path)")
        }
      }
      for _ in 0..<300 {
        var path = path()
        if let entry = entries.randomElement(using: &generator), generator.below(2) == 0 {
          path = entry.path
          path[1 + generator.below(path.count - 1)] ^= 1 << UInt8(generator.below(8))
        }
        for name in names where expected[Array(name.utf8) + path] == nil {
          let found = site.reader.find(host: Array(name.utf8), path: path)
          let matching = routes.filter { ($0.host ?? "") == name && path.starts(with: $0.prefix.utf8) }
          let longest = matching.map(\.prefix.utf8.count).max()
          XCTAssertEqual(found.matched, longest)
          XCTAssertEqual(found.resource == nil, longest == nil)
          XCTAssertEqual(Int(found.representation.status), longest == nil ? 404 : 201)
          guard let longest else { continue }
          let body = site.reader.bytes(found.representation.body_offset, Int(found.representation.body_length))
          XCTAssertEqual(body, Array(name.utf8) + path.prefix(longest))
        }
      }
    }
  }

  /// Some that are the beginnings of entries' paths, each of which says of itself what it is.
  private func randomRoutes(_ names: ArraySlice<String>, _ entries: [SiteEntry]) -> [SiteRoute] {
    var seen: Set<String> = []
    var routes: [SiteRoute] = []
    for _ in 0..<generator.below(60) {
      let name = names[generator.below(names.count)]
      let path = entries.randomElement(using: &generator)?.path ?? path()
      let beginning = path.prefix(1 + generator.below(path.count))
      // A beginning of a segment like .a can be a dot segment, which is refused.
      guard !endsWithDotSegment(beginning), let prefix = String(validating: beginning, as: UTF8.self),
        seen.insert(name + prefix).inserted
      else { continue }
      routes.append(
        SiteRoute(
          host: name.isEmpty ? nil : name, prefix: prefix,
          .fixed(status: 201, body: Array((name + prefix).utf8), type: "a/b")))
    }
    return routes
  }

  private func endsWithDotSegment(_ path: ArraySlice<UInt8>) -> Bool {
    [Array("/.".utf8), Array("/..".utf8)].contains { path.suffix($0.count).elementsEqual($0) }
  }

  func testEveryChunkIsWhole() throws {
    let entries = (0..<300).map { SiteEntry(path: "/\($0)", .bytes(bytes(length()), type: "a/b", modified: 0)) }
    let large = [SiteEntry(path: "/large", .bytes(bytes(3 * ContentChunk.size), type: "a/b", modified: 0))]
    let site = try PackedSite(SiteSource(entries: entries + large))
    let count = site.bytes.count / PackedSite.stride
    XCTAssertGreaterThan(count, 3)
    for chunk in 0..<count {
      let bytes = Array(site.bytes[chunk * PackedSite.stride..<(chunk + 1) * PackedSite.stride])
      if chunk + 1 < count {
        let next = site.bytes.dropFirst((chunk + 1) * PackedSite.stride).prefix(ContentChunk.held - ContentChunk.size)
        XCTAssertTrue(bytes[ContentChunk.size..<ContentChunk.held].elementsEqual(next), "chunk \(chunk)")
      }
      var running: UInt32 = 0
      for index in 0..<ContentChunk.held {
        if index % 16 == 0 {
          let place = ContentChunk.held + index / 8
          let stored = UInt16(bytes[place]) | UInt16(bytes[place + 1]) << 8
          guard stored == UInt16(running).bigEndian else { return XCTFail("chunk \(chunk), byte \(index)") }
        }
        running += index % 2 == 0 ? UInt32(bytes[index]) << 8 : UInt32(bytes[index])
        if running > 0xFFFF { running = (running & 0xFFFF) + 1 }
      }
    }
    XCTAssertEqual(MemoryLayout<content_chunk>.size, ContentChunk.held + ContentChunk.held / 8)
  }

  func testAnotherPathWithTheSameHashDoesNotLeadAnywhere() throws {
    // Whatever its key is, this hash looks only at a path's first two bytes and its length.
    let weak: SiteTables.Hash = { bytes, count, key0, key1 in
      let start = UnsafeRawBufferPointer(start: bytes, count: min(Int(count), 2))
      return start.reduce(UInt64(count) &+ key0) { ($0 &* 31 &+ UInt64($1)) &* 0x9E37_79B9_7F4A_7C15 } ^ key1
    }
    let site = try PackedSite(
      SiteSource(entries: ["/aaa", "/bbb", "/aaaa"].map { SiteEntry(path: $0, .bytes([1], type: "a/b", modified: 0)) }),
      hash: weak, random: &generator)
    XCTAssertNotNil(site.reader.find(path: "/aaa").resource)
    XCTAssertNotNil(site.reader.find(path: "/bbb").resource)
    for stranger in ["/aab", "/aba", "/bba", "/aaab", "/aaa\u{1}"] {
      XCTAssertNil(site.reader.find(path: stranger).resource, stranger)
    }
  }

  func testTwoPathsWithOneHashGetAnotherKey() throws {
    // Both paths have one hash for three of four keys.
    let weak: SiteTables.Hash = { bytes, count, key0, key1 in
      key0 & 3 == 0 ? PathHash.hash(bytes, count, key0: key0, key1: key1) : 7
    }
    let site = try PackedSite(
      SiteSource(entries: ["/a", "/b"].map { SiteEntry(path: $0, .bytes(Array($0.utf8), type: "a/b", modified: 0)) }),
      hash: weak, random: &generator)
    XCTAssertEqual(site.reader.header.key.0 & 3, 0)
    XCTAssertTrue(site.text("/a").hasSuffix("\r\n\r\n/a"))
    XCTAssertTrue(site.text("/b").hasSuffix("\r\n\r\n/b"))
    // And if there is none, that is said.
    XCTAssertThrowsError(
      try PackedSite(
        SiteSource(entries: ["/a", "/b"].map { SiteEntry(path: $0, .bytes([], type: "a/b", modified: 0)) }),
        hash: { _, _, _, _ in 7 }, random: &generator))
  }

  func testASearchIsShort() {
    for count in [0, 1, 15, 1000, 100_000] {
      let hashes = (0..<count).map { _ in generator.next() }
      guard let table = SiteTable(hashes, slotCount: SiteTable.slotCount(count)) else {
        XCTFail("\(count) entries found no place")
        continue
      }
      for (slot, entry) in table.slots.enumerated() where entry >= 0 {
        let home = Int(hashes[Int(entry)] & UInt64(table.mask))
        XCTAssertTrue((home..<home + Int(SITE_PROBES)).contains(slot))
        XCTAssertFalse(table.slots[home..<slot].contains(-1))
      }
      XCTAssertEqual(table.slots.filter { $0 >= 0 }.count, count)
    }
  }

  /// The vectors of the reference implementation, whose key is 0, 1, 2 ... 15 and whose input is 0, 1, 2 ...
  func testSipHash() {
    let key: (UInt64, UInt64) = (0x0706_0504_0302_0100, 0x0F0E_0D0C_0B0A_0908)
    func hash(_ count: UInt8) -> UInt64 {
      Array(0..<count).withUnsafeBytes { bytes in
        var hash = SipHash(key0: key.0, key1: key.1)
        hash.add(bytes)
        return hash.value
      }
    }
    // As Rust's core::hash and CPython compute SipHash-1-3.
    XCTAssertEqual(hash(0), 0xABAC_0158_050F_C4DC)
    XCTAssertEqual(hash(1), 0xC9F4_9BF3_7D57_CA93)
    for length in 0..<200 {
      let input = bytes(length)
      var pieces = SipHash(key0: 1, key1: 2)
      var rest = input[...]
      while !rest.isEmpty {
        let piece = Array(rest.prefix(1 + generator.below(20)))
        piece.withUnsafeBytes { pieces.add($0) }
        rest = rest.dropFirst(piece.count)
      }
      var whole = SipHash(key0: 1, key1: 2)
      input.withUnsafeBytes { whole.add($0) }
      XCTAssertEqual(pieces.value, whole.value)
    }
  }
}

import DataPlaneABI
import Foundation
@testable import HTTPContent
import HTTPCore
import Randomness
import XCTest

/// Codings that a resource is packed in, decoded by the programs that everybody has.
final class PrecompressionTests: XCTestCase {
  private func text(_ count: Int) -> [UInt8] { Array((0..<count / 8).map { "line \($0 % 97)\n" }.joined().utf8) }

  private func site(
    _ content: SiteContent, _ codings: Set<ContentCoding> = [.gzip, .brotli, .zstd]
  ) throws -> PackedSite {
    var options = SiteOptions()
    options.codings = codings
    return try PackedSite(SiteSource(entries: [SiteEntry(path: "/a", content)], options: options))
  }

  private func coded(_ site: PackedSite, _ coding: ContentCoding) throws -> (head: String, body: [UInt8]) {
    let resource = try XCTUnwrap(site.reader.find(path: "/a").resource)
    let part = try XCTUnwrap(site.reader.representation(resource, in: coding))
    let head = site.reader.answer(part, date: 0, headOnly: true)
    return (String(decoding: head, as: UTF8.self), site.reader.bytes(part.body_offset, Int(part.body_length)))
  }

  func testEachCodingGivesTheContentBack() throws {
    var generator = SplitMix(seed: randomSeed("COMPRESSION_SEED"))
    for count in [600, 20_000, 700_000] {
      // Not too regular.
      let body = text(count).map { generator.once(in: 20) ? UInt8(97 + generator.below(26)) : $0 }
      let site = try site(.bytes(body, type: "text/plain", modified: 7))
      var tags: Set<String> = []
      for coding in [ContentCoding.identity, .gzip, .brotli, .zstd] {
        let (head, coded) = try coded(site, coding)
        XCTAssertTrue(head.contains("\r\nVary: Accept-Encoding\r\n"))
        XCTAssertEqual(head.contains("\r\nContent-Encoding: \(coding.name)\r\n"), coding != .identity)
        XCTAssertTrue(head.contains("\r\nContent-Length: \(coded.count)\r\n"))
        tags.insert(String(head.split(separator: "\r\n").first { $0.hasPrefix("ETag: ") } ?? ""))
        if coding != .identity { XCTAssertLessThan(coded.count, body.count * 95 / 100) }
        XCTAssertTrue(try Self.decode(coded, coding, body.count) == body, "\(coding), \(count) bytes")
      }
      XCTAssertEqual(tags.count, 4)
    }
  }

  func testOnlyWhatItIsWorth() throws {
    var generator = SplitMix(seed: randomSeed("COMPRESSION_SEED"))
    let random = (0..<50_000).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    for (content, codings) in [
      (.bytes(random, type: "text/plain", modified: 0), 1), (.bytes(text(5000), type: "image/png", modified: 0), 1),
      (.bytes(Array("short".utf8), type: "text/plain", modified: 0), 1),
      (.bytes([], type: "text/plain", modified: 0), 1),
      (.bytes(text(5000), type: "image/svg+xml", modified: 0), 0b1111),
      (.fixed(status: 200, body: text(5000), type: "text/plain"), 1),
    ] as [(SiteContent, UInt8)] {
      let site = try site(content)
      XCTAssertEqual(site.reader.find(path: "/a").resource?.codings, codings)
      XCTAssertEqual(site.text("/a").contains("Vary"), codings != 1)
    }
    let one = try site(.bytes(text(5000), type: "text/plain", modified: 0), [.brotli])
    XCTAssertEqual(one.reader.find(path: "/a").resource?.codings, 0b0101)
    let none = try site(.bytes(text(5000), type: "text/plain", modified: 0), [])
    XCTAssertEqual(none.reader.find(path: "/a").resource?.codings, 1)
  }

  func testTheSameContentHasTheSameTagInEveryRun() throws {
    let body = text(5000)
    let one = try site(.bytes(body, type: "text/plain", modified: 0))
    let other = try site(.bytes(body, type: "text/plain", modified: 9))
    for coding in [ContentCoding.identity, .gzip, .brotli, .zstd] {
      XCTAssertEqual(
        one.reader.representation(try XCTUnwrap(one.reader.find(path: "/a").resource), in: coding)?.tag,
        other.reader.representation(try XCTUnwrap(other.reader.find(path: "/a").resource), in: coding)?.tag)
    }
    let changed = try site(.bytes(body + [10], type: "text/plain", modified: 0))
    XCTAssertNotEqual(
      one.reader.find(path: "/a").representation.tag, changed.reader.find(path: "/a").representation.tag)
    XCTAssertEqual(EntityTags.text(0xAB), "\"00000000000000ab\"")
    XCTAssertEqual(EntityTags.number(0, .identity), 1)
  }

  func testABodyOfSeveralPathsIsThereOnce() throws {
    let folder = try Folder()
    let file = try SiteFile(path: folder.file("f.txt", text(400_000)), type: "text/plain")
    let once = try PackedSite(SiteSource(entries: [SiteEntry(path: "/a", .file(file))]))
    let twice = try PackedSite(
      SiteSource(entries: [SiteEntry(path: "/a", .file(file)), SiteEntry(path: "/b", .file(file))]))
    XCTAssertLessThan(twice.length - once.length, 50_000)
    XCTAssertEqual(twice.text("/a"), twice.text("/b"))
    XCTAssertEqual(twice.text("/a"), once.text("/a"))
    XCTAssertEqual(twice.reader.find(path: "/b").resource?.codings, 0b1111)
  }

  func testAFileThatChangesBetweenWalkAndPackingIsNotServed() throws {
    let folder = try Folder()
    let path = try folder.file("a.txt", text(5000))
    let walk = try DirectoryWalk(folder.path)
    try folder.file("a.txt", text(5000), modified: 5)
    assertError("\(path) changed while it was read") { _ = try SiteImage(SiteSource(entries: walk.entries)) }
    try FileManager.default.removeItem(atPath: path)
    assertError("cannot read \(path): No such file or directory") {
      _ = try SiteImage(SiteSource(entries: walk.entries))
    }
  }

  func testProgress() throws {
    let folder = try Folder()
    for number in 0..<50 { try folder.file("\(number).txt", text(10_000)) }
    var reports: [SiteProgress] = []
    let image = try SiteImage(SiteSource(entries: DirectoryWalk(folder.path).entries)) { reports.append($0) }
    let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: image.chunkCount * MemoryLayout<content_chunk>.stride, alignment: 8)
    defer { memory.deallocate() }
    memset(memory.baseAddress!, 0, memory.count)
    try image.write(to: memory, stride: MemoryLayout<content_chunk>.stride, generation: 0)
    for phase in [SiteProgress.Phase.compressing, .writing] {
      let own = reports.filter { $0.phase == phase }
      XCTAssertEqual(own.first?.done, 0)
      XCTAssertEqual(own.last?.done, own.last?.total)
      XCTAssertGreaterThan(own.count, 10)
      XCTAssertEqual(own.map(\.done), own.map(\.done).sorted())
    }
  }

  private static func decode(_ body: [UInt8], _ coding: ContentCoding, _ count: Int) throws -> [UInt8] {
    switch coding {
    case .identity: return body
    case .gzip: return try run("/usr/bin/gzip", ["-dc"], body)
    case .brotli: return try XCTUnwrap(Decoder.brotli(body, count))
    case .zstd: return try XCTUnwrap(Decoder.zstd(body, count))
    }
  }

  private static func run(_ program: String, _ arguments: [String], _ input: [UInt8]) throws -> [UInt8] {
    let folder = try Folder()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardInput = FileHandle(forReadingAtPath: try folder.file("input", input))
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    XCTAssertEqual(process.terminationStatus, 0)
    return Array(data)
  }
}

import DataPlaneABI
import Foundation
@testable import HTTPContent
import HTTPCore
import Randomness
import XCTest

/// Content as it lies in the memory of its map: chunks, their overlap, their sums, and the templates' checksums.
final class ContentImageTests: XCTestCase {
  /// Chunks in memory, as long as it lives.
  private final class Memory {
    let bytes: UnsafeMutableRawBufferPointer
    static let stride = MemoryLayout<content_chunk>.stride

    init(_ image: borrowing ContentImage) {
      bytes = .allocate(byteCount: image.answers.chunkCount * Self.stride, alignment: 8)
      memset(bytes.baseAddress!, 0, bytes.count)
    }

    deinit { bytes.deallocate() }

    /// Bytes of the content, each from the chunk that it is the property of.
    func content(_ offset: UInt32, _ length: Int) -> [UInt8] {
      (Int(offset)..<Int(offset) + length).map { bytes[$0 / ContentChunk.size * Self.stride + $0 % ContentChunk.size] }
    }
  }

  private func random(_ count: Int, _ random: inout SplitMix) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
  }

  /// RFC 1071 by its definition: big-endian words, then into network order.
  private func sum(_ bytes: some Collection<UInt8>) -> UInt16 {
    var sum: UInt32 = 0
    for (index, byte) in bytes.enumerated() {
      sum += index % 2 == 0 ? UInt32(byte) << 8 : UInt32(byte)
      if sum > 0xFFFF { sum = (sum & 0xFFFF) + 1 }
    }
    return UInt16(sum).bigEndian
  }

  private static let lengths = [
    0, 1, 2, 11, 12, 1459, 16_260, 16_383, 16_384, 16_385, 100_000, ContentChunk.size - 1600, ContentChunk.size,
    ContentChunk.size + 1, 600_001,
  ]

  func testEveryAnswerLiesWhereItsTemplateSays() throws {
    var generator = SplitMix(seed: randomSeed("CONTENT_SEED"))
    for length in Self.lengths {
      let body = random(length, &generator)
      let image = try ContentImage(.bytes(body))
      let memory = Memory(image)
      let templates = try image.write(to: memory.bytes, stride: Memory.stride, generation: 7)
      for kind in AnswerKind.all {
        for persistence in Persistence.all {
          let response = Response(kind: kind, persistence: persistence, headOnly: false)
          let template = templates[Int(response.templateIndex)]
          let head = memory.content(template.head_offset, Int(template.head_length))
          let placed = memory.content(template.body_offset, Int(template.body_length))
          XCTAssertEqual(template.generation, 7)
          XCTAssertTrue(head + placed == (try image.answer(to: response)), "\(kind), \(persistence), \(length) bytes")
          if kind == .ok { XCTAssertTrue(placed == body, "\(length) bytes") }
          XCTAssertEqual(template.checksum, sum(head + placed), "\(kind), \(persistence), \(length) bytes")
          XCTAssertEqual(template.head_checksum, sum(head), "\(kind), \(persistence), \(length) bytes")
        }
      }
    }
  }

  func testEachChunkRepeatsTheBeginningOfTheNext() throws {
    var generator = SplitMix(seed: randomSeed("CONTENT_SEED"))
    for length in [600_001, 3 * ContentChunk.size] {
      let image = try ContentImage(.bytes(random(length, &generator)))
      let memory = Memory(image)
      _ = try image.write(to: memory.bytes, stride: Memory.stride, generation: 0)
      XCTAssertGreaterThan(image.answers.chunkCount, 2)
      for chunk in 1..<image.answers.chunkCount {
        let start = memory.bytes.baseAddress! + chunk * Memory.stride
        let overlap = ContentChunk.held - ContentChunk.size
        XCTAssertEqual(memcmp(start - Memory.stride + ContentChunk.size, start, overlap), 0, "chunk \(chunk)")
      }
    }
  }

  func testRunningSums() throws {
    var generator = SplitMix(seed: randomSeed("CONTENT_SEED"))
    let image = try ContentImage(.bytes(random(ContentChunk.size + 20_000, &generator)))
    let memory = Memory(image)
    _ = try image.write(to: memory.bytes, stride: Memory.stride, generation: 0)
    for chunk in 0..<image.answers.chunkCount {
      let bytes = memory.bytes[chunk * Memory.stride..<(chunk + 1) * Memory.stride]
      var expected: UInt32 = 0
      for index in 0..<ContentChunk.held {
        if index % 16 == 0 {
          let place = ContentChunk.held + index / 8
          let stored = bytes.loadUnaligned(fromByteOffset: place, as: UInt16.self)
          guard stored == UInt16(expected).bigEndian else { return XCTFail("chunk \(chunk), byte \(index)") }
        }
        let byte = UInt32(bytes[bytes.startIndex + index])
        expected += index % 2 == 0 ? byte << 8 : byte
        if expected > 0xFFFF { expected = (expected & 0xFFFF) + 1 }
      }
    }
    XCTAssertEqual(MemoryLayout<content_chunk>.size, ContentChunk.held + ContentChunk.held / 8)
  }

  func testEqualContentIsFoundEqual() throws {
    var generator = SplitMix(seed: randomSeed("CONTENT_SEED"))
    for length in [0, 12, 100_000, 600_001] {
      var body = random(length, &generator)
      let image = try ContentImage(.bytes(body))
      let memory = Memory(image)
      _ = try image.write(to: memory.bytes, stride: Memory.stride, generation: 0)
      let raw = UnsafeRawBufferPointer(memory.bytes)
      XCTAssertTrue(try image.isEqual(to: raw, stride: Memory.stride), "\(length) bytes")
      XCTAssertFalse(try image.isEqual(to: UnsafeRawBufferPointer(rebasing: raw.dropLast()), stride: Memory.stride))
      for place in length == 0 ? [] : [0, length - 1, generator.below(length)] {
        body[place] ^= 1
        let other = try ContentImage(.bytes(body))
        XCTAssertFalse(try other.isEqual(to: raw, stride: Memory.stride), "\(length) bytes, byte \(place)")
        body[place] ^= 1
      }
    }
  }

  func testSumOfPieces() {
    var generator = SplitMix(seed: randomSeed("CONTENT_SEED"))
    for _ in 0..<300 {
      let bytes = random(generator.below(200), &generator)
      var whole = ByteSum()
      var rest = bytes[...]
      while !rest.isEmpty {
        let piece = Array(rest.prefix(generator.below(20)))
        piece.withUnsafeBytes { whole.add($0) }
        rest = rest.dropFirst(piece.count)
      }
      XCTAssertEqual(whole.folded, sum(bytes))
    }
  }
}

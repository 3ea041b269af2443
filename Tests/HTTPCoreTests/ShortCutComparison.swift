import HTTPCore
import HTTPGrammar
import Randomness
import XCTest

/// A parser and the request that it fills, to compare what a short cut makes of an input with what the tables do.
final class ShortCut {
  private static let grammar = RequestGrammar()

  private(set) var parser = RequestParser()
  private let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: RequestLayout.size, alignment: 8)
  private var request: UnsafeMutablePointer<Request> { memory.baseAddress!.assumingMemoryBound(to: Request.self) }

  init() { request.begin() }
  deinit { memory.deallocate() }

  /// What has been read so far.
  var target: [UInt8] { Array(UnsafeRawBufferPointer(start: request.target, count: Int(request.pointee.targetLength))) }
  var host: [UInt8] { Array(UnsafeRawBufferPointer(start: request.host, count: Int(request.pointee.hostLength))) }

  /// By the tables alone. Nothing is left to resolve, unless that of the last byte is asked for.
  @discardableResult func read(_ bytes: some Sequence<UInt8>, settling: Bool = true) -> ShortCut {
    let cell = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 8)
    defer { cell.deallocate() }
    for byte in bytes {
      if parser.needsAttention { _ = parser.settle(request) }
      cell[0] = byte
      Self.grammar.withTables { tables in
        let taken = parser.read(UnsafeRawPointer(cell.baseAddress!), 1, tables, request)
        if taken == 0 { _ = parser.capture(UnsafeRawPointer(cell.baseAddress!), 1, tables, request) }
      }
      if !parser.needsAttention { _ = parser.settle(request) }
    }
    if settling { _ = parser.settle(request) }
    return self
  }

  func settle() -> Bool { parser.settle(request) }

  /// By a short cut, which is given the input and as much again of something else. Returns the bytes taken.
  func take(
    _ bytes: [UInt8], _ shortCut: (inout RequestParser, UnsafeRawPointer, UInt32,
      UnsafeMutablePointer<Request>) -> UInt32
  ) -> Int {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 8)
    defer { buffer.deallocate() }
    for index in 0..<64 { buffer[index] = index < bytes.count ? bytes[index] : 0x41 }
    return Int(shortCut(&parser, UnsafeRawPointer(buffer.baseAddress!), UInt32(min(bytes.count, 64)), request))
  }

  static func assertSame(
    _ one: ShortCut, _ other: ShortCut, _ label: String, file: StaticString = #filePath, line: UInt = #line
  ) {
    XCTAssertEqual(one.parser, other.parser, label, file: file, line: line)
    XCTAssertEqual(one.target, other.target, label, file: file, line: line)
    XCTAssertEqual(one.host, other.host, label, file: file, line: line)
  }
}

/// Compares a short cut with the tables over 20,000 inputs, each of which may have one byte that is any.
///
/// - Parameters:
///   - usual: an input of the form that the short cut is for.
///   - beginning: what has been read before.
func expectWhatTheTablesMake(
  of usual: (inout SplitMix) -> String, behind beginning: [UInt8] = [],
  _ shortCut: (inout RequestParser, UnsafeRawPointer, UInt32, UnsafeMutablePointer<Request>) -> UInt32
) {
  let seed = randomSeed("HTTP_FUZZ_SEED")
  var random = SplitMix(seed: seed)
  var taken = 0
  for _ in 0..<20_000 {
    var bytes = Array(usual(&random).utf8)
    if random.below(3) > 0 { bytes[random.below(bytes.count)] = UInt8(random.below(256)) }
    let one = ShortCut().read(beginning)
    let count = one.take(bytes, shortCut)
    guard count > 0 else { continue }
    taken += 1
    ShortCut.assertSame(one, ShortCut().read(beginning + bytes.prefix(count)), "seed \(seed): \(bytes)")
  }
  XCTAssertGreaterThan(taken, 1000)
}

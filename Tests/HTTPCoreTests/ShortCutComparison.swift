import HTTPCore
import Randomness
import XCTest

/// Compares a short cut with the tables over 20,000 inputs, each of which may have one byte that is any.
///
/// - Parameters:
///   - usual: an input of the form that the short cut is for.
///   - shortCut: what it takes of an input, and the parser behind that.
///   - byTables: the parser behind so many bytes of an input.
func expectWhatTheTablesMake(
  of usual: (inout SplitMix) -> String, shortCut: ([UInt8]) -> (UInt32, RequestParser),
  byTables: ([UInt8], Int) -> RequestParser
) {
  let seed = randomSeed("HTTP_FUZZ_SEED")
  var random = SplitMix(seed: seed)
  var taken = 0
  for _ in 0..<20_000 {
    var bytes = Array(usual(&random).utf8)
    if random.below(3) > 0 { bytes[random.below(bytes.count)] = UInt8(random.below(256)) }
    let (count, parser) = shortCut(bytes)
    guard count > 0 else { continue }
    taken += 1
    XCTAssertEqual(parser, byTables(bytes, Int(count)), "seed \(seed): \(bytes)")
  }
  XCTAssertGreaterThan(taken, 1000)
}

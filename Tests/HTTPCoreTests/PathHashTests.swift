import HTTPCore
import XCTest

final class PathHashTests: XCTestCase {
  private let key0: UInt64 = 0x0706_0504_0302_0100
  private let key1: UInt64 = 0x0f0e_0d0c_0b0a_0908

  private func hash(_ bytes: [UInt8]) -> UInt64 {
    bytes.withUnsafeBufferPointer { buffer in
      // An empty array need not have a base.
      let base = buffer.baseAddress.map { UnsafeRawPointer($0) } ?? UnsafeRawPointer(bitPattern: 8)!
      return PathHash.hash(base, UInt32(buffer.count), key0: key0, key1: key1)
    }
  }

  func testReferenceVectors() {
    // SipHash-1-3 of 0, 1, 2 ... under the reference's key; the first is that of Rust's tests.
    let vectors: [(Int, UInt64)] = [
      (0, 0xabac_0158_050f_c4dc), (1, 0xc9f4_9bf3_7d57_ca93), (7, 0xd392_7d98_9bb1_1140), (8, 0x3690_9511_8d29_9a8e),
      (9, 0x25a4_8eb3_6c06_3de4), (15, 0xd320_d86d_2a51_9956), (16, 0xcc4f_dd1a_7d90_8b66),
      (63, 0x9d19_9062_b7bb_b3a8), (64, 0xf179_97ec_4b4a_6065), (255, 0xf762_14e3_153c_4a15),
    ]
    for (count, expected) in vectors { XCTAssertEqual(hash((0..<count).map { UInt8($0) }), expected, "\(count)") }
    XCTAssertEqual(hash((0..<2048).map { UInt8($0 % 251) }), 0xf9b3_7dc0_c100_dc71)
  }

  func testWhatIsBeyondTheCapacityIsLeftOut() {
    XCTAssertEqual(hash((0..<2100).map { UInt8($0 % 251) }), 0xf9b3_7dc0_c100_dc71)
  }
}

import HTTPCore
import XCTest

/// The short cut through a Host field must leave the parser, and what it keeps, exactly where the tables would.
final class SimpleHostTests: XCTestCase {
  private let beginning = Array("GET / HTTP/1.1\r\nHost:".utf8)

  private func take(_ shortCut: ShortCut, _ bytes: [UInt8]) -> Int {
    shortCut.take(bytes) { $0.readSimpleHost($1, $2, $3) }
  }

  func testUsualValuesAreTaken() {
    let longest = " " + String(repeating: "h", count: 31)
    for value in [" x", " 10.77.0.1:8080", " Example.COM", " a-b.example:65535", longest] {
      let bytes = Array("\(value)\r\nAccept: */*\r\n\r\n".utf8)
      let shortCut = ShortCut().read(beginning)
      XCTAssertEqual(take(shortCut, bytes), value.utf8.count + 2, value)
      ShortCut.assertSame(shortCut, ShortCut().read(beginning + bytes.prefix(value.utf8.count + 2)), value)
      let name = value.dropFirst().lowercased().split(separator: ":")[0]
      XCTAssertEqual(String(decoding: shortCut.host, as: UTF8.self), String(name))
    }
  }

  func testEverythingElseIsLeftToTheTables() {
    let values = [
      "x\r\n", "  x\r\n", " \r\n", " x \r\n", " x:\r\n", " x:80a\r\n", " [::1]\r\n", " x\n", " x\r", " x", " %41\r\n",
      " x:1234567\r\n", " " + String(repeating: "h", count: 32) + "\r\n", " a_b\r\n", " \u{e9}\r\n",
    ]
    for value in values {
      let shortCut = ShortCut().read(beginning)
      XCTAssertEqual(take(shortCut, Array(value.utf8)), 0, value)
      ShortCut.assertSame(shortCut, ShortCut().read(beginning), value)
    }
  }

  func testBesideAnAbsoluteTargetItIsLeft() {
    let shortCut = ShortCut().read(Array("GET http://b HTTP/1.1\r\nHost:".utf8))
    XCTAssertEqual(take(shortCut, Array(" x\r\n".utf8)), 0)
    XCTAssertEqual(shortCut.host, Array("b".utf8))
  }

  func testWhateverIsTakenIsWhatTheTablesMakeOfIt() {
    expectWhatTheTablesMake(
      of: { " \(String(repeating: "a", count: 1 + $0.below(31))):80\r\n\r\n" }, behind: beginning
    ) { $0.readSimpleHost($1, $2, $3) }
  }
}

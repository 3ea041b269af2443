import DataPlaneABI
import Foundation
@testable import HTTPContent
import HTTPCore
import XCTest

/// A packed site, read back as a client would read it.
final class SiteAnswerTests: XCTestCase {
  func testGreeting() throws {
    let site = try PackedSite(.only(.hello))
    let expected = "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
      + "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 12\r\n\r\n"
    for path in ["/", "/a/b", "/" + String(repeating: "x", count: 2000)] {
      XCTAssertEqual(site.text(path), expected + "Hello, XDP!\n")
      XCTAssertEqual(site.text(path, host: "example.org", headOnly: true), expected)
    }
    XCTAssertEqual(site.reader.header.generation, 5)
  }
}

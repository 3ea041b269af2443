import Redirects
import SiteSettings
import XCTest

final class LocationTemplateTests: XCTestCase {
  private func assertRefused(
    _ text: String, _ reason: String, file: StaticString = #filePath, line: UInt = #line
  ) {
    XCTAssertThrowsError(try Redirects.LocationTemplate(text), text, file: file, line: line) { error in
      XCTAssertEqual((error as? Redirects.LocationTemplate.Refusal)?.reason, reason, text, file: file, line: line)
    }
  }

  func testPieces() throws {
    for (text, pieces) in [
      ("https://{host}{target}", [.text("https://"), .host, .target]), ("/x{rest}", [.text("/x"), .rest]),
      ("/", [.text("/")]), ("mailto:a@b", [.text("mailto:a@b")]), ("b", [.text("b")]),
      ("//{host}:8443{target}?{rest}", [.text("//"), .host, .text(":8443"), .target, .text("?"), .rest]),
      ("/a{query}", [.text("/a"), .query]), ("/a/{rest}", [.text("/a/"), .rest]),
      ("/a{target}", [.text("/a"), .target]),
      ("https://{host}/{rest}", [.text("https://"), .host, .text("/"), .rest]),
      ("https://a.b:81{target}", [.text("https://a.b:81"), .target]),
      ("https://www.{host}{target}", [.text("https://www."), .host, .target]),
    ] as [(String, [LocationTemplate.Piece])] {
      let template = try LocationTemplate(text)
      XCTAssertEqual(template.pieces, pieces, text)
      XCTAssertEqual(template.sentPieces, pieces, text)
      XCTAssertEqual(template.description, text)
    }
    // A path that begins with two slashes would be a host.
    let rest = try LocationTemplate("/{rest}")
    XCTAssertEqual(rest.description, "/{rest}")
    XCTAssertEqual(rest.sentPieces, [.text("/./"), .rest])
    XCTAssertEqual(try LocationTemplate("/{host}b{host}c{host}d{host}").pieces.count, 8)
  }

  func testWhatIsNone() {
    for (text, reason) in [
      ("", "it is empty"), ("a{host", "a { in it has no }"), ("{port}", "{port} is not known in it"),
      ("{}", "{} is not known in it"), ("/{host}b{host}c{host}d{host}e", "it has 9 parts"),
      ("/a b", "it has a space, which no URI can have"), ("/ä", "it has the character ä, which no URI can have"),
      ("/a\r\nX: y", "it has a control character, which no URI can have"),
      ("/\"", "it has the character \", which no URI can have"),
      ("/<", "it has the character <, which no URI can have"),
      ("a}b", "it has the character }, which no URI can have"),
    ] {
      assertRefused(text, reason)
    }
  }

  func testARequestCannotSayWhichServerARedirectLeadsTo() {
    for (text, reason) in [
      ("{target}", "it begins with a part of the request"), ("{rest}x", "it begins with a part of the request"),
      ("{host}", "it begins with a part of the request"), ("/{target}", "{target} has a slash of its own"),
      ("x{rest}", "it begins with no server and no slash"), ("b{target}", "it begins with no server and no slash"),
      ("?a=//{target}", "it begins with no server and no slash"),
      ("https:{target}", "it begins with no server and no slash"),
      ("https://a.example{rest}", "{rest} becomes a part of the host's name"),
      ("https://{host}{rest}", "{rest} becomes a part of the host's name"),
      ("//{rest}", "{rest} becomes a part of the host's name"),
    ] {
      assertRefused(text, reason)
    }
  }

  func testSettings() throws {
    XCTAssertEqual(try LocationTemplate(setting: "https"), .secure)
    XCTAssertEqual(LocationTemplate.secure.description, "https://{host}{target}")
    XCTAssertEqual(try LocationTemplate(setting: "/" + String(repeating: "a", count: 1023)).pieces.count, 1)
    for (text, error) in [
      ("/{target}", "\"/{target}\" is not a location: {target} has a slash of its own; begin with "
        + "https://{host}{target}, or use {rest}"),
      ("/\n", "\"/\\n\" is not a location: it has a control character, which no URI can have; write it as %XX, its "
        + "bytes in hexadecimal"),
      ("/" + String(repeating: "a", count: 1024), "the location has 1025 bytes, and can have 1024"),
    ] {
      XCTAssertThrowsError(try LocationTemplate(setting: text)) { XCTAssertEqual("\($0)", error) }
    }
  }
}

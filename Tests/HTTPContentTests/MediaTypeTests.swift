@testable import HTTPContent
import XCTest

/// Media types of file names.
final class MediaTypeTests: XCTestCase {
  func testTheBuiltInList() {
    let types = MediaTypes(mimeTypes: DebianMediaTypes.list)
    let expected = [
      "index.html": "text/html; charset=utf-8", "A.HTML": "text/html; charset=utf-8", "a.min.js": "text/javascript",
      "s.css": "text/css; charset=utf-8", "x.svg": "image/svg+xml", "x.webp": "image/webp", "x.avif": "image/avif",
      "x.woff2": "font/woff2", "x.wasm": "application/wasm", "x.json": "application/json", "x.pdf": "application/pdf",
      "x.mp4": "video/mp4", "a.tar.gz": "application/gzip", "site.webmanifest": "application/manifest+json",
      "a.spdx.json": "application/spdx+json", "favicon.ico": "image/vnd.microsoft.icon", "a.xml": "application/xml",
      "README": "application/octet-stream", "a.": "application/octet-stream", "": "application/octet-stream",
      ".html": "text/html; charset=utf-8", "x.zst": "application/zstd",
    ]
    for (name, type) in expected {
      XCTAssertTrue(types.type(of: name).hasPrefix(type), "\(name): \(types.type(of: name))")
    }
  }

  func testAListOfTheMachine() {
    var types = MediaTypes(
      mimeTypes: "# comment x\ntext/a\ta  B\n\n a/b\tb c\nbroken x\ntext/none\nwith/charset;charset=x d\n")
    XCTAssertEqual(types.type(of: "f.a"), "text/a; charset=utf-8")
    XCTAssertEqual(types.type(of: "f.b"), "text/a; charset=utf-8")
    XCTAssertEqual(types.type(of: "f.c"), "a/b")
    XCTAssertEqual(types.type(of: "f.x"), ContentSource.defaultType)
    types.add(
      globs: "# no\n80:g/a:*.a\n50:g/toml:*.toml\n50:g/other:*.toml\n50:g/y:Makefile\n50:g/z:*.[ch]\n60:g/q:*.q:cs")
    XCTAssertEqual(types.type(of: "f.a"), "text/a; charset=utf-8")
    XCTAssertEqual(types.type(of: "f.toml"), "g/toml")
    XCTAssertEqual(types.type(of: "f.q"), "g/q")
    XCTAssertEqual(types.type(of: "Makefile"), ContentSource.defaultType)
    types.set("text/b; charset=latin1", for: "A")
    XCTAssertEqual(types.type(of: "f.a"), "text/b; charset=latin1")
  }

  func testWhatIsWorthCompressing() {
    for type in ["text/html; charset=utf-8", "image/svg+xml", "application/json", "application/wasm", "Text/CSS"] {
      XCTAssertTrue(MediaTypes.isCompressible(type), type)
    }
    for type in ["image/png", "video/mp4", "font/woff2", "application/gzip", "application/octet-stream"] {
      XCTAssertFalse(MediaTypes.isCompressible(type), type)
    }
  }
}

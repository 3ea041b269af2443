import DataPlaneABI
import Foundation
@testable import HTTPContent
import HTTPCore
import XCTest

/// Files that are served, and what is refused.
final class ContentSourceTests: XCTestCase {
  private var folder = URL(fileURLWithPath: "/")

  override func setUpWithError() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  override func tearDownWithError() throws { try FileManager.default.removeItem(at: folder) }

  private func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    let url = folder.appendingPathComponent(name)
    try Data(bytes).write(to: url)
    return url.path
  }

  private func error(_ source: ContentSource) -> ContentError? {
    do throws(ContentError) { _ = try SiteImage(.only(source)) } catch { return error }
    return nil
  }

  func testAFileIsServed() throws {
    let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    for length in [0, 5, 16_000, 300_000] {
      let site = try PackedSite(.only(.file(path: try file("body", Array(bytes.prefix(length))), type: "image/png")))
      let found = site.reader.find(path: "/any").representation
      let head = String(decoding: site.reader.answer(found, date: 0, headOnly: true), as: UTF8.self)
      let entity = "Content-Type: image/png\r\nAccept-Ranges: bytes\r\nContent-Length: \(length)\r\n\r\n"
      XCTAssertTrue(head.hasSuffix(entity))
      XCTAssertTrue(site.reader.bytes(found.body_offset, length) == Array(bytes.prefix(length)), "\(length) bytes")
    }
  }

  func testWhatCannotBeServedIsNamed() throws {
    let missing = folder.path + "/missing"
    XCTAssertEqual(error(.file(path: missing))?.sentence, "cannot read \(missing): No such file or directory")
    XCTAssertEqual(error(.file(path: folder.path))?.sentence, "\(folder.path) is a directory")
    XCTAssertEqual(error(.file(path: "/dev/zero"))?.sentence, "/dev/zero is no regular file")
    let pipe = folder.path + "/pipe"
    XCTAssertEqual(mkfifo(pipe, 0o600), 0)
    XCTAssertEqual(error(.file(path: pipe))?.sentence, "\(pipe) is no regular file")
  }

  func testTheLargestFile() throws {
    let path = try file("large", [])
    XCTAssertEqual(truncate(path, off_t(ContentSource.largestBody)), 0)
    XCTAssertEqual(try SiteImage(.only(.file(path: path))).chunkCount, 4097)
    XCTAssertEqual(truncate(path, off_t(ContentSource.largestBody) + 1), 0)
    XCTAssertEqual(
      error(.file(path: path))?.sentence, "\(path) has 1073741824 bytes, and at most 1073741823 can be served")
  }

  func testAFileThatChangesWhileItIsReadIsNotServed() throws {
    let changes: [(String, (String) -> Void)] = [
      ("shorter", { truncate($0, 5) }), ("longer", { truncate($0, 500_000) }), ("written", { path in
        let handle = FileHandle(forWritingAtPath: path)
        handle?.write(Data([1]))
        handle?.closeFile()
      }),
    ]
    for (what, change) in changes {
      let path = try file(what, [UInt8](repeating: 7, count: 400_000))
      // So that a change within one tick of the file system's clock is seen too.
      XCTAssertEqual(utimes(path, [timeval(tv_sec: 1, tv_usec: 0), timeval(tv_sec: 1, tv_usec: 0)]), 0)
      let image = try SiteImage(.only(.file(path: path)))
      change(path)
      let stride = MemoryLayout<content_chunk>.stride
      let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: image.chunkCount * stride, alignment: 8)
      defer { memory.deallocate() }
      do {
        _ = try image.write(to: memory, stride: stride, generation: 0)
        XCTFail("\(what): served")
      } catch {
        XCTAssertEqual(error.sentence, "\(path) changed while it was read", what)
      }
    }
  }

  func testMediaTypes() {
    let right = [
      "text/html", "text/plain; charset=utf-8", "text/plain;charset=\"utf-8\"", "a/b ;c=d", "image/svg+xml",
    ]
    for type in right {
      XCTAssertNil(error(.bytes([], type: type)), type)
    }
    let wrong = [
      "", "text", "text/", "/html", "text/html/x", "te xt/html", "text/html ", "text/html x", "text/html\r\nX: y",
      "text/html;\u{7F}", "téxt/html", "text/" + String(repeating: "x", count: 300),
    ]
    for type in wrong {
      XCTAssertEqual(error(.bytes([], type: type))?.sentence, "\"\(type)\" is not a media type")
    }
  }
}

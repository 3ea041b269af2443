import Foundation
import LabKit
import XCTest

/// wget follows every link of a site of ten thousand files, and has all of it, byte for byte.
final class SiteMirrorTests: XCTestCase {
  func testMirrorOfTenThousandFiles() throws {
    let site = try GeneratedSite(files: 10_000)
    let lab = try SiteLab(root: site.folder)
    let copy = site.folder + "-copy"
    let cleanup = Cleanup.add { _ = try? Command.attempt("rm", "-rf", copy) }
    defer { Cleanup.run(cleanup) }

    let first = try mirror(lab, to: copy)
    try compare(copy, with: site)
    XCTAssertFalse(first.contains(" ERROR "), first.suffix(2000).description)

    // The second time each file is asked for with If-Modified-Since, and none comes again.
    let second = try mirror(lab, to: copy)
    XCTAssertEqual(second.matches(of: #/ URL:\S+ \[/#).count, 0, String(second.suffix(2000)))
    try compare(copy, with: site)
  }

  /// - Returns: wget's account, a line for each file that it got.
  private func mirror(_ lab: SiteLab, to folder: String) throws -> String {
    let result = try lab.client(
      "wget", "--mirror", "--no-verbose", "--no-host-directories", "--directory-prefix", folder, "--tries=1",
      "--timeout=10", "--execute=robots=off", "--restrict-file-names=unix,nocontrol", "--no-iri",
      lab.url("/"), timeout: .seconds(120))
    XCTAssertTrue(result.succeeded, "\(result.ending) \(result.errors.suffix(3000))")
    return result.errors
  }

  /// The mirror has exactly the site's files, with their sizes, bytes and times.
  private func compare(
    _ copy: String, with site: GeneratedSite, file: StaticString = #filePath, line: UInt = #line
  ) throws {
    var wrong: [String] = []
    for entry in site.files {
      // When wget gives a file its name it decodes a second time: "%2520" becomes a space.
      let path = copy + entry.path.replacingOccurrences(of: "%20", with: " ")
      let bytes = FileManager.default.contents(atPath: path)
      var status = stat()
      stat(path, &status)
      if bytes == nil || bytes != FileManager.default.contents(atPath: site.folder + entry.path)
        || status.st_mtim.tv_sec != entry.modified
      {
        wrong.append(entry.path)
      }
    }
    XCTAssertEqual(wrong, [], "\(wrong.count) files", file: file, line: line)
    let all = try Command.run("find", copy, "-type", "f", "-printf", ".").count
    XCTAssertEqual(all, site.files.count, file: file, line: line)
  }
}

import Foundation
import XCTest

@testable import ServerControl

/// What changes of files are noticed, and when. Needs no root.
final class ContentWatchTests: XCTestCase {
  private var folder = URL(fileURLWithPath: "/")

  override func setUpWithError() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("public/a"), withIntermediateDirectories: true)
    try write("public/index.html")
  }

  override func tearDownWithError() throws { try? FileManager.default.removeItem(at: folder) }

  private func write(_ name: String, _ text: String = "x") throws {
    try Data(text.utf8).write(to: folder.appendingPathComponent(name))
  }

  private func flags(_ fill: (inout SiteFlags) -> Void = { _ in }) -> SiteFlags {
    var flags = SiteFlags()
    flags.root = folder.appendingPathComponent("public").path
    fill(&flags)
    return flags
  }

  /// Whether there is a change, once it is quiet.
  private func changed(_ watch: ContentWatch) -> Bool {
    // What has been read now counts as old in two seconds.
    watch.hasChanged() || watch.hasChanged(now: .now + .seconds(2))
  }

  func testFilesOfAFolderAndBelow() throws {
    let watch = try ContentWatch(flags())
    XCTAssertFalse(changed(watch))
    for change in [
      { try self.write("public/index.html", "y") }, { try self.write("public/new.html") },
      { try self.write("public/a/b.css") },
      { try FileManager.default.removeItem(at: self.folder.appendingPathComponent("public/a/b.css")) },
      {
        try FileManager.default.moveItem(
          at: self.folder.appendingPathComponent("public/new.html"),
          to: self.folder.appendingPathComponent("public/other.html"))
      },
      {
        try FileManager.default.createSymbolicLink(
          atPath: self.folder.appendingPathComponent("public/link").path, withDestinationPath: "other.html")
      },
    ] {
      try change()
      XCTAssertTrue(changed(watch))
      XCTAssertFalse(changed(watch))
    }
  }

  func testFoldersThatAreNew() throws {
    let watch = try ContentWatch(flags())
    let deep = folder.appendingPathComponent("public/c/d")
    try FileManager.default.createDirectory(at: deep, withIntermediateDirectories: true)
    XCTAssertTrue(changed(watch))
    try watch.look()
    try write("public/c/d/e.html")
    XCTAssertTrue(changed(watch))
    try FileManager.default.removeItem(at: folder.appendingPathComponent("public/c"))
    XCTAssertTrue(changed(watch))
    try watch.look()
    XCTAssertFalse(changed(watch))
  }

  func testDotFilesMatterIfTheyAreServed() throws {
    let without = try ContentWatch(flags())
    let with = try ContentWatch(flags { $0.dotFiles = true })
    try write("public/.index.html.swp")
    XCTAssertFalse(changed(without))
    XCTAssertTrue(changed(with))
  }

  func testTheConfigurationFileAndWhatItNames() throws {
    try write("site.yaml", "root: public\nnot-found: 404.html\n")
    try write("404.html")
    var flags = SiteFlags()
    flags.config = folder.appendingPathComponent("site.yaml").path
    let watch = try ContentWatch(flags)
    for name in ["site.yaml", "404.html", "public/index.html"] {
      try write(name, "root: public\n")
      XCTAssertTrue(changed(watch), name)
    }
    try write("neighbour.txt")
    XCTAssertFalse(changed(watch))
    // A mistake is mended later.
    try write("site.yaml", "rot: public\n")
    XCTAssertTrue(changed(watch))
    try watch.look()
    try write("site.yaml", "root: public\n")
    XCTAssertTrue(changed(watch))
  }

  func testItWaitsUntilItIsQuietButNotForEver() throws {
    let watch = try ContentWatch(flags())
    let start = ContinuousClock.now
    try write("public/1.html")
    XCTAssertFalse(watch.hasChanged(now: start))
    XCTAssertFalse(watch.hasChanged(now: start + .milliseconds(150)))
    for step in 1...12 {
      try write("public/1.html", "\(step)")
      XCTAssertFalse(watch.hasChanged(now: start + .milliseconds(150 * (step + 1))), "\(step)")
    }
    try write("public/1.html", "last")
    XCTAssertTrue(watch.hasChanged(now: start + .milliseconds(2000)))
    XCTAssertFalse(watch.hasChanged(now: start + .milliseconds(5000)))
  }
}

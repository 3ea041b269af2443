import Foundation
import LabKit
import XCTest

/// Chromium loads a page with its style sheet, scripts, images and data, as its visitors would.
final class SiteBrowserTests: XCTestCase {
  func testPageWithStyleScriptsAndImages() throws {
    let folder = "/tmp/xts-\(getpid())-browser"
    let cleanup = Cleanup.add { _ = try? Command.attempt("rm", "-rf", folder) }
    defer { Cleanup.run(cleanup) }
    try Command.run("mkdir", "-p", folder + "/site/assets", folder + "/profile")
    for (path, text) in Self.files { try GeneratedSite.write(Array(text.utf8), to: folder + "/site" + path) }
    let picture = try XCTUnwrap(Data(base64Encoded: Self.picture))
    try GeneratedSite.write(Array(picture), to: folder + "/site/assets/picture one.png")

    for server in SiteLab.Server.every {
      let lab = try SiteLab(server, root: folder + "/site")
      let page = try browse(lab, profile: folder + "/profile", "--dump-dom")
      // What the page's own script found out.
      let found = page.output.firstMatch(of: /<pre id="found">(.*?)<\/pre>/.dotMatchesNewlines())?.1
      XCTAssertEqual(
        found.map(String.init),
        """
        background rgb(20, 40, 80)
        picture 16x16, its first pixel 250,220,40
        drawing 120x80
        data 3 items, größe
        module \(server == .nginx ? "undefined" : "42")
        """, "\(server) \(page)")

      let screenshot = Products.folder + "/results/browser-\(server == .nginx ? "nginx" : "site").png"
      try Command.run("mkdir", "-p", Products.folder + "/results")
      _ = try browse(lab, profile: folder + "/profile", "--screenshot=\(screenshot)", "--window-size=640,480")
      let image = try XCTUnwrap(FileManager.default.contents(atPath: screenshot))
      XCTAssertTrue(image.starts(with: [0x89, 0x50, 0x4e, 0x47]), "no PNG")
      // A page without its style sheet and images is all white, and far smaller.
      XCTAssertGreaterThan(image.count, 8000, "see \(screenshot)")
      print("site: screenshot of \(image.count) bytes")
    }
  }

  private func browse(_ lab: SiteLab, profile: String, _ arguments: String...) throws -> Command.Result {
    let result = try lab.client(
      [
        "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
        "--user-data-dir=\(profile)", "--virtual-time-budget=5000",
      ] + arguments + [lab.url("/")], timeout: .seconds(60))
    guard result.succeeded else { throw LabError("\(result)") }
    return result
  }

  private static let files = [
    "/index.html": """
    <!DOCTYPE html>
    <html lang="en"><head><meta charset="utf-8"><title>A page</title>
    <link rel="stylesheet" href="assets/style.css">
    <script src="assets/script.js" defer></script>
    <script type="module" src="assets/module.mjs"></script>
    </head><body>
    <h1>Served from the driver</h1>
    <p>A page with a style sheet, two scripts, a picture and a drawing.</p>
    <img id="picture" src="assets/picture%20one.png" alt="squares">
    <img id="drawing" src="assets/drawing.svg" alt="a disc">
    <pre id="found"></pre>
    </body></html>

    """,
    "/assets/style.css": """
    body { background: rgb(20, 40, 80); color: white; font-family: "DejaVu Sans", sans-serif; margin: 2em; }
    h1 { border-bottom: 4px solid rgb(250, 220, 40); }
    #picture { width: 128px; height: 128px; image-rendering: pixelated; }
    pre { background: rgb(10, 20, 40); padding: 1em; }

    """,
    "/assets/script.js": """
    addEventListener("load", async () => {
      const picture = document.getElementById("picture");
      const drawing = document.getElementById("drawing");
      const canvas = document.createElement("canvas");
      const context = canvas.getContext("2d");
      context.drawImage(picture, 0, 0);
      const data = await (await fetch("assets/data.json")).json();
      document.getElementById("found").textContent = [
        "background " + getComputedStyle(document.body).backgroundColor,
        `picture ${picture.naturalWidth}x${picture.naturalHeight}, its first pixel ` +
          Array.from(context.getImageData(0, 0, 1, 1).data).slice(0, 3),
        `drawing ${drawing.naturalWidth}x${drawing.naturalHeight}`,
        `data ${data.items.length} items, ${data.word}`,
        `module ${window.answer}`,
      ].join("\\n");
    });

    """,
    // Served as anything but a script's media type, a module is not run at all; Debian's nginx does not know the name.
    "/assets/module.mjs": "window.answer = 6 * 7;\n",
    "/assets/data.json": "{\"items\": [1, 2, 3], \"word\": \"größe\"}\n",
    "/assets/drawing.svg": """
    <svg xmlns="http://www.w3.org/2000/svg" width="120" height="80">
    <rect width="120" height="80" fill="#eee"/><circle cx="60" cy="40" r="30" fill="#2a7"/></svg>

    """,
  ]

  /// Sixteen times sixteen pixels.
  private static let picture =
    "iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAAJElEQVR42mP4dUcDjk7I2cARLnGGQaiBGEXI4oNRw2g8DAoNAFX7"
    + "kBBUdZqbAAAAAElFTkSuQmCC"
}

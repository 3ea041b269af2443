import Foundation
import LabKit
import XCTest

/// What curl can say, to the server in both modes and over both families.
final class SiteCurlTests: XCTestCase {
  private struct Place {
    let lab: SiteLab
    let family: ServerLab.Family
    let site: GeneratedSite

    /// Runs curl on a target.
    func curl(_ target: String, _ arguments: String...) throws -> Command.Result {
      try lab.client(["curl", "-sS", "-g", "--max-time", "10"] + arguments + [lab.url(target, family)])
    }

    /// Runs curl with -i, which has to succeed.
    func head(
      _ target: String, _ arguments: String..., file: StaticString = #filePath, line: UInt = #line
    ) throws -> (status: String, fields: [String: String]) {
      let result = try lab.client(
        ["curl", "-sS", "-g", "--max-time", "10", "-D", "-", "-o", "/dev/null"] + arguments + [lab.url(target, family)])
      XCTAssertTrue(result.succeeded, "\(result)", file: file, line: line)
      let lines = result.output.components(separatedBy: "\r\n")
      var fields: [String: String] = [:]
      for line in lines.dropFirst() where line.contains(":") {
        let parts = line.split(separator: ":", maxSplits: 1)
        fields[parts[0].lowercased()] = parts.count == 2 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
      }
      return (lines[0].split(separator: " ").dropFirst().first.map(String.init) ?? lines[0], fields)
    }

    func text(_ file: GeneratedSite.File) throws -> String {
      try String(contentsOfFile: site.folder + file.path, encoding: .utf8)
    }
  }

  private func everywhere(_ body: (Place) throws -> Void) throws {
    let site = try GeneratedSite(files: 120)
    for server in SiteLab.Server.every {
      let lab = try SiteLab(server, root: site.folder)
      for family in ServerLab.Family.allCases {
        let place = "\(server) over \(family)"
        print(place)
        do { try body(Place(lab: lab, family: family, site: site)) } catch { XCTFail("\(place): \(error)") }
      }
    }
  }

  /// A text of some kilobytes.
  private func page(of site: GeneratedSite) throws -> GeneratedSite.File {
    try XCTUnwrap(site.files.filter { $0.path.hasSuffix(".txt") && $0.size > 1500 }.min { $0.path < $1.path })
  }

  func testHeadRangeTimeAndVersion() throws {
    try everywhere { place in
      let file = try page(of: place.site)
      let text = try place.text(file)

      let begin = time(nil)
      let head = try place.head(file.target, "-I")
      let end = time(nil)
      XCTAssertEqual(head.status, "200")
      XCTAssertEqual(head.fields["content-length"], "\(file.size)")
      XCTAssertEqual(head.fields["content-type"]?.hasPrefix("text/plain"), true, "\(head)")
      XCTAssertEqual(head.fields["last-modified"], httpDate(file.modified))
      let tag = try XCTUnwrap(head.fields["etag"])
      XCTAssertNotNil(tag.wholeMatch(of: /"[^"]+"/), tag)
      let date = try XCTUnwrap(head.fields["date"].flatMap(parsedDate), "\(head)")
      XCTAssertTrue((begin - 2...end + 2).contains(date), "\(head) between \(begin) and \(end)")

      XCTAssertEqual(try place.curl(file.target, "-r", "10-19").output, String(text.dropFirst(10).prefix(10)))
      XCTAssertEqual(try place.curl(file.target, "-r", "1000-").output, String(text.dropFirst(1000)))
      XCTAssertEqual(try place.curl(file.target, "-r", "-7").output, String(text.suffix(7)))
      let part = try place.head(file.target, "-r", "10-19")
      XCTAssertEqual(part.status, "206")
      XCTAssertEqual(part.fields["content-range"], "bytes 10-19/\(file.size)")
      XCTAssertEqual(part.fields["content-length"], "10")
      let beyond = try place.head(file.target, "-r", "\(file.size)-")
      XCTAssertEqual(beyond.status, "416")
      XCTAssertEqual(beyond.fields["content-range"], "bytes */\(file.size)")

      XCTAssertEqual(try place.head(file.target, "-z", httpDate(file.modified)).status, "304")
      XCTAssertEqual(try place.head(file.target, "-z", httpDate(file.modified - 1)).status, "200")
      XCTAssertEqual(try place.head(file.target, "-z", "-" + httpDate(file.modified)).status, "200")
      XCTAssertEqual(try place.head(file.target, "-z", "-" + httpDate(file.modified - 1)).status, "412")
      XCTAssertEqual(try place.head(file.target, "-H", "If-None-Match: \(tag)").status, "304")
      XCTAssertEqual(try place.head(file.target, "-H", "If-None-Match: \"other\"").status, "200")
      XCTAssertEqual(try place.head(file.target, "-H", "If-Match: \(tag)").status, "200")
      XCTAssertEqual(try place.head(file.target, "-H", "If-Match: \"other\"").status, "412")

      for options in [
        ["--http1.0"], ["--http1.1", "-H", "Connection: close"], ["--http1.0", "-H", "Connection: keep-alive"],
      ] {
        let result = try place.lab.client(
          ["curl", "-sS", "-g", "--max-time", "10"] + options + [place.lab.url(file.target, place.family)])
        XCTAssertEqual(result.output, text, "\(options) \(result.errors)")
      }
      XCTAssertEqual(try place.head(file.target, "-T", "/etc/hostname").status, "405")
    }
  }

  func testPathsAsTheyAre() throws {
    try everywhere { place in
      let index = try String(contentsOfFile: place.site.folder + "/index.html", encoding: .utf8)
      let directory = GeneratedSite.encoded(place.site.directories[1])
      for target in [
        "/", "/index.html", "//", "/./", directory + "../", directory + "%2e%2e/", "/%69ndex.html", "/index.html?query",
      ] {
        XCTAssertEqual(try place.curl(target, "--path-as-is").output, index, target)
      }
      for target in ["/../", "/%2e%2e/etc/passwd", directory + "../../index.html", "/%00", "/%zz"] {
        XCTAssertEqual(try place.head(target, "--path-as-is").status, "400", target)
      }
      for target in ["/none", "/index.html/", "/INDEX.HTML", directory + "none"] {
        XCTAssertEqual(try place.head(target, "--path-as-is").status, "404", target)
      }
      // To the trailing slash, and the query goes along.
      let redirect = try place.head(directory.dropLast() + "?a=b")
      XCTAssertEqual(redirect.status, "301")
      XCTAssertEqual(redirect.fields["location"]?.hasSuffix(directory + "?a=b"), true, "\(redirect)")
      let path = place.site.folder + place.site.directories[1] + "index.html"
      let page = try String(contentsOfFile: path, encoding: .utf8)
      XCTAssertEqual(try place.curl(String(directory.dropLast()), "-L").output, page)
    }
  }

  /// Every file of the site, in one curl with fifty transfers at a time, and again compressed.
  func testAllFilesInParallel() throws {
    try everywhere { place in
      for options in [[], ["--compressed"]] {
        let folder = place.site.folder + "-parallel"
        defer { _ = try? Command.attempt("rm", "-rf", folder) }
        try Command.run("mkdir", folder)
        let config = place.site.files.enumerated().map {
          "url = \"\(place.lab.url($0.element.target, place.family))\"\noutput = \"\(folder)/\($0.offset)\"\n"
        }
        try GeneratedSite.write(Array(config.joined().utf8), to: folder + "/config")
        let result = try place.lab.client(
          ["curl", "-sS", "-g", "--fail", "-Z", "--parallel-immediate", "--parallel-max", "50", "--max-time", "30"]
            + options + ["-K", folder + "/config"])
        XCTAssertTrue(result.succeeded, "\(result.ending) \(result.errors.suffix(500))")
        let wrong = place.site.files.enumerated().filter { index, file in
          // curl makes no file for a body of no bytes.
          let bytes = FileManager.default.contents(atPath: "\(folder)/\(index)") ?? Data()
          return bytes != FileManager.default.contents(atPath: place.site.folder + file.path)
        }
        XCTAssertEqual(wrong.map(\.element.path), [], "\(wrong.count) of \(place.site.files.count) \(options)")
      }
    }
  }

  /// The body travels compressed where the client asks for it, and is the same in the end.
  func testCompressed() throws {
    guard !SiteLab.Server.isOracle else { return try compressionOfTheOracle() }
    try everywhere { place in
      let file = try page(of: place.site)
      let text = try place.text(file)
      for coding in ["gzip", "br", "zstd"] {
        let head = try place.head(file.target, "-H", "Accept-Encoding: \(coding)")
        XCTAssertEqual(head.fields["content-encoding"], coding, "\(head)")
        XCTAssertEqual(head.fields["vary"]?.lowercased().contains("accept-encoding"), true, "\(head)")
        XCTAssertLessThan(try XCTUnwrap(head.fields["content-length"].flatMap { Int($0) }), file.size)
        XCTAssertEqual(try place.curl(file.target, "--compressed", "-H", "Accept-Encoding: \(coding)").output, text)
      }
      let plain = try place.head(file.target)
      XCTAssertNil(plain.fields["content-encoding"])
      XCTAssertEqual(plain.fields["vary"]?.lowercased().contains("accept-encoding"), true, "\(plain)")
      let forbidden = try place.head(file.target, "-H", "Accept-Encoding: gzip;q=0, br;q=0, zstd;q=0")
      XCTAssertNil(forbidden.fields["content-encoding"])
    }
  }

  /// nginx compresses nothing here; that the decoder works is seen by a body that is none.
  private func compressionOfTheOracle() throws {
    let site = try GeneratedSite(files: 10)
    let lab = try SiteLab(root: site.folder)
    let result = try lab.client("curl", "-sS", "--compressed", "--fail", lab.url("/"))
    XCTAssertTrue(result.succeeded, "\(result)")
  }
}

/// RFC 9110 5.6.7, IMF-fixdate.
func httpDate(_ seconds: Int) -> String {
  var (moment, parts) = (time_t(seconds), tm())
  gmtime_r(&moment, &parts)
  var text = [CChar](repeating: 0, count: 64)
  let count = strftime(&text, text.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
  return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// Seconds since 1970; nil where the text is no IMF-fixdate.
func parsedDate(_ text: String) -> Int? {
  let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
  let words = text.split(whereSeparator: { " :".contains($0) })
  guard words.count == 8, let month = months.firstIndex(of: String(words[2])) else { return nil }
  let numbers = [1, 3, 4, 5, 6].compactMap { Int32(words[$0]) }
  guard numbers.count == 5 else { return nil }
  var parts = tm()
  (parts.tm_mday, parts.tm_mon, parts.tm_year) = (numbers[0], Int32(month), numbers[1] - 1900)
  (parts.tm_hour, parts.tm_min, parts.tm_sec) = (numbers[2], numbers[3], numbers[4])
  let seconds = timegm(&parts)
  return httpDate(seconds) == text ? seconds : nil
}

import Glibc
import LabKit

/// The directory that the corpus asks for.
final class OracleSite {
  let folder: String
  private let cleanup: Cleanup.Token

  static let pageSize = 1500
  static let bigSize = 300_000
  /// Seconds since 1970 of every file.
  static let modified = 1_700_000_000

  /// Files whose names are as people give them, as the disk has them.
  static let oddNames = [
    "with space.txt", "ü.txt", "日本.txt", "100%.txt", "%41.txt", "a+b.txt", "semi;colon.txt", "q?mark.txt", "hash#.txt",
    "it's.txt", "quo\"te.txt", "back\\slash.txt", "a&b=c.txt", "(x)[y]{z}.txt", "~tilde.txt", "col:on.txt", "-dash.txt",
    "UPPER.TXT", "dots...txt", "comma,.txt", "at@.txt", "$dollar.txt", "pipe|.txt", "caret^.txt", "tick`.txt",
    "<a>.txt",
    String(repeating: "long", count: 50) + ".txt",
  ]

  static let extensions = [
    "html", "htm", "css", "js", "mjs", "json", "xml", "txt", "md", "svg", "png", "jpg", "jpeg", "gif", "webp", "avif",
    "ico", "woff", "woff2", "ttf", "otf", "eot", "pdf", "zip", "gz", "bz2", "xz", "zst", "tar", "7z", "rar", "mp4",
    "webm", "ogg", "mp3", "wav", "flac", "wasm", "csv", "rss", "atom", "webmanifest", "map", "bin", "iso", "deb", "rpm",
    "jar", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "rtf", "epub", "swift", "c", "py", "sh", "yaml", "toml",
    "unknown", "PNG", "Html", "m3u8", "ts", "vtt", "bmp", "tiff", "ps", "jsonld",
  ]

  init() throws {
    let folder = "\(OracleSite.parent)/xts-\(getpid())-oracle-\(UInt32.random(in: .min ... .max))"
    self.folder = folder
    cleanup = Cleanup.add { _ = try? Command.attempt("rm", "-rf", folder) }
    for directory in ["", "/dir", "/dir/sub", "/noindex", "/types", "/odd", "/odd/d r"] {
      try Command.run("mkdir", folder + directory)
    }
    try add("/index.html", "<!DOCTYPE html>\n<title>top</title>\n" + Self.text(600))
    try add("/page.txt", Self.text(Self.pageSize))
    try add("/same.txt", Self.text(Self.pageSize))
    try add("/empty.txt", "")
    try add("/one.txt", "1")
    try add("/style.css", Self.text(2500))
    try add("/big.bin", bytes: (0..<Self.bigSize).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) })
    try add("/noext", Self.text(700))
    try add("/dir/index.html", "<!DOCTYPE html>\n<title>dir</title>\n" + Self.text(500))
    try add("/dir/file.txt", Self.text(900))
    try add("/dir/sub/index.html", "<!DOCTYPE html>\n<title>sub</title>\n")
    try add("/noindex/file.txt", Self.text(300))
    try add("/odd/d r/index.html", "<!DOCTYPE html>\n<title>odd</title>\n")
    try add("/.hidden", "hidden\n")
    for name in Self.oddNames { try add("/odd/" + name, name + "\n" + Self.text(200)) }
    for name in Self.extensions { try add("/types/file." + name, "\(name)\n" + Self.text(100)) }
    try Command.run("ln", "-s", "page.txt", folder + "/link.txt")
  }

  deinit { Cleanup.run(cleanup) }

  private static let parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"

  private static func text(_ count: Int) -> String {
    var text = ""
    var number = 0
    while text.utf8.count < count {
      text += "line \(number) of the text\n"
      number += 1
    }
    return String(text.prefix(count))
  }

  private func add(_ path: String, _ text: String) throws { try add(path, bytes: Array(text.utf8)) }

  private func add(_ path: String, bytes: [UInt8]) throws {
    try GeneratedSite.write(bytes, to: folder + path, modified: Self.modified)
  }
}

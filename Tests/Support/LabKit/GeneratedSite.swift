import Glibc

/// A web site of a seed's: nested directories, names as people give them, files of all kinds and of 0 bytes to a
/// megabyte. An index.html in each directory links everything below it, so that whoever follows links gets all of it.
public final class GeneratedSite: @unchecked Sendable {  // what it names never changes
  public struct File: Sendable {
    /// From the root on, as it is on disk: `/a b/ü.txt`.
    public let path: String
    /// Bytes.
    public let size: Int
    /// Seconds since 1970.
    public let modified: Int

    /// The path as a URL has it: `/a%20b/%C3%BC.txt`.
    public var target: String { GeneratedSite.encoded(path) }
  }

  /// The root; it goes when the object goes or the process ends.
  public let folder: String
  public let seed: UInt64
  /// All files, index pages too.
  public private(set) var files: [File] = []
  /// From the root on, with a slash at both ends; the root is the first.
  public private(set) var directories = ["/"]
  private let cleanup: Cleanup.Token

  /// Writes the site. The seed is printed; SITE_SEED gives another.
  /// - Parameters:
  ///   - count: of files, index pages included, at least 10.
  ///   - seed: what decides all of it.
  /// - Throws: `LabError`, where there is no room for it.
  public init(files count: Int, seed: UInt64 = 4) throws {
    let seed = getenv("SITE_SEED").flatMap { UInt64(String(cString: $0)) } ?? seed
    print("a site of \(count) files, seed \(seed)")
    let folder = "\(Body.folder)/xts-\(getpid())-site-\(LabCounter.next())"
    self.folder = folder
    self.seed = seed
    cleanup = Cleanup.add { _ = try? Command.attempt("rm", "-rf", folder) }
    do { try write(count) } catch {
      Cleanup.run(cleanup)
      throw error
    }
  }

  deinit { Cleanup.run(cleanup) }

  /// The bytes of all files together.
  public var size: Int { files.reduce(0) { $0 + $1.size } }

  /// What a URL's path has to be for a path on disk: everything but RFC 3986's unreserved characters and the slash is
  /// percent-encoded.
  public static func encoded(_ path: String) -> String {
    var text = ""
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"), UInt8(ascii: "/"):
        text.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        text += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
      }
    }
    return text
  }

  // MARK: - Writing it

  private func write(_ count: Int) throws {
    var random = SplitMix(seed: seed)
    try makeFolder("/")
    let folders = max(3, count / 40)
    for index in 1..<folders {
      // Mostly near the root, now and then ever deeper.
      let parent = random.below(4) == 0 ? directories.last! : directories[random.below(directories.count)]
      guard parent.filter({ $0 == "/" }).count < 12, parent.utf8.count < 600 else { continue }
      directories.append(parent + Self.name("dir", index, &random) + "/")
      try makeFolder(directories.last!)
    }
    var children = [String: [String]](uniqueKeysWithValues: directories.map { ($0, []) })
    for directory in directories.dropFirst() {
      let cut = directory.dropLast().lastIndex(of: "/")!
      children[String(directory[...cut])]!.append(String(directory[directory.index(after: cut)...]))
    }
    for index in 0..<count - directories.count {
      let directory = directories[random.below(directories.count)]
      let kind = Self.kinds[index % Self.kinds.count]
      let name = Self.name("file", index, &random) + kind.suffix
      children[directory]!.append(name)
      let size = Self.size(index, &random)
      try add(directory + name, kind.isText ? Self.text(size, kind, &random) : Self.noise(size, &random))
    }
    for directory in directories {
      let links = children[directory]!.map { "<li><a href=\"\(Self.encoded($0))\">\(Self.encoded($0))</a></li>\n" }
      let page = "<!DOCTYPE html>\n<meta charset=\"utf-8\">\n<title>\(Self.encoded(directory))</title>\n<ul>\n"
      try add(directory + "index.html", Array((page + links.joined() + "</ul>\n").utf8))
    }
  }

  private func makeFolder(_ path: String) throws {
    guard mkdir(folder + path, 0o755) == 0 else { throw LabError.system("can't make \(folder + path)") }
  }

  private func add(_ path: String, _ bytes: [UInt8]) throws {
    // No two of the first thousands are the same, and all are past.
    let modified = 1_704_067_200 + files.count * 61
    try Self.write(bytes, to: folder + path, modified: modified)
    files.append(File(path: path, size: bytes.count, modified: modified))
  }

  /// Makes a file, or gives it another content.
  /// - Parameter modified: seconds since 1970; nil: now.
  /// - Throws: `LabError`.
  public static func write(_ bytes: [UInt8], to path: String, modified: Int? = nil) throws {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw LabError.system("can't make \(path)") }
    defer { close(file) }
    var offset = 0
    while offset < bytes.count {
      let written = bytes[offset...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      guard written > 0 else { throw LabError.system("can't write \(path)") }
      offset += written
    }
    guard let modified else { return }
    let times = [timespec(tv_sec: modified, tv_nsec: 0), timespec(tv_sec: modified, tv_nsec: 0)]
    guard futimens(file, times) == 0 else { throw LabError.system("can't set the time of \(path)") }
  }

  // MARK: - Names, sizes and bytes

  private struct Kind {
    var suffix: String
    var isText = false
  }

  private static let kinds = [
    Kind(suffix: ".html", isText: true), Kind(suffix: ".css", isText: true), Kind(suffix: ".js", isText: true),
    Kind(suffix: ".json", isText: true), Kind(suffix: ".txt", isText: true), Kind(suffix: ".svg", isText: true),
    Kind(suffix: ".xml", isText: true), Kind(suffix: ".png"), Kind(suffix: ".jpg"), Kind(suffix: ".gif"),
    Kind(suffix: ".webp"), Kind(suffix: ".woff2"), Kind(suffix: ".pdf"), Kind(suffix: ".mp4"), Kind(suffix: ".zip"),
    Kind(suffix: ".tar.gz"), Kind(suffix: ".bin"), Kind(suffix: ""), Kind(suffix: ".PNG"), Kind(suffix: ".unknown"),
  ]

  /// One of ten names is odd, each kind of oddness with a number that makes it unique.
  private static func name(_ plain: String, _ number: Int, _ random: inout SplitMix) -> String {
    guard random.below(10) == 0 else { return "\(plain)-\(number)" }
    let odd = [
      "with space \(number)", "Größe \(number)", "日本語-\(number)", "100%-\(number)", "%20\(number)", "%2F\(number)",
      "a+b+\(number)", "it's \(number)", "\"quoted\" \(number)", "semi;colon,comma-\(number)", "a&b=c-\(number)",
      "hash#\(number)", "question?\(number)", "colon:\(number)", "(round) [square] {curly} \(number)",
      "-dash-\(number)",
      "UPPER-\(number)", "tilde~\(number)", "at@\(number)!", "dots..\(number)", "back\\slash-\(number)",
      "pipe|caret^\(number)", "$dollar`tick-\(number)", "emoji-🦀-\(number)", "e\u{301}-\(number)", "*star*-\(number)",
      "<angle>-\(number)", String(repeating: "long-", count: 36) + "\(number)",
    ]
    return odd[random.below(odd.count)]
  }

  private static func size(_ index: Int, _ random: inout SplitMix) -> Int {
    switch index {
    case 3: 0
    case 4: 1
    case 5: 1_000_000
    default:
      switch random.below(1000) {
      case 0: 1_000_000
      case 1...9: 0
      case 10...29: 20_000 + random.below(200_000)
      case 30...99: random.below(64)
      default: 100 + random.below(6000)
      }
    }
  }

  private static let words = [
    "kernel", "driver", "frame", "segment", "window", "answer", "request", "a", "the", "of", "and", "is", "in", "wire",
  ]

  /// Words, so that it can be compressed; no link is in it.
  private static func text(_ count: Int, _ kind: Kind, _ random: inout SplitMix) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + 16)
    if kind.suffix == ".svg" { bytes += Array("<svg xmlns=\"http://www.w3.org/2000/svg\"><!-- ".utf8) }
    while bytes.count < count {
      bytes += Array(words[random.below(words.count)].utf8)
      bytes.append(random.below(12) == 0 ? UInt8(ascii: "\n") : UInt8(ascii: " "))
    }
    return Array(bytes.prefix(count))
  }

  private static func noise(_ count: Int, _ random: inout SplitMix) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: (count + 7) / 8 * 8)
    bytes.withUnsafeMutableBytes { memory in
      for offset in stride(from: 0, to: memory.count, by: 8) {
        memory.storeBytes(of: random.next(), toByteOffset: offset, as: UInt64.self)
      }
    }
    return Array(bytes.prefix(count))
  }
}

/// SplitMix64.
struct SplitMix {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 }

  mutating func next() -> UInt64 {
    state = state &+ 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z &>> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z &>> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z &>> 31)
  }

  mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
}

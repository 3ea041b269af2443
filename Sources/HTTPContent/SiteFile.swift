import Glibc
import HTTPCore

/// A file as it was found, which it has to be still when it is packed.
public struct SiteFile: Hashable, Sendable {
  /// Its place in the file system, as bytes: names need not be UTF-8.
  public let path: [UInt8]
  /// Its media type.
  public var type: String
  /// Bytes, at most `ContentSource.largestBody`.
  public let size: Int
  /// Modification time: whole seconds since 1970, 0 if it is before that, and nanoseconds.
  public let modified: UInt32
  let modifiedNanoseconds: Int
  let changed: Int
  let changedNanoseconds: Int
  /// The same content in other codings, in files of their own.
  public var sidecars: [ContentCoding: SiteFile] = [:]

  /// - Throws: `ContentError` if it cannot be read, is no regular file, or is too large.
  public init(path: String, type: String) throws(ContentError) {
    try self.init(pathBytes: Array(path.utf8), type: type)
  }

  /// - Throws: `ContentError` if it cannot be read, is no regular file, or is too large.
  public init(pathBytes: [UInt8], type: String) throws(ContentError) {
    let name = SiteFile.display(pathBytes)
    let file = SiteFile.open(pathBytes)
    guard file >= 0 else { throw SiteFile.unreadable(name) }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw SiteFile.unreadable(name) }
    try self.init(pathBytes: pathBytes, type: type, status: status)
  }

  /// One of which fstat has said `status`.
  init(pathBytes: [UInt8], type: String, status: stat) throws(ContentError) {
    let kind = status.st_mode & S_IFMT
    let name = SiteFile.display(pathBytes)
    guard kind == S_IFREG else {
      throw ContentError("\(name) is \(kind == S_IFDIR ? "a directory" : "no regular file")", mend: "name a file")
    }
    guard status.st_size <= ContentSource.largestBody else {
      throw ContentError("\(name) has \(status.st_size) bytes, and at most \(ContentSource.largestBody) can be served")
    }
    path = pathBytes
    self.type = type
    size = Int(status.st_size)
    modified = UInt32(clamping: status.st_mtim.tv_sec)
    modifiedNanoseconds = status.st_mtim.tv_nsec
    changed = status.st_ctim.tv_sec
    changedNanoseconds = status.st_ctim.tv_nsec
  }

  /// Its path for a sentence.
  var name: String { SiteFile.display(path) }

  static func display(_ path: [UInt8]) -> String { String(decoding: path, as: UTF8.self) }

  /// Without O_NONBLOCK a pipe that nobody writes to would make this wait for ever.
  static func open(_ path: [UInt8]) -> Int32 {
    (path + [0]).withUnsafeBufferPointer { bytes in
      bytes.withMemoryRebound(to: CChar.self) { Glibc.open($0.baseAddress!, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    }
  }

  static func unreadable(_ name: String) -> ContentError {
    ContentError("cannot read \(name): \(String(cString: strerror(errno)))")
  }

  private var changedWhileRead: ContentError {
    ContentError("\(name) changed while it was read", mend: "try again when nothing writes to it")
  }

  /// Opens it, hands its descriptor to `body`, and makes sure that it is before and after what it was when found.
  func withDescriptor(_ body: (Int32) throws(ContentError) -> Void) throws(ContentError) {
    let file = SiteFile.open(path)
    guard file >= 0 else { throw SiteFile.unreadable(name) }
    defer { close(file) }
    try checkUnchanged(file)
    try body(file)
    try checkUnchanged(file)
    // Some files, as those of /proc, do not tell their size.
    var beyond: UInt8 = 0
    guard pread(file, &beyond, 1, off_t(size)) == 0 else { throw changedWhileRead }
  }

  private func checkUnchanged(_ file: Int32) throws(ContentError) {
    var status = stat()
    guard fstat(file, &status) == 0 else { throw SiteFile.unreadable(name) }
    let now = try SiteFile(pathBytes: path, type: type, status: status)
    guard now.size == size, now.modified == modified, now.modifiedNanoseconds == modifiedNanoseconds,
      now.changed == changed, now.changedNanoseconds == changedNanoseconds
    else { throw changedWhileRead }
  }

  /// All of it.
  func bytes() throws(ContentError) -> [UInt8] {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 8)
    defer { buffer.deallocate() }
    try withDescriptor { (descriptor) throws(ContentError) in try read(descriptor, at: 0, into: buffer) }
    return Array(buffer)
  }

  /// Fills `target` with the bytes from `offset` on, all of which the file has to have.
  func read(_ file: Int32, at offset: Int, into target: UnsafeMutableRawBufferPointer) throws(ContentError) {
    var done = 0
    while done < target.count {
      let count = pread(file, target.baseAddress! + done, target.count - done, off_t(offset + done))
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw SiteFile.unreadable(name) }
      guard count > 0 else { throw changedWhileRead }
      done += count
    }
  }
}

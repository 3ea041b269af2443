import Glibc

/// The body of the 200 answers, open for reading.
struct Body: ~Copyable {
  /// Bytes, when it was opened.
  let length: Int
  private let storage: Storage

  private enum Storage {
    case bytes([UInt8])
    /// Its descriptor, its path, and what it was like when it was opened.
    case file(Int32, path: String, opened: stat)
  }

  /// - Throws: `ContentError` if there is no such file, or it cannot be served.
  init(_ source: ContentSource) throws(ContentError) {
    switch source {
    case .hello: storage = .bytes(Array("Hello, XDP!\n".utf8))
    case .bytes(let bytes, _): storage = .bytes(bytes)
    case .file(let path, _): storage = try Body.open(path)
    }
    switch storage {
    case .bytes(let bytes): length = bytes.count
    case .file(_, _, let opened): length = Int(opened.st_size)
    }
  }

  deinit {
    if case .file(let file, _, _) = storage { close(file) }
  }

  private static func open(_ path: String) throws(ContentError) -> Storage {
    // Without O_NONBLOCK a pipe that nobody writes to would make this wait for ever.
    let file = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { throw unreadable(path) }
    do throws(ContentError) {
      var status = stat()
      guard fstat(file, &status) == 0 else { throw unreadable(path) }
      let kind = status.st_mode & S_IFMT
      guard kind == S_IFREG else {
        throw ContentError("\(path) is \(kind == S_IFDIR ? "a directory" : "no regular file")", mend: "name a file")
      }
      guard status.st_size <= ContentSource.largestBody else {
        throw ContentError(
          "\(path) has \(status.st_size) bytes, and at most \(ContentSource.largestBody) can be served")
      }
      return .file(file, path: path, opened: status)
    } catch {
      close(file)
      throw error
    }
  }

  private static func unreadable(_ path: String) -> ContentError {
    ContentError("cannot read \(path): \(String(cString: strerror(errno)))")
  }

  /// Fills `target` with the bytes from `offset` on, all of which the body has to have.
  func read(at offset: Int, into target: UnsafeMutableRawBufferPointer) throws(ContentError) {
    switch storage {
    case .bytes(let bytes):
      target.copyBytes(from: bytes[offset..<offset + target.count])
    case .file(let file, let path, _):
      var done = 0
      while done < target.count {
        let count = pread(file, target.baseAddress! + done, target.count - done, off_t(offset + done))
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { throw Body.unreadable(path) }
        guard count > 0 else { throw Body.changed(path) }
        done += count
      }
    }
  }

  /// To be called when all of it has been read.
  /// - Throws: `ContentError` if the file has changed since it was opened, so that what was read may be of two states.
  func checkUnchanged() throws(ContentError) {
    guard case .file(let file, let path, let opened) = storage else { return }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw Body.unreadable(path) }
    // Some files, as those of /proc, do not tell their size.
    var beyond: UInt8 = 0
    guard status.st_size == opened.st_size, status.st_mtim == opened.st_mtim, status.st_ctim == opened.st_ctim,
      pread(file, &beyond, 1, off_t(length)) == 0
    else { throw Body.changed(path) }
  }

  private static func changed(_ path: String) -> ContentError {
    ContentError("\(path) changed while it was read", mend: "try again when nothing writes to it")
  }
}

private func == (left: timespec, right: timespec) -> Bool {
  left.tv_sec == right.tv_sec && left.tv_nsec == right.tv_nsec
}

import Glibc

/// A file descriptor that is closed when its owner goes.
struct Descriptor: ~Copyable, Sendable {
  let number: Int32

  /// Takes over `number`.
  init(owning number: Int32) { self.number = number }

  /// A second descriptor for the same kernel object.
  init(duplicating number: Int32) throws(BPFError) {
    let copy = fcntl(number, F_DUPFD_CLOEXEC, 3)
    guard copy >= 0 else { throw BPFError(doing: "duplicate a file descriptor") }
    self.number = copy
  }

  deinit { close(number) }
}

/// The text of a fixed-size C array of characters, as kernel structures hold names.
func string<Tuple>(fromFixed tuple: Tuple) -> String {
  withUnsafeBytes(of: tuple) { bytes in
    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }
}

/// Every identifier that `next` (one of the kernel's `*_get_next_id` calls) gives, in rising order.
func identifiers(
  _ next: (UInt32, UnsafeMutablePointer<UInt32>?) -> Int32, of kind: String
) throws(BPFError) -> [UInt32] {
  var found: [UInt32] = []
  var id: UInt32 = 0
  while true {
    let result = next(id, &id)
    if result == 0 { found.append(id); continue }
    if errno == ENOENT { return found }
    throw BPFError(doing: "list the kernel's BPF \(kind)", result: result)
  }
}

import CLibBPF
import Glibc

/// The line information of an object file (.BTF.ext, Documentation/bpf/btf.rst 2.4), to find where a quoted line
/// stands: kernels before 6.8 quote a line without saying where it is from.
struct LineTable {
  private var places: [String: Set<Record>] = [:]

  private struct Record: Hashable { let file: String, line: Int }

  init?(objectBytes: [UInt8]) {
    guard !objectBytes.isEmpty, let memory = MemoryFile(objectBytes) else { return nil }
    var extensionPointer: OpaquePointer?
    let (types, _) = LibraryLog.capture { btf__parse_elf(memory.path, &extensionPointer) }
    guard let types else { return nil }
    defer { btf__free(types) }
    guard let table = extensionPointer else { return nil }
    defer { btf_ext__free(table) }
    var size: UInt32 = 0
    guard let raw = btf_ext__get_raw_data(table, &size) else { return nil }
    read(UnsafeRawBufferPointer(start: raw, count: Int(size)), types: types)
  }

  /// The one place whose text is `text`; nil if there is none, or more than one.
  func place(of text: String) -> SourcePlace? {
    guard let found = places[Self.trim(text)], found.count == 1, let record = found.first else { return nil }
    return SourcePlace(file: record.file, line: record.line)
  }

  /// struct btf_ext_header, then for each section struct btf_ext_info_sec with records of struct bpf_line_info.
  private mutating func read(_ bytes: UnsafeRawBufferPointer, types: OpaquePointer) {
    func word(_ offset: Int) -> Int? {
      guard offset >= 0, offset + 4 <= bytes.count else { return nil }
      return Int(bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
    guard let headerLength = word(4), let lineOffset = word(16), let lineLength = word(20) else { return }
    var offset = headerLength + lineOffset
    let end = min(offset + lineLength, bytes.count)
    guard lineLength >= 4, let recordSize = word(offset), recordSize >= 16 else { return }
    offset += 4
    while offset + 8 <= end, let count = word(offset + 4) {
      offset += 8
      for _ in 0..<count {
        guard offset + recordSize <= end, let fileName = word(offset + 4), let text = word(offset + 8),
          let lineAndColumn = word(offset + 12)
        else { return }
        offset += recordSize
        guard let cFile = btf__name_by_offset(types, UInt32(fileName)),
          let cText = btf__name_by_offset(types, UInt32(text))
        else { continue }
        // The upper 22 bits are the line (BPF_LINE_INFO_LINE_NUM).
        let record = Record(file: String(cString: cFile), line: lineAndColumn >> 10)
        places[Self.trim(String(cString: cText)), default: []].insert(record)
      }
    }
  }

  private static func trim(_ text: String) -> String {
    String(text.drop { $0 == " " || $0 == "\t" })
  }
}

/// Bytes under a path, for a library that only reads files.
private struct MemoryFile: ~Copyable {
  private let handle: Descriptor
  var path: String { "/proc/self/fd/\(handle.number)" }

  init?(_ bytes: [UInt8]) {
    let number = memfd_create("object", UInt32(MFD_CLOEXEC))
    guard number >= 0 else { return nil }
    let handle = Descriptor(owning: number)
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes { write(number, $0.baseAddress! + offset, bytes.count - offset) }
      guard count > 0 else { return nil }
      offset += count
    }
    self.handle = handle
  }
}

import Glibc

/// What a server has to deliver: bytes of a seed's, in memory and in a file. No two of its 8-byte words are equal, so
/// whatever is missing, doubled or in the wrong place shows.
public final class Body: @unchecked Sendable {  // what it points to never changes
  public let bytes: UnsafeRawBufferPointer
  /// The file that holds them; it goes when the object goes or the process ends.
  public let path: String
  private let cleanup: Cleanup.Token

  public var count: Int { bytes.count }

  /// - Throws: `LabError`, where there is no room for the file.
  public init(_ count: Int, seed: UInt64 = 1) throws {
    let words = (count + 7) / 8
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: words * 8 + 8, alignment: 8)
    let values = memory.bindMemory(to: UInt64.self)
    // SplitMix64, a bijection of the counter.
    var state = seed &* 0x9e37_79b9_7f4a_7c15 &+ UInt64(count)
    var index = 0
    while index < words {
      state = state &+ 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ (z &>> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z &>> 27)) &* 0x94d0_49bb_1331_11eb
      values[index] = z ^ (z &>> 31)
      index += 1
    }
    bytes = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(memory)[..<count])
    let path = "\(Self.folder)/xts-\(getpid())-body-\(LabCounter.next())"
    self.path = path
    cleanup = Cleanup.add { unlink(path) }
    do { try write() } catch {
      Cleanup.run(cleanup)
      throw error
    }
  }

  deinit {
    Cleanup.run(cleanup)
    bytes.deallocate()
  }

  /// Whether a file holds exactly these bytes.
  public func equals(fileAt other: String) -> Bool {
    let file = open(other, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return false }
    defer { close(file) }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { buffer.deallocate() }
    var offset = 0
    while true {
      let count = read(file, buffer.baseAddress, buffer.count)
      if count <= 0 { return count == 0 && offset == bytes.count }
      guard offset + count <= bytes.count, memcmp(buffer.baseAddress!, bytes.baseAddress! + offset, count) == 0 else {
        return false
      }
      offset += count
    }
  }

  /// Memory, where there is a file system of it: disks are slow and have other things to do.
  static let folder = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"

  private func write() throws {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw LabError.system("can't make \(path)") }
    defer { close(file) }
    var offset = 0
    while offset < bytes.count {
      let written = Glibc.write(file, bytes.baseAddress! + offset, bytes.count - offset)
      guard written > 0 else { throw LabError.system("can't write \(path)") }
      offset += written
    }
  }
}

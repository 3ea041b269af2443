import Glibc

/// An array map's values in this process's memory, shared with the programs. Unmapped when it goes.
public struct MappedMemory: ~Copyable, @unchecked Sendable {
  /// All values, one after the other, each rounded up to 8 bytes.
  public let bytes: UnsafeMutableRawBufferPointer
  /// Bytes from one value to the next.
  public let stride: Int

  fileprivate init(bytes: UnsafeMutableRawBufferPointer, stride: Int) {
    self.bytes = bytes
    self.stride = stride
  }

  deinit { munmap(bytes.baseAddress, bytes.count) }
}

extension Map {
  /// Maps the values of an array with BPF_F_MMAPABLE into memory.
  /// - Parameter writable: a frozen map can only be mapped for reading.
  public func mapMemory(writable: Bool) throws(BPFError) -> MappedMemory {
    guard info.isMappable else {
      throw BPFError("map \(info.name) cannot be mapped into memory: it was made without BPF_F_MMAPABLE")
    }
    let page = sysconf(Int32(_SC_PAGESIZE))
    let stride = perCPUStride
    let length = (stride * Int(info.maxEntries) + page - 1) / page * page
    let protection = writable ? PROT_READ | PROT_WRITE : PROT_READ
    guard let memory = mmap(nil, length, protection, MAP_SHARED, descriptor, 0), memory != MAP_FAILED else {
      throw BPFError(doing: "map \(info.name) into memory")
    }
    let used = UnsafeMutableRawBufferPointer(start: memory, count: length)
    return MappedMemory(bytes: used, stride: stride)
  }
}

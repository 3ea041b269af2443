import DataPlaneABI
import Foundation
@testable import HTTPContent
import HTTPCore

/// A site in memory as the kernel gets it, as long as it lives.
final class PackedSite {
  let bytes: UnsafeMutableRawBufferPointer
  let reader: SiteReader
  let length: Int
  static let stride = MemoryLayout<content_chunk>.stride

  convenience init(_ source: SiteSource) throws {
    var generator = SystemRandomNumberGenerator()
    try self.init(source, hash: PathHash.hash, random: &generator)
  }

  init(
    _ source: SiteSource, hash: @escaping SiteTables.Hash, random: inout some RandomNumberGenerator
  ) throws {
    let image = try SiteImage(source, hash: hash, random: &random)
    bytes = .allocate(byteCount: image.chunkCount * Self.stride, alignment: 8)
    memset(bytes.baseAddress!, 0, bytes.count)
    try image.write(to: bytes, stride: Self.stride, generation: 5)
    length = image.length
    reader = SiteReader(UnsafeRawBufferPointer(bytes), stride: Self.stride, hash: hash)
  }

  deinit { bytes.deallocate() }

  /// What a client gets for a path, as text.
  func text(_ path: String, host: String = "", date: UInt32 = 784_111_777, headOnly: Bool = false) -> String {
    let found = reader.find(host: host, path: path)
    let answer = reader.answer(found.representation, date: date, headOnly: headOnly)
    return String(decoding: answer, as: UTF8.self)
  }
}

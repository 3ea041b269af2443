import CBrotli
import CZlib
import CZstd
import HTTPCore

/// How hard each coding tries.
public struct CompressionLevels: Sendable, Equatable {
  /// 1 to 9 (zlib).
  public var gzip = 6
  /// 0 to 11; from 10 on it takes some ten times as long as below.
  public var brotli = 5
  /// 1 to 19: above, a decoder would need more than the 8 MiB window that it has to have (RFC 9659 3).
  public var zstd = 8

  public init() {}

  /// - Throws: `ContentError` for a level that a library does not have.
  func check() throws(ContentError) {
    for (name, level, range) in [("gzip", gzip, 1...9), ("brotli", brotli, 0...11), ("zstd", zstd, 1...19)] {
      guard range.contains(level) else {
        throw ContentError(
          "\(name) has no level \(level)", mend: "take one from \(range.lowerBound) to \(range.upperBound)")
      }
    }
  }
}

/// Compresses whole bodies.
struct Compressor {
  let levels: CompressionLevels

  /// What compresses to more than this is not worth it: bytes that a coding has to save, 5% of the body and what the
  /// lines Content-Encoding and Vary take.
  static func largest(_ length: Int) -> Int { length - max((length + 19) / 20, 64) }

  /// The body in a coding; nil if that does not save enough.
  func compress(_ body: UnsafeRawBufferPointer, _ coding: ContentCoding) -> [UInt8]? {
    let room = Compressor.largest(body.count)
    guard room > 0 else { return nil }
    let count: Int?
    // Pages that are not written to take no memory, so that the room costs nothing.
    let target = UnsafeMutableRawBufferPointer.allocate(byteCount: room, alignment: 16)
    defer { target.deallocate() }
    switch coding {
    case .identity: return nil
    case .gzip: count = gzip(body, target)
    case .brotli: count = brotli(body, target)
    case .zstd: count = zstd(body, target)
    }
    return count.map { Array(target.prefix($0)) }
  }

  /// RFC 1952. The header names neither a file nor a time, so that equal content compresses to equal bytes.
  private func gzip(_ body: UnsafeRawBufferPointer, _ target: UnsafeMutableRawBufferPointer) -> Int? {
    var stream = z_stream()
    // 15 bits of window, and 16 for the header and trailer of gzip.
    let size = Int32(MemoryLayout<z_stream>.size)
    let isReady = deflateInit2_(
      &stream, Int32(levels.gzip), Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
    guard isReady == Z_OK else { return nil }
    defer { deflateEnd(&stream) }
    stream.next_in = UnsafeMutableRawPointer(mutating: body.baseAddress!).assumingMemoryBound(to: UInt8.self)
    stream.avail_in = UInt32(body.count)
    stream.next_out = target.baseAddress!.assumingMemoryBound(to: UInt8.self)
    stream.avail_out = UInt32(target.count)
    return deflate(&stream, Z_FINISH) == Z_STREAM_END ? target.count - Int(stream.avail_out) : nil
  }

  /// RFC 7932, with a window of at most 4 MiB.
  private func brotli(_ body: UnsafeRawBufferPointer, _ target: UnsafeMutableRawBufferPointer) -> Int? {
    var count = target.count
    let isDone = BrotliEncoderCompress(
      Int32(levels.brotli), BROTLI_DEFAULT_WINDOW, BROTLI_MODE_GENERIC, body.count,
      body.baseAddress!.assumingMemoryBound(to: UInt8.self), &count,
      target.baseAddress!.assumingMemoryBound(to: UInt8.self))
    return isDone == BROTLI_TRUE ? count : nil
  }

  /// RFC 8878.
  private func zstd(_ body: UnsafeRawBufferPointer, _ target: UnsafeMutableRawBufferPointer) -> Int? {
    let count = ZSTD_compress(target.baseAddress!, target.count, body.baseAddress!, body.count, Int32(levels.zstd))
    return ZSTD_isError(count) == 0 ? count : nil
  }
}

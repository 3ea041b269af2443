import CBrotli
import CZstd

/// Decodes what has been compressed; nil for what is no such coding of `count` bytes at most.
enum Decoder {
  static func brotli(_ body: [UInt8], _ count: Int) -> [UInt8]? {
    var result = [UInt8](repeating: 0, count: count + 1)
    var length = result.count
    guard BrotliDecoderDecompress(body.count, body, &length, &result) == BROTLI_DECODER_RESULT_SUCCESS else {
      return nil
    }
    return Array(result.prefix(length))
  }

  static func zstd(_ body: [UInt8], _ count: Int) -> [UInt8]? {
    var result = [UInt8](repeating: 0, count: count + 1)
    let length = ZSTD_decompress(&result, result.count, body, body.count)
    return ZSTD_isError(length) == 0 ? Array(result.prefix(length)) : nil
  }
}

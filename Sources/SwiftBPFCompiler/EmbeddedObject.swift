import Foundation

/// A Swift source that holds an object, so that a control plane is one file.
public enum EmbeddedObject {
  /// A string literal compiles in linear time; an array literal of a megabyte would take minutes.
  public static func source(object: Data, name: String, file: String) -> String {
    """
    // Made by swift-bpf from \(file). Do not edit.

    /// The eBPF object \(file), \(object.count) bytes of ELF.
    public let \(name): [UInt8] = decodeEmbedded\(name)()

    private func decodeEmbedded\(name)() -> [UInt8] {
      let text: StaticString = "\(object.base64EncodedString())"
      return text.withUTF8Buffer { characters in
        var bytes: [UInt8] = []
        bytes.reserveCapacity(characters.count / 4 * 3)
        var bits: UInt32 = 0
        var count = 0
        for character in characters {
          let value: UInt8
          switch character {
          case 0x41...0x5A: value = character - 0x41
          case 0x61...0x7A: value = character - 0x61 + 26
          case 0x30...0x39: value = character - 0x30 + 52
          case 0x2B: value = 62
          case 0x2F: value = 63
          default: continue
          }
          bits = bits << 6 | UInt32(value)
          count += 6
          if count >= 8 {
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
          }
        }
        return bytes
      }
    }

    """
  }
}

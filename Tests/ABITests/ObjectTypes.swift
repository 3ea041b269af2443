import CLibBPF
import DataPlaneObject
import Foundation
import XCTest

/// One member of a structure: where it lies and how long it is, bytes.
struct Member: Equatable {
  let name: String
  let offset: Int
  let size: Int
}

/// The type information (BTF) of the object that the kernel is given.
final class ObjectTypes {
  private let types: OpaquePointer

  init() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("object-types-\(getpid()).o")
    try Data(DataPlaneObject.bytes).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    types = try XCTUnwrap(btf__parse(file.path, nil), "the object has no type information")
  }

  deinit { btf__free(types) }

  /// The members of a structure, in their order, and its size.
  func structure(_ name: String) throws -> (members: [Member], size: Int) {
    let number = btf__find_by_name_kind(types, name, UInt32(BTF_KIND_STRUCT))
    guard number > 0, let type = btf__type_by_id(types, UInt32(number)) else { throw Missing(name: "struct \(name)") }
    let first = UnsafeRawPointer(type + 1).assumingMemoryBound(to: btf_member.self)
    // Documentation/bpf/btf.rst 2.2.5: the info word's lower half counts the members, its top bit says that their
    // offsets are bit fields'.
    let count = Int(type.pointee.info & 0xffff)
    let members = try (0..<count).map { index in
      let member = first[index]
      guard type.pointee.info >> 31 == 0, member.offset % 8 == 0 else {
        throw Missing(name: "\(name) without bit fields")
      }
      return Member(
        name: String(cString: btf__name_by_offset(types, member.name_off)), offset: Int(member.offset) / 8,
        size: Int(btf__resolve_size(types, member.type)))
    }
    return (members, Int(type.pointee.size))
  }

  private struct Missing: Error, CustomStringConvertible {
    let name: String
    var description: String { "the object's type information has no \(name)" }
  }
}

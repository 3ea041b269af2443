import Foundation

/// What is compiled into one object, and how.
public struct Compilation: Sendable {
  /// Files, or directories that are searched for `*.swift`. All of them form one Embedded Swift module.
  public var swiftSources: [URL]
  /// C headers that the Swift sources see without an import.
  public var headers: [URL]
  /// Searched by `#include`, in the headers and in the glue.
  public var includeDirectories: [URL]
  /// C files that define maps, the license and the section of each program.
  public var glue: [URL]
  /// The name of the Swift module: the first part of each subprogram's name.
  public var moduleName: String
  /// Further `-D NAME` and `-D NAME=VALUE`, for C and (without values) for Swift.
  public var definitions: [String]
  /// Keep the DWARF sections, which only debuggers and `llvm-objdump -S` read. Line information for the verifier's
  /// log is in the object either way.
  public var keepsDWARF: Bool

  public init(
    swiftSources: [URL], headers: [URL] = [], includeDirectories: [URL] = [], glue: [URL], moduleName: String,
    definitions: [String] = [], keepsDWARF: Bool = false
  ) {
    self.swiftSources = swiftSources
    self.headers = headers
    self.includeDirectories = includeDirectories
    self.glue = glue
    self.moduleName = moduleName
    self.definitions = definitions
    self.keepsDWARF = keepsDWARF
  }

  /// Tells Swift and C sources that they are compiled into eBPF, not for the control plane.
  public static let programDefinition = "SWIFT_BPF_PROGRAM"

  /// A module's name for an object's: the closest identifier.
  public static func moduleName(for object: String) -> String { SymbolNames.identifier(object) }

  /// The Swift files, directories searched, in an order that does not depend on the file system.
  public func swiftFiles() throws -> [URL] {
    var files: [URL] = []
    for source in swiftSources {
      var isDirectory: ObjCBool = false
      guard FileManager.default.fileExists(atPath: source.path, isDirectory: &isDirectory) else {
        throw CompilerError("there is no Swift source \(source.path)")
      }
      if !isDirectory.boolValue {
        files.append(source)
        continue
      }
      let found = FileManager.default.enumerator(at: source, includingPropertiesForKeys: nil)?
        .compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }.sorted { $0.path < $1.path } ?? []
      guard !found.isEmpty else { throw CompilerError("there is no Swift file in \(source.path)") }
      files += found
    }
    guard !files.isEmpty else { throw CompilerError("no Swift sources were given") }
    return files
  }

  /// Confirms that everything named is there.
  func check() throws {
    for file in headers + glue where !FileManager.default.fileExists(atPath: file.path) {
      throw CompilerError("there is no file \(file.path)")
    }
    for directory in includeDirectories where !FileManager.default.fileExists(atPath: directory.path) {
      throw CompilerError("there is no include directory \(directory.path)")
    }
    guard !glue.isEmpty else {
      throw CompilerError(
        "no C glue was given; it defines the maps, the license, and for each program a function in a section, such as"
          + " SEC(\"xdp\") int my_program(struct xdp_md *context) { return swift_function(context); }")
    }
  }
}

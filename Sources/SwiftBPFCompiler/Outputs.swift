import Foundation

/// Writes what a compilation made. A file appears whole or not at all.
public struct Outputs: Sendable {
  public var object: URL
  /// Where the optimised LLVM module goes, for a look at it.
  public var ir: URL?
  public var depfile: URL?
  /// A Swift source that holds the object, and the name of its constant.
  public var embedded: (file: URL, name: String)?

  public init(object: URL, ir: URL? = nil, depfile: URL? = nil, embedded: (file: URL, name: String)? = nil) {
    self.object = object
    self.ir = ir
    self.depfile = depfile
    self.embedded = embedded
  }

  public func write(_ result: Compiler.Result) throws {
    try write(result.object, to: object)
    if let ir { try write(Data(result.ir.utf8), to: ir) }
    if let depfile { try write(Data(DependencyFile.text(object: object, inputs: result.inputs).utf8), to: depfile) }
    if let embedded {
      guard SymbolNames.identifier(embedded.name) == embedded.name else {
        throw CompilerError("\"\(embedded.name)\" is no name for a Swift constant")
      }
      let source = EmbeddedObject.source(
        object: result.object, name: embedded.name, file: object.lastPathComponent)
      try write(Data(source.utf8), to: embedded.file)
    }
  }

  private func write(_ data: Data, to url: URL) throws {
    do {
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try data.write(to: url, options: .atomic)
    } catch {
      throw CompilerError("cannot write \(url.path): \(error.localizedDescription)")
    }
  }
}

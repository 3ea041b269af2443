import ArgumentParser
import Foundation
import SwiftBPFCompiler

struct BuildCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build", abstract: "Compile Swift sources and C glue into one eBPF object.",
    discussion: """
      All Swift sources form one Embedded Swift module, in which SWIFT_BPF_PROGRAM is defined, as it is in C. The glue \
      defines the maps, the license, and a function in a section for each program, which calls into Swift.
      """)

  @Argument(help: "Swift files, or directories of them.", transform: { URL(fileURLWithPath: $0) })
  var sources: [URL]

  @Option(name: .shortAndLong, help: "The object to write.", transform: { URL(fileURLWithPath: $0) })
  var output: URL

  @Option(name: .long, help: "A C file with maps, license and sections (repeatable).",
    transform: { URL(fileURLWithPath: $0) })
  var glue: [URL] = []

  @Option(name: .long, help: "A C header that Swift sees without an import (repeatable).",
    transform: { URL(fileURLWithPath: $0) })
  var header: [URL] = []

  @Option(name: .customShort("I"),
    help: "A directory that #include searches, before the headers that came with swift-bpf (repeatable).",
    transform: { URL(fileURLWithPath: $0) })
  var includeDirectory: [URL] = []

  @Option(name: .customShort("D"), help: "NAME, for C and Swift, or NAME=VALUE, for C (repeatable).")
  var definition: [String] = []

  @Option(help: "The Swift module's name. (default: the object's name)")
  var moduleName: String?

  @Option(help: "The swiftc of the toolchain to use. (default: $SWIFT_BPF_SWIFTC, else the one in PATH)")
  var swiftc: String?

  @Option(help: "Also write the optimised LLVM module here.", transform: { URL(fileURLWithPath: $0) })
  var emitIR: URL?

  @Option(help: "Also write a make rule with every input here.", transform: { URL(fileURLWithPath: $0) })
  var depfile: URL?

  @Option(help: "Also write a Swift source that holds the object here.", transform: { URL(fileURLWithPath: $0) })
  var embedSwift: URL?

  @Option(help: "The name of the constant in it, of type [UInt8].")
  var embedName: String?

  @Flag(help: "Keep DWARF, for llvm-objdump -S.")
  var keepDWARF = false

  func validate() throws {
    guard (embedSwift == nil) == (embedName == nil) else {
      throw ValidationError("--embed-swift and --embed-name belong together.")
    }
  }

  /// The headers of SwiftBPFHelpers beside an installed swift-bpf: PREFIX/include/swift-bpf for PREFIX/bin/swift-bpf.
  private var installedHeaders: [URL] {
    let executable = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    let headers = executable.deletingLastPathComponent().appendingPathComponent("../include/swift-bpf").standardized
    return FileManager.default.fileExists(atPath: headers.path) ? [headers] : []
  }

  func run() throws {
    do {
      let toolchain = try Toolchain.locate(swiftc: swiftc)
      try toolchain.check()
      let name = output.deletingPathExtension().lastPathComponent
      let result = try Compiler(
        toolchain: toolchain,
        compilation: Compilation(
          swiftSources: sources, headers: header, includeDirectories: includeDirectory + installedHeaders,
          glue: glue,
          moduleName: moduleName ?? Compilation.moduleName(for: name), definitions: definition, keepsDWARF: keepDWARF)
      ).compile()
      FileHandle.standardError.write(Data(result.warnings.utf8))
      try Outputs(
        object: output, ir: emitIR, depfile: depfile, embedded: embedSwift.map { ($0, embedName!) }
      ).write(result)
    } catch let error as CompilerError {
      FileHandle.standardError.write(Data("\(error)\n".utf8))
      throw ExitCode.failure
    }
  }
}

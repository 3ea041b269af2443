import Foundation

/// Compiles Embedded Swift and C glue into one eBPF object.
///
/// docs/swift-to-ebpf.md tells the steps and their reasons.
public struct Compiler {
  public let toolchain: Toolchain
  public let compilation: Compilation

  /// What a compilation leaves.
  public struct Result: Sendable {
    /// The ELF object.
    public let object: Data
    /// The optimised LLVM module that the object was made of.
    public let ir: String
    /// Warnings of the compilers.
    public let warnings: String
    /// Every file that was read, toolchain's own left out.
    public let inputs: [URL]
  }

  public init(toolchain: Toolchain, compilation: Compilation) {
    self.toolchain = toolchain
    self.compilation = compilation
  }

  public func compile() throws -> Result {
    try compilation.check()
    let files = try compilation.swiftFiles()
    let work = try TemporaryDirectory()
    func path(_ name: String) -> URL { work.url.appendingPathComponent(name) }
    var warnings = ""

    let bridging = path("bridging.h")
    try write(includes(of: compilation.headers), to: bridging)
    let swiftIR = path("\(compilation.moduleName).ll")
    warnings += try step(swiftCompilation(files, header: bridging, output: swiftIR))

    // Swift's module, retargeted.
    let module = try String(contentsOf: swiftIR, encoding: .utf8)
    let names = try SymbolNames(module: module, demangle: demangle)
    let retargeted = path("retargeted.ll")
    try write(try IRRetargeting.retarget(module, names: names), to: retargeted)
    let bitcode = path("swift.bc")
    warnings += try step(
      (toolchain.clang, ["-target", "bpfel", "-c", "-emit-llvm", "-Xclang", "-disable-llvm-passes", "-x", "ir",
        retargeted.path, "-o", bitcode.path]))

    // Glue and Swift, as one module, optimised for BPF.
    let glue = path("glue.c")
    try write(includes(of: compilation.glue), to: glue)
    let linked = path("linked.ll")
    let depfile = path("glue.d")
    warnings += try step(glueCompilation(glue, swift: bitcode, output: linked, depfile: depfile))
    let ir = try String(contentsOf: linked, encoding: .utf8)
    let findings = IRLint(ir).findings
    guard findings.isEmpty else { throw CompilerError("no object was made", diagnostics: findings) }
    let attributed = path("attributed.ll")
    try write(SourceLines.attribute(ir), to: attributed)

    let object = path("object.o")
    // One function with too large a stack alone makes more errors than clang's limit of 20.
    warnings += try step(
      (toolchain.clang, Self.backEnd + ["-c", "-ferror-limit=0", "-Xclang", "-disable-llvm-passes", "-x", "ir",
        attributed.path, "-o", object.path]))
    if !compilation.keepsDWARF, let objectCopy = toolchain.objectCopy {
      _ = try step((objectCopy, ["--strip-debug", object.path]))
    }
    let inputs = files + DependencyFile.prerequisites(of: try String(contentsOf: depfile, encoding: .utf8))
      .filter { !$0.path.hasPrefix(work.url.path) }
    return Result(
      object: try Data(contentsOf: object), ir: ir, warnings: warnings,
      inputs: inputs + compilation.headers.filter { !inputs.contains($0) })
  }

  // MARK: Steps

  typealias Step = (tool: URL, arguments: [String])

  /// v3 is the latest instruction set that Linux 6.1 has; without the option LLVM would call `__bpf_trap`, which 6.1
  /// does not know either, wherever control can't get to.
  private static let backEnd = ["-target", "bpfel", "-mcpu=v3", "-O2", "-mllvm", "-bpf-disable-trap-unreachable"]

  private func swiftCompilation(_ files: [URL], header: URL, output: URL) -> Step {
    var arguments = [
      "-target", Toolchain.embeddedTarget,
      // Without the runtime and its metadata, and with everything specialised in one module.
      "-enable-experimental-feature", "Embedded", "-wmo", "-parse-as-library",
      // A check that fails has nowhere to trap to; see docs/writing-ebpf-in-swift.md on &+ and bounds.
      "-Ounchecked",
      // Lines become BTF.ext, which the verifier's log quotes. Types would come in Swift's mangling.
      "-gline-tables-only",
      "-module-name", compilation.moduleName,
      "-import-objc-header", header.path, "-disable-bridging-pch",
      "-D", Compilation.programDefinition, "-Xcc", "-D\(Compilation.programDefinition)",
      // Map structures are made of pointers that nobody follows.
      "-Xcc", "-Wno-nullability-completeness",
      "-Xfrontend", "-no-allocations",
      // It would read a canary that eBPF has not got.
      "-Xfrontend", "-disable-stack-protector",
      // LLVM optimises once, later, when it knows that the target is BPF.
      "-Xfrontend", "-disable-llvm-optzns",
    ]
    for directory in compilation.includeDirectories { arguments += ["-Xcc", "-I\(directory.path)"] }
    for definition in compilation.definitions {
      arguments += ["-Xcc", "-D\(definition)"]
      if !definition.contains("=") { arguments += ["-D", definition] }
    }
    return (toolchain.swiftCompiler, arguments + ["-emit-ir"] + files.map(\.path) + ["-o", output.path])
  }

  private func glueCompilation(_ glue: URL, swift: URL, output: URL, depfile: URL) -> Step {
    var arguments = Self.backEnd + [
      // Debug information becomes BTF: the types of maps and of the programs' contexts.
      "-g", "-D\(Compilation.programDefinition)", "-Wall", "-Wno-unused-function", "-Wno-nullability-completeness",
      "-MMD", "-MF", depfile.path, "-MT", "object",
    ]
    arguments += compilation.includeDirectories.map { "-I\($0.path)" }
    arguments += compilation.definitions.map { "-D\($0)" }
    // Links what the glue refers to, and what that refers to, and nothing else of the Embedded runtime.
    arguments += ["-Xclang", "-mlink-builtin-bitcode", "-Xclang", swift.path]
    return (toolchain.clang, arguments + ["-S", "-emit-llvm", glue.path, "-o", output.path])
  }

  /// Runs a step; its warnings, or its errors as ours.
  private func step(_ step: Step) throws -> String {
    let run = try Subprocess.run(step.tool, step.arguments)
    guard run.status == 0 else { throw ToolErrors.explain(run, of: step.tool.lastPathComponent) }
    return run.errors
  }

  private func demangle(_ symbols: [Substring]) throws -> [String] {
    let run = try Subprocess.run(
      toolchain.demangler, ["--compact"], input: symbols.joined(separator: "\n") + "\n"
    ).succeeded(as: "swift-demangle")
    return run.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }

  private func includes(of files: [URL]) -> String {
    files.map { "#include \"\($0.standardizedFileURL.path)\"\n" }.joined()
  }

  private func write(_ text: String, to url: URL) throws { try Data(text.utf8).write(to: url) }
}

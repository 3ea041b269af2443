// What SwiftBPFPlugin runs: makes the object of one target's swift-bpf.json. It depends on as little as it can, since
// SwiftPM builds a plugin's tool before everything else.
//
// Usage: swift-bpf-target DESCRIPTION PACKAGE-ROOT OUTPUT-DIRECTORY [HELPER-INCLUDE-DIRECTORY]
import Foundation
import SwiftBPFCompiler

do {
  let arguments = CommandLine.arguments.dropFirst().map { URL(fileURLWithPath: $0) }
  guard (3...4).contains(arguments.count) else {
    throw UsageError()
  }
  let description = try TargetDescription.read(arguments[0])
  let toolchain = try Toolchain.locate()
  try toolchain.check()
  let result = try Compiler(
    toolchain: toolchain,
    compilation: description.compilation(package: arguments[1], additionalIncludes: Array(arguments.dropFirst(3)))
  ).compile()
  FileHandle.standardError.write(Data(result.warnings.utf8))
  let object = arguments[2].appendingPathComponent(description.object)
  let source = object.deletingPathExtension().appendingPathExtension("swift")
  try Outputs(object: object, embedded: description.embedAs.map { (source, $0) }).write(result)
} catch {
  FileHandle.standardError.write(Data("\(error)\n".utf8))
  exit(1)
}

struct UsageError: Error, CustomStringConvertible {
  let description =
    "usage: swift-bpf-target DESCRIPTION PACKAGE-ROOT OUTPUT-DIRECTORY [HELPER-INCLUDE-DIRECTORY]"
}

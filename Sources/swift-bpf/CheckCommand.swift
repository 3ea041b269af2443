import ArgumentParser
import BPF
import Foundation

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Have this kernel's verifier judge every program of an object.",
    discussion: """
      Each program is loaded by itself, attached to nothing, and gone afterwards. Needs root, or CAP_BPF and \
      CAP_NET_ADMIN. Exits with 1 if a program was refused.
      """)

  @Argument(help: "The eBPF object.")
  var object: String

  @Flag(help: "Print the verifier's whole log of a refused program, not only its end.")
  var fullLog = false

  func run() throws {
    do {
      let names = try Object(path: object).programNames
      guard !names.isEmpty else { throw BPFError("\(object) holds no program") }
      var refused = 0
      for name in names {
        do {
          print("\(name): accepted, the verifier walked \(try load(name, of: names)) instructions")
        } catch let error as VerifierError {
          refused += 1
          print("\(name): refused")
          complain(fullLog ? "\(error)\n\nThe whole log:\n\(error.log)" : "\(error)")
        }
      }
      if refused > 0 {
        if !fullLog { complain("The verifier's whole log: swift-bpf check \(object) --full-log") }
        throw ExitCode.failure
      }
    } catch let error as BPFError {
      complain("error: \(error)")
      throw ExitCode.failure
    }
  }

  /// Loads one program alone, and tells how many instructions the verifier walked.
  private func load(_ name: String, of names: [String]) throws -> UInt32 {
    let object = try Object(path: object)
    for other in names { try object.setLoads(other, other == name) }
    try object.load()
    return try object.program(name).info().verifiedInstructions
  }

  private func complain(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }
}

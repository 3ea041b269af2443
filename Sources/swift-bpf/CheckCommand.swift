import ArgumentParser
import BPF
import Foundation

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Have this kernel's verifier judge every program of an object.",
    discussion: """
      The object is loaded, attached to nothing, and gone afterwards; if one of its programs is refused, each is \
      loaded by itself. Needs root, or CAP_BPF and CAP_NET_ADMIN. Exits with 1 if a program was refused.
      """)

  @Argument(help: "The eBPF object.")
  var object: String

  @Flag(help: "Print the verifier's whole log of a refused program, not only its end.")
  var fullLog = false

  func run() throws {
    do {
      let names = try Object(path: object).programNames
      guard !names.isEmpty else { throw BPFError("\(object) holds no program") }
      if try loadWhole(names) { return }
      for name in names { try judge(name, of: names) }
      if !fullLog { complain("The verifier's whole log: swift-bpf check \(object) --full-log") }
      throw ExitCode.failure
    } catch let error as BPFError {
      complain("error: \(error)")
      throw ExitCode.failure
    }
  }

  /// Loads the whole object, and tells of each program how many instructions the verifier walked. What lies in a
  /// program array from the start can be loaded in no other way.
  /// - Returns: false if a program was refused.
  private func loadWhole(_ names: [String]) throws -> Bool {
    let object = try Object(path: object)
    do { try object.load() } catch is VerifierError { return false }
    for name in names { accept(name, try object.program(name).info().verifiedInstructions) }
    return true
  }

  /// Loads one program alone, and tells what became of it.
  private func judge(_ name: String, of names: [String]) throws {
    let object = try Object(path: object)
    for other in names { try object.setLoads(other, other == name) }
    do {
      try object.load()
      accept(name, try object.program(name).info().verifiedInstructions)
    } catch let error as VerifierError {
      print("\(name): refused")
      complain(fullLog ? "\(error)\n\nThe whole log:\n\(error.log)" : "\(error)")
    } catch let error as BPFError where error.description.contains("failed to initialize slot") {
      // libbpf fills program arrays when all programs have been loaded: this one has, and others are missing there.
      accept(name, nil)
    }
  }

  private func accept(_ name: String, _ instructions: UInt32?) {
    print("\(name): accepted\(instructions.map { ", the verifier walked \($0) instructions" } ?? "")")
  }

  private func complain(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }
}

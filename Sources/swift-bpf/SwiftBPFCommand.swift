import ArgumentParser

@main struct SwiftBPFCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "swift-bpf",
    abstract: "Compile Embedded Swift to eBPF objects that libbpf loads.",
    subcommands: [BuildCommand.self, CheckCommand.self])
}

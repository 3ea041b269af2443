import ArgumentParser

/// The command line of the XDP TCP server.
@main struct Loader: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "xdp_loader",
    abstract: "Runs a TCP and HTTP server inside a network driver, by XDP.",
    usage: """
      xdp_loader [run] <interface> [<options>]
      xdp_loader <subcommand> ...
      """,
    discussion: """
      Without a subcommand it attaches to the interface, shows live statistics and detaches on Ctrl-C.

      EXIT CODES
         0  done
         1  check found something in the way
        64  the command line is wrong
        66  the eBPF object cannot be read
        67  the server is not attached there
        68  no such interface
        69  the interface refuses the mode
        70  the verifier refused the program
        71  a system call failed
        72  no bpffs for pins
        75  another program or run has the interface
        76  the kernel is too old
        77  privileges are missing
        78  the running server's maps do not fit
      """,
    version: "0.1.0",
    subcommands: [
      Run.self, Attach.self, Reload.self, Detach.self, Status.self, Stats.self, Sessions.self, Log.self, Check.self,
    ],
    defaultSubcommand: Run.self)
}

import CLibBPF
import Glibc
import SystemPackage

/// A program on an interface's ingress, behind the traffic control hook `clsact`: it sees each packet that the kernel
/// has received, after XDP. It belongs to the interface and stays without this process.
public struct TrafficFilter: Sendable, Equatable {
  /// The interface's index in this process's network namespace.
  public let interface: UInt32
  /// What tells filters of one priority apart; not 0.
  public let handle: UInt32
  /// Filters of a lower number come first; 1 is the first.
  public let priority: UInt32

  public init(interface: UInt32, handle: UInt32, priority: UInt32 = 1) {
    self.interface = interface
    self.handle = handle
    self.priority = priority
  }

  /// Makes the hook `clsact` on the interface.
  /// - Returns: whether it was not there before.
  public func makeHook() throws(BPFError) -> Bool {
    let (result, log) = LibraryLog.capture { withHook { bpf_tc_hook_create(&$0) } }
    if result == 0 { return true }
    if result == -EEXIST { return false }
    throw BPFError(
      doing: "make the hook clsact on interface \(interface)", result: result,
      detail: LibraryLog.kernelMessage(in: log))
  }

  /// Removes the hook, with every filter that is on it, whoever made it.
  public func removeHook() throws(BPFError) {
    let (result, log) = LibraryLog.capture { withHook { bpf_tc_hook_destroy(&$0) } }
    guard result == 0 || result == -ENOENT || result == -EINVAL else {
      throw BPFError(
        doing: "remove the hook clsact from interface \(interface)", result: result,
        detail: LibraryLog.kernelMessage(in: log))
    }
  }

  /// Attaches `program`, in the place of another one under the same handle and priority if there is one.
  public func attach(_ program: borrowing Program) throws(BPFError) {
    let number = program.descriptor
    let (result, log) = LibraryLog.capture {
      withOptions { hook, options in
        options.prog_fd = number
        options.flags = BPF_TC_F_REPLACE.rawValue
        return bpf_tc_attach(&hook, &options)
      }
    }
    guard result == 0 else {
      throw BPFError(
        doing: "put a program on the ingress of interface \(interface)", result: result,
        detail: LibraryLog.kernelMessage(in: log))
    }
  }

  /// The program under this handle and priority; nil if there is none.
  public func programID() throws(BPFError) -> UInt32? {
    var found: UInt32 = 0
    let (result, log) = LibraryLog.capture {
      withOptions { hook, options in
        defer { found = options.prog_id }
        return bpf_tc_query(&hook, &options)
      }
    }
    if result == 0 { return found }
    // EINVAL: there is no hook, or the filter there is no program.
    if [-ENOENT, -EINVAL, -ENODEV].contains(result) { return nil }
    throw BPFError(
      doing: "ask what is on the ingress of interface \(interface)", result: result,
      detail: LibraryLog.kernelMessage(in: log))
  }

  /// Removes the program. That there is none is no error.
  public func detach() throws(BPFError) {
    let (result, log) = LibraryLog.capture { withOptions { bpf_tc_detach(&$0, &$1) } }
    guard result == 0 || [-ENOENT, -EINVAL, -ENODEV].contains(result) else {
      throw BPFError(
        doing: "take the program off the ingress of interface \(interface)", result: result,
        detail: LibraryLog.kernelMessage(in: log))
    }
  }

  /// Of both directions, as the hook has them.
  private func withHook<Result>(_ body: (inout bpf_tc_hook) -> Result) -> Result {
    var hook = bpf_tc_hook()
    hook.sz = optionsSize(through: \bpf_tc_hook.parent)
    hook.ifindex = Int32(interface)
    hook.attach_point = bpf_tc_attach_point(rawValue: BPF_TC_INGRESS.rawValue | BPF_TC_EGRESS.rawValue)
    return body(&hook)
  }

  private func withOptions<Result>(_ body: (inout bpf_tc_hook, inout bpf_tc_opts) -> Result) -> Result {
    withHook { hook in
      hook.attach_point = BPF_TC_INGRESS
      var options = bpf_tc_opts()
      options.sz = optionsSize(through: \bpf_tc_opts.priority)
      options.handle = handle
      options.priority = priority
      return body(&hook, &options)
    }
  }
}

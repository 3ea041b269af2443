import CLinux
import Glibc

/// The receive queues of a host's interface, each served by a thread of the kernel's that is held to a CPU of its own:
/// what comes by two queues is dealt with on two CPUs at once, wherever it was sent from.
public struct ReceiveQueues {
  /// The threads' numbers.
  public let threads: [pid_t]

  /// Has each queue served by a thread (threaded NAPI) and gives the CPUs to them in turn. A veth has NAPI as long as
  /// it has a program in native mode, or GRO.
  /// - Throws: `LabError`, on a machine with one CPU too.
  public init(of host: Host, count: Int) throws {
    guard CPUs.count >= 2 else { throw LabError("two CPUs are needed to have two of them at one session") }
    let name = host.interface
    // A /sys of that namespace's.
    try Command.run("ip", "netns", "exec", host.namespace.name, "sh", "-c", "echo 1 > /sys/class/net/\(name)/threaded")
    threads = try Self.threads(of: name)
    guard threads.count == count else {
      throw LabError("\(name) has \(threads.count) threads for \(count) queues: has it a program, or GRO?")
    }
    for (number, thread) in threads.enumerated() { try CPUs.hold(thread, to: number % CPUs.count) }
  }

  /// Has `host` send each frame by one of its two queues, at random, a connection's too.
  public static func spread(from host: Host) throws {
    try host.namespace.run("tc", "qdisc", "replace", "dev", host.interface, "clsact")
    try host.namespace.run(
      "tc", "filter", "add", "dev", host.interface, "egress", "pref", "1", "bpf", "da", "obj", Products.labPrograms,
      "sec", "tc", "program", "tc_spread")
  }

  /// The kernel calls them napi/INTERFACE-NUMBER, and in a lab no interface is called as another is anywhere.
  private static func threads(of interface: String) throws -> [pid_t] {
    guard let folder = opendir("/proc") else { throw LabError.system("can't read /proc") }
    defer { closedir(folder) }
    var found: [pid_t] = []
    while let entry = readdir(folder) {
      let text = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard let number = pid_t(text), let file = fopen("/proc/\(text)/comm", "r") else { continue }
      defer { fclose(file) }
      var name = [CChar](repeating: 0, count: 64)
      guard fgets(&name, Int32(name.count), file) != nil else { continue }
      if String(cString: name).hasPrefix("napi/\(interface)-") { found.append(number) }
    }
    return found.sorted()
  }
}

/// This machine's CPUs.
public enum CPUs {
  /// How many are on.
  public static var count: Int { sysconf(Int32(_SC_NPROCESSORS_ONLN)) }

  /// Lets a thread run on one CPU only.
  /// - Parameter thread: its number; 0: the calling one.
  public static func hold(_ thread: pid_t = 0, to cpu: Int) throws {
    var mask = [UInt8](repeating: 0, count: 128)
    mask[cpu / 8] = 1 << UInt8(cpu % 8)
    guard sched_setaffinity(thread, UInt(mask.count), mask) == 0 else {
      throw LabError.system("can't hold thread \(thread) to CPU \(cpu)")
    }
  }
}

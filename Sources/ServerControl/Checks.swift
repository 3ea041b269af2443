import BPF
import Glibc

/// One thing that was looked at before attaching.
public struct Finding: Sendable, Equatable {
  public enum Level: String, Sendable, Comparable {
    case ok, warning, failure

    public static func < (a: Level, b: Level) -> Bool { a.rank < b.rank }
    private var rank: Int { self == .ok ? 0 : self == .warning ? 1 : 2 }
  }

  public let level: Level
  /// A short name that stays, such as `kernel` or `veth_peer`.
  public let subject: String
  public let sentence: String
  /// What mends it; nil where nothing needs to be mended.
  public let mend: String?

  init(_ level: Level, _ subject: String, _ sentence: String, mend: String? = nil) {
    self.level = level
    self.subject = subject
    self.sentence = sentence
    self.mend = mend
  }
}

/// What this kernel and set-up can and cannot do. Nothing is changed by looking.
public enum Checks {
  /// The machine: kernel, privileges, bpffs, compiler, helpers, what the pump needs, and whether the programs load.
  public static func host(file: DataPlaneObjectFile) -> [Finding] {
    var findings = [kernel(), privileges(), pins(), compiler()]
    if findings[1].level == .ok { findings += helpers() + pump() + [programs(file)] }
    return findings
  }

  private static func kernel() -> Finding {
    let release = Host.kernelRelease()
    do { try Host.requireKernel() } catch { return Finding(.failure, "kernel", error.sentence, mend: error.mend) }
    return Finding(.ok, "kernel", "Linux \(release) is new enough")
  }

  private static func privileges() -> Finding {
    do { try Host.requirePrivileges(for: .finding) } catch {
      return Finding(.failure, "privileges", error.sentence, mend: error.mend)
    }
    return Finding(.ok, "privileges", "may load and attach programs, and find what runs")
  }

  private static func pins() -> Finding {
    let place = PinRoot.place()
    if FileSystem.isBPF(path: place.path) {
      let hidden = place.namespace == nil ? "" : ", which the /sys of this shell hides"
      return Finding(.ok, "bpffs", "pins last in the host's bpffs \(PinRoot.hostPath(place.path))\(hidden)")
    }
    return Finding(
      .warning, "bpffs", "no bpffs is mounted at /sys/fs/bpf; attach mounts it", mend: "mount -t bpf bpf /sys/fs/bpf")
  }

  private static func compiler() -> Finding {
    // The file is there only where the kernel can do without the compiler.
    guard let text = TextFile.read("/proc/sys/net/core/bpf_jit_enable") else {
      return Finding(.ok, "jit", "programs are always compiled to machine code")
    }
    if text.hasPrefix("0") {
      return Finding(
        .warning, "jit", "programs are interpreted, which is slow", mend: "sysctl net.core.bpf_jit_enable=1")
    }
    return Finding(.ok, "jit", "programs are compiled to machine code")
  }

  /// By number in linux/bpf.h.
  private static let neededHelpers: [(name: String, number: UInt32)] = [
    ("bpf_spin_lock", 93), ("bpf_timer_start", 171), ("bpf_xdp_adjust_tail", 65), ("bpf_xdp_load_bytes", 189),
  ]

  private static func helpers() -> [Finding] {
    neededHelpers.map { helper in
      do throws(BPFError) {
        if try Features.xdpHas(helper: helper.number) {
          return Finding(.ok, helper.name, "XDP programs may call \(helper.name)")
        }
        return Finding(
          .failure, helper.name, "this kernel's XDP programs have no \(helper.name)", mend: "use Linux 6.1 or newer")
      } catch {
        return Finding(.warning, helper.name, error.sentence, mend: error.mend)
      }
    }
  }

  private static func programs(_ file: DataPlaneObjectFile) -> Finding {
    do {
      var settings = Settings()
      settings.maxSessions = 1
      let server = try LoadedServer(file: file, settings: settings, addressCount: 1)
      let info = try server.program.info()
      return Finding(
        .ok, "program", "the verifier takes \(info.name): \(info.verifiedInstructions) instructions walked")
    } catch let error as ControlError {
      return Finding(.failure, "program", error.sentence, mend: error.mend)
    } catch {
      return Finding(.failure, "program", "\(error)")
    }
  }
}

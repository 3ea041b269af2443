import BPF
import CLinux
import Glibc

/// What the pump needs of the kernel, tried with a pair of interfaces in a network namespace that only a thread of its
/// own sees, and that goes with it.
extension Checks {
  static func pump() -> [Finding] {
    var findings: [Finding] = []
    let status = OwnThread.run { findings = inNamespaceOfItsOwn() }
    return status == 0 ? findings : [cannotTry(status)]
  }

  private static func inNamespaceOfItsOwn() -> [Finding] {
    guard unshare(CLONE_NEWNET) == 0 else { return [cannotTry(errno)] }
    let pair: PumpPair
    do {
      // Its loopback interface stands for the served one.
      pair = try PumpPair.make(served: NetworkInterface(index: 1))
    } catch {
      return [Finding(.failure, "veth", error.sentence, mend: error.mend)]
    }
    return [
      Finding(.ok, "veth", "this kernel has veth interfaces, of which the pump needs two"),
      finding("sch_tbf", "the queueing discipline tbf, which brakes the pump") { () throws(ControlError) in
        try PumpPair.step("make one in a try", needs: "sch_tbf") { () throws(Netlink.Refusal) in
          try TokenBucket(rate: 60_000, burst: 1514).set(on: pair.sending.index)
        }
      },
      finding("clsact", "the hook clsact, where the pump's program sees its frame") { () throws(ControlError) in
        do throws(BPFError) { _ = try Pump.filter(on: pair).makeHook() } catch {
          throw ControlError(.kernel, error.sentence, mend: "load it: modprobe sch_ingress cls_bpf")
        }
      },
    ]
  }

  private static func finding(
    _ subject: String, _ what: String, _ attempt: () throws(ControlError) -> Void
  ) -> Finding {
    do { try attempt() } catch { return Finding(.failure, subject, error.sentence, mend: error.mend) }
    return Finding(.ok, subject, "this kernel has \(what)")
  }

  private static func cannotTry(_ code: Int32) -> Finding {
    Finding(
      .warning, "veth", "what the pump needs cannot be tried in a network namespace: "
        + String(cString: strerror(code)))
  }
}

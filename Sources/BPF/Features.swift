import CLibBPF

/// What the running kernel can do, found out by trying (libbpf's probes).
public enum Features {
  /// Whether programs of a type load.
  /// - Throws: `BPFError` where it cannot be told, mostly for lack of privileges.
  public static func has(programType: bpf_prog_type) throws(BPFError) -> Bool {
    try answer(libbpf_probe_bpf_prog_type(programType, nil), about: "program type \(programType.rawValue)")
  }

  /// Whether maps of a type can be made.
  public static func has(mapType: MapType) throws(BPFError) -> Bool {
    try answer(
      libbpf_probe_bpf_map_type(bpf_map_type(rawValue: mapType.rawValue), nil), about: "map type \(mapType.rawValue)")
  }

  /// Whether XDP programs may call a helper, by its number in linux/bpf.h.
  public static func xdpHas(helper: UInt32) throws(BPFError) -> Bool {
    try answer(
      libbpf_probe_bpf_helper(BPF_PROG_TYPE_XDP, bpf_func_id(rawValue: helper), nil), about: "helper \(helper)")
  }

  /// Whether XDP programs load at all.
  public static func hasXDP() throws(BPFError) -> Bool { try has(programType: BPF_PROG_TYPE_XDP) }

  private static func answer(_ result: Int32, about what: String) throws(BPFError) -> Bool {
    guard result >= 0 else { throw BPFError(doing: "find out whether the kernel has \(what)", result: result) }
    return result == 1
  }
}

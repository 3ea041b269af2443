/// The eBPF object `xdp_tcp_server.o`, compiled from DataPlane, TCPCore and HTTPCore by the build (see swift-bpf.json),
/// for a control plane that has to find no file.
public enum DataPlaneObject {
  /// The object's name, from which libbpf derives the names of its global data.
  public static let name = "xdp_tcp_server"

  /// The ELF file.
  public static var bytes: [UInt8] { xdpTCPServerObject }
}

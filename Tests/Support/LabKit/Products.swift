import Glibc

/// Where `make build` leaves what the tests run.
public enum Products {
  /// The build folder: XDP_TCP_SERVER_BUILD, or `build` in the package.
  public static let folder: String = {
    if let path = getenv("XDP_TCP_SERVER_BUILD") { return String(cString: path) }
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(4)
    return parts.joined(separator: "/") + "/build"
  }()

  public static let loader = folder + "/xdp_loader"
  public static let object = folder + "/xdp_tcp_server.o"
  /// The programs for the far end of a lab's wire: `xdp_pass` passes every frame, `tc_push_one` to `tc_pop_two`
  /// write and remove VLAN tags, `tc_spread` gives each frame one of two queues.
  public static let labPrograms = folder + "/lab_programs.o"
}

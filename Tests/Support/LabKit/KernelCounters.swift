/// What a host's own TCP has counted.
extension Host {
  /// A counter of /proc/net/netstat or /proc/net/snmp, such as TCPOFOQueue (segments that came out of order) or
  /// InCsumErrors (whose checksum was wrong), since the namespace was made.
  /// - Throws: `LabError`, where the kernel has none of that name.
  public func kernelCounter(_ name: String, of group: String) throws -> Int {
    let text = try namespace.run("cat", "/proc/net/netstat", "/proc/net/snmp")
    let lines = text.split(separator: "\n").filter { $0.hasPrefix("\(group): ") }
    guard lines.count == 2 else { throw LabError("the kernel has no counters \(group)") }
    let names = lines[0].split(separator: " ")
    let values = lines[1].split(separator: " ")
    guard let index = names.firstIndex(of: Substring(name)), index < values.count, let value = Int(values[index]) else {
      throw LabError("the kernel has no counter \(group) \(name)")
    }
    return value
  }
}

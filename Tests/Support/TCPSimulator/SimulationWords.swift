import TCPCore

/// What a trace and a failure say.
extension Simulation {
  var clock: String {
    let microseconds = (now - scenario.start) / 1000
    let fraction = String(microseconds % 1_000_000 + 1_000_000).dropFirst()
    return "\(microseconds / 1_000_000).\(fraction)"
  }

  var situation: String {
    let watch = server.watch
    return
      "client \(client.phase) has \(client.receivedNext) of \(scenario.total), window to \(client.lastEdge), "
      + "sent \(client.next), acknowledged \(client.unacknowledged); server \(server.phase) \(server.block.state), "
      + "SND.UNA \(watch.unacknowledged), SND.NXT \(watch.next), queued \(server.queued), window to \(watch.edge), "
      + "cwnd \(server.block.congestion.window), deadline "
      + (server.deadline.map { "in \(($0 - now).inMilliseconds) ms" } ?? "none")
  }

  func line(_ direction: String, _ packet: Packet) -> String {
    let fromServer = direction == ">"
    let own = fromServer ? server.watch.stream : client.output
    let other = fromServer ? client.output : server.watch.stream
    let start = own.offset(of: packet.sequence, near: fromServer ? server.watch.next : client.next)
    let acknowledged = other.offset(of: packet.acknowledgment, near: fromServer ? client.next : server.watch.next)
    var words = "\(clock) \(direction) \(start):\(start + packet.length) ack \(acknowledged) win \(packet.window) "
    words += Bits.describe(packet.flags)
    for block in packet.options.blocks {
      let start = other.offset(of: block.start, near: acknowledged)
      words += " \(start)-\(start + Int(block.end &- block.start))"
    }
    if packet.options.hasTimestamps { words += " ts \(packet.options.timestamp) \(packet.options.timestampEcho)" }
    if packet.codepoint != .notCapable { words += " \(packet.codepoint)" }
    if fromServer {
      let congestion = server.block.congestion
      words += " cwnd \(congestion.window) ssthresh \(Int32(bitPattern: congestion.threshold))"
      words += " \(server.block.recovery.mode)"
    }
    return words
  }
}

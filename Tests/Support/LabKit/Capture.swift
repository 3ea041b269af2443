import Glibc

/// What passes a host's interface, recorded by dumpcap and judged by tshark, who know TCP from others than us.
public final class Capture {
  public let path: String
  private let process: ChildProcess
  private let cleanup: Cleanup.Token

  /// Starts recording. The host's own segments are recorded as it hands them to the device, the others as they come.
  /// - Parameter port: only TCP from and to it.
  /// - Throws: `LabError`.
  public init(on host: Host, port: UInt16 = 8080) throws {
    let path = "\(Body.folder)/xts-\(getpid())-capture-\(LabCounter.next())"
    self.path = path
    cleanup = Cleanup.add { unlink(path) }
    // A buffer that holds all of what a test downloads: what is written late is not lost.
    process = try ChildProcess(
      host.namespace.entering([
        "dumpcap", "-q", "-i", host.interface, "-B", "400", "-w", path, "-f", "tcp port \(port)",
      ]))
    // It says so once it listens.
    let deadline = ContinuousClock.now + .seconds(20)
    while !process.standardError.contains("File: ") {
      guard process.isRunning, ContinuousClock.now < deadline else {
        throw LabError("dumpcap does not start: \(process.standardError)")
      }
      usleep(5000)
    }
  }

  deinit {
    process.kill()
    Cleanup.run(cleanup)
  }

  /// Ends the recording.
  /// - Returns: what dumpcap says of it.
  /// - Throws: `LabError`, where packets were missed.
  public func stop() throws {
    usleep(300_000)
    process.signal(SIGINT)
    guard process.wait(timeout: .seconds(30)) == .exited(0) else {
      throw LabError("dumpcap failed: \(process.standardError)")
    }
    // "Packets received/dropped on interface 'x': 69180/0 (pcap:0/dumpcap:0/flushed:0/ps_ifdrop:0) (100.0%)"
    let account = #/received/dropped on interface .*: ([0-9]+)/([0-9]+) /#
    guard let match = process.standardError.firstMatch(of: account) else {
      throw LabError("dumpcap does not say what it missed: \(process.standardError)")
    }
    guard match.2 == "0", match.1 != "0" else { throw LabError("missed packets: \(match.0)") }
  }

  /// How many frames each of some display filters of Wireshark's matches.
  public func count(_ filters: [String]) throws -> [Int] {
    let output = try Command.run(
      ["tshark", "-n", "-r", path, "-q"] + Self.preferences + ["-z", "io,stat,0," + filters.joined(separator: ",")],
      timeout: .seconds(120))
    // | 0.0 <> 0.3 |  69060 | 104545636 | 0 | 0 | ...
    guard let line = output.split(separator: "\n").last(where: { $0.contains("<>") }) else {
      throw LabError("tshark counts nothing: \(output)")
    }
    let numbers = line.split(separator: "|").dropFirst().map { Int($0.filter(\.isNumber)) }
    let frames = stride(from: 0, to: numbers.count, by: 2).compactMap { numbers[$0] }
    guard frames.count == filters.count else { throw LabError("tshark does not count each of \(filters): \(output)") }
    return frames
  }

  /// Wireshark's own verdict, by severity.
  public func expertReport() throws -> String {
    try Command.run(["tshark", "-n", "-r", path, "-q"] + Self.preferences + ["-z", "expert"], timeout: .seconds(120))
  }

  private static let preferences = [
    "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE", "-o", "tcp.analyze_sequence_numbers:TRUE",
    // Putting bodies together takes far longer than judging their segments.
    "-o", "tcp.desegment_tcp_streams:FALSE", "-d", "tcp.port==8080,data",
  ]
}

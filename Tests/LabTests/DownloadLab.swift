import Glibc
import LabKit
import XCTest

/// A lab in which a body can be downloaded: from the server under test, or from nginx over Linux's own TCP, which shows
/// that the wire and the measures are right.
final class DownloadLab {
  enum Server: Equatable, CustomStringConvertible {
    case xdp(ServerLab.Mode)
    case nginx

    var description: String {
      switch self {
      case .xdp(let mode): "\(mode) mode"
      case .nginx: "nginx"
      }
    }

    /// What a test that does not care asks.
    static var usual: Server { every[0] }
    /// All that a test that does care asks. LAB_SERVER=nginx has the tests run against Linux's TCP, LAB_SERVER=native
    /// and LAB_SERVER=skb in one mode only.
    static let every: [Server] = switch getenv("LAB_SERVER").map({ String(cString: $0) }) {
    case "nginx": [.nginx]
    case "native": [.xdp(.native)]
    case "skb": [.xdp(.skb)]
    default: ServerLab.Mode.allCases.map { .xdp($0) }
    }
    static var isOracle: Bool { every == [.nginx] }
  }

  /// A setting of the client's: a window that veth's ring of 256 frames holds, at most 140 segments. A burst that finds
  /// the ring full loses the rest, and slow start makes such bursts where nothing that the test does ends it first.
  static let windowOfTheRing = "tcp_rmem=4096 131072 200000"

  let lab: Lab
  let server: Server
  private(set) var body: Body
  /// Present where a bad wire was asked for.
  private(set) var impairment: Impairment?
  private var attached: Set<String> = []
  private var undo: [Cleanup.Token] = []
  private var process: ChildProcess?
  private let hasIPv6: Bool
  private let arguments: [String]
  /// nginx's files.
  private var folder: String { "/tmp/\(lab.server.namespace.name)-nginx" }

  /// - Parameters:
  ///   - size: of the body, bytes.
  ///   - queues: of both ends.
  ///   - mtu: of both ends. Above 3498 no program on veth's receive side works in native mode, so SKB mode is needed.
  ///   - client: sysctls of the client's namespace, NAME=VALUE without the leading `net.ipv4.`.
  ///   - isImpaired: whether the wire can be made a bad one. It has no offloads then.
  ///   - delay: of frames that are reordered.
  ///   - arguments: further ones of `xdp_loader attach`. nginx has no counterpart and ignores them.
  init(
    _ server: Server = .usual, size: Int, mtu: Int = 1500, queues: Int = 1, client: [String] = [],
    isImpaired: Bool = false, delay: Duration = .milliseconds(1), arguments: [String] = []
  ) throws {
    self.server = server
    self.arguments = arguments
    body = try Body(size)
    hasIPv6 = mtu >= 1280
    lab = try Lab(mtu: mtu, queues: queues, clientHasProgram: mtu <= 3498)
    for setting in client { try lab.client.namespace.run("sysctl", "-qw", "net.ipv4.\(setting)") }
    if isImpaired {
      impairment = try Impairment(on: lab, delay: delay)
      try impairment?.set(.none)
    }
    switch server {
    case .xdp: try attach(to: lab.server, body: body)
    case .nginx: try startNginx()
    }
    try waitUntil("the server answers") {
      try Command.attempt(
        lab.client.namespace.entering(["curl", "-sS", "-g", "--max-time", "1", "-r", "0-0", "-o", "/dev/null", url()])
      ).succeeded
    }
  }

  deinit {
    process?.kill()
    undo.reversed().forEach { Cleanup.run($0) }
  }

  func url(_ path: String = "/body", _ family: ServerLab.Family = .ipv4) -> String {
    "http://\(family == .ipv4 ? lab.server.ipv4 : "[\(lab.server.ipv6)]"):8080\(path)"
  }

  /// Both directions' rates, of a wire that is impaired.
  func set(_ rates: Impairment.Rates) throws { try XCTUnwrap(impairment, "a good wire").set(rates) }
  func set(_ direction: Impairment.Direction, _ rates: Impairment.Rates) throws {
    try XCTUnwrap(impairment, "a good wire").set(direction, rates)
  }
  func counts(_ direction: Impairment.Direction) throws -> Impairment.Counts {
    try XCTUnwrap(impairment, "a good wire").counts(direction)
  }

  /// Downloads the body, compares it, and prints how it went.
  @discardableResult
  func download(
    _ family: ServerLab.Family = .ipv4, expecting bodies: [Body]? = nil, manner: Download.Manner = .init()
  ) throws -> Download {
    let result = try Download.run(
      in: lab.client.namespace, to: family == .ipv4 ? lab.server.ipv4 : lab.server.ipv6, expecting: bodies ?? [body],
      manner)
    let gap = "longest gap \(result.longestGap) at \(result.gapOffset)"
    print("\(server) \(result.bytes) bytes in \(result.duration), \(gap)")
    return result
  }

  /// Starts a download beside the test.
  func start(
    _ family: ServerLab.Family = .ipv4, expecting bodies: [Body]? = nil, manner: Download.Manner = .init()
  ) -> Background<Download> {
    let (space, bodies) = (lab.client.namespace, bodies ?? [body])
    let address = family == .ipv4 ? lab.server.ipv4 : lab.server.ipv6
    return Background { try Download.run(in: space, to: address, expecting: bodies, manner) }
  }

  /// Has the server answer with another body from now on, downloads or not.
  func replaceBody(_ other: Body) throws {
    switch server {
    case .xdp: try attach(to: lab.server, body: other)
    case .nginx: try Command.run("ln", "-sfT", other.path, folder + "/body")
    }
    body = other
  }

  /// Linux takes two milliseconds of the machine's other work for a reason to probe: nginx's does so no longer.
  func neverProbe() throws {
    guard server == .nginx else { return }
    try lab.server.namespace.run("sysctl", "-qw", "net.ipv4.tcp_early_retrans=0")
  }

  /// One of the totals of `xdp_loader stats --json`.
  func counter(_ name: String) throws -> Int {
    let text = try lab.server.namespace.run(Products.loader, "stats", lab.server.interface, "--json")
    let pattern = try Regex("\"\(name)\" *: *([0-9]+)", as: (Substring, Substring).self)
    return try XCTUnwrap(text.firstMatch(of: pattern).flatMap { Int($0.1) }, "no counter \(name) in \(text)")
  }

  /// Attaches the server to an end of the lab's, or gives the one there another body.
  func attach(to host: LabKit.Host, body: Body) throws {
    guard case .xdp(let mode) = server else { throw LabError("this is no lab of ours") }
    let command = host.namespace.entering([Products.loader, "detach", host.interface])
    if attached.insert(host.interface).inserted { undo.append(Cleanup.add { _ = try? Command.attempt(command) }) }
    try host.namespace.run(
      [Products.loader, "attach", host.interface, mode.rawValue, "--body", body.path, "--content-type",
        "application/octet-stream"] + arguments)
  }

  /// nginx, with the body under every path.
  private func startNginx() throws {
    let folder = folder
    undo.append(Cleanup.add { _ = try? Command.attempt("rm", "-rf", folder) })
    try Command.run("mkdir", "-p", folder)
    try Command.run("ln", "-sfT", body.path, folder + "/body")
    let text = """
      worker_processes 1; daemon off; pid \(folder)/pid; error_log \(folder)/error.log; user root;
      events { worker_connections 4096; }
      http {
        access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; max_ranges 0;
        client_body_temp_path \(folder)/a; proxy_temp_path \(folder)/b; fastcgi_temp_path \(folder)/c;
        uwsgi_temp_path \(folder)/d; scgi_temp_path \(folder)/e;
        server {
          listen 8080; listen [::]:8080; root /; default_type application/octet-stream;
          location / { rewrite ^ \(folder)/body break; }
        }
      }
      """
    let path = folder + "/nginx.conf"
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard file >= 0, write(file, text, text.utf8.count) == text.utf8.count else {
      throw LabError("can't write \(path)")
    }
    close(file)
    // CUBIC, whatever the machine's default is. The sysctl would have to allow it for all namespaces.
    let space = lab.server.namespace
    try space.run("ip", "route", "change", "10.77.0.0/24", "dev", lab.server.interface, "congctl", "cubic")
    if hasIPv6 {
      try space.run(
        "ip", "-6", "route", "add", "fd77::/64", "dev", lab.server.interface, "metric", "1", "congctl", "cubic")
    }
    process = try lab.server.namespace.start("nginx", "-p", folder, "-c", path)
  }
}

/// How long a sender may be silent that repeats what got lost when its time is up, by RFC 6298 with a minimum of
/// 200 ms, and twice as late each further time: after `losses` repetitions that were lost as well.
func dueGap(losses: Int) -> Duration {
  // What a shared and busy machine adds; and the timer is set for the round trip's variance beyond its minimum.
  let slack = Duration.milliseconds(600)
  return slack + .milliseconds(200) * ((1 << (losses + 1)) - 1)
}

/// How many repetitions of one segment in a row get lost at most, but for one transfer in ten thousand.
/// - Parameters:
///   - share: of frames that get lost, either way, 0..<1.
///   - segments: of the whole transfer.
func lossesInARow(_ share: Double, segments: Int) -> Int {
  var losses = 0
  var expected = Double(segments) * share * share
  while expected > 0.0001 {
    losses += 1
    expected *= share
  }
  return losses
}

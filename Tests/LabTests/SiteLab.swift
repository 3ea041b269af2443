import Glibc
import LabKit
import XCTest

/// A lab in which a directory is served: by the server under test, or by nginx in its stead (LAB_SERVER=nginx), which
/// shows that the tests themselves are right.
final class SiteLab {
  typealias Server = DownloadLab.Server

  static let port: UInt16 = 8080
  /// Where nginx answers for comparison, on the same host.
  static let oraclePort: UInt16 = 8081

  let lab: Lab
  let server: Server
  private var nginx: [Nginx] = []
  private var detach: Cleanup.Token?

  /// - Parameters:
  ///   - root: the directory.
  ///   - arguments: further ones of `xdp_loader attach`. nginx has no counterpart and ignores them.
  init(_ server: Server = .usual, root: String, arguments: [String] = []) throws {
    self.server = server
    lab = try Lab()
    let host = lab.server
    switch server {
    case .xdp(let mode):
      let command = host.namespace.entering([Products.loader, "detach", host.interface])
      detach = Cleanup.add { _ = try? Command.attempt(command) }
      try host.namespace.run(
        [Products.loader, "attach", host.interface, mode.rawValue, "--root", root] + arguments, timeout: .seconds(120))
    case .nginx: nginx.append(try Nginx(on: host, port: Self.port, root: root))
    }
    try waitUntil("the server answers") {
      try client("curl", "-sS", "--max-time", "1", "-o", "/dev/null", url("/")).succeeded
    }
  }

  deinit { if let detach { Cleanup.run(detach) } }

  /// Starts nginx beside the server under test, on a port that is the kernel's.
  func startOracle(root: String) throws {
    nginx.append(try Nginx(on: lab.server, port: Self.oraclePort, root: root))
  }

  /// - Parameter target: percent-encoded, from the slash on.
  func url(_ target: String, _ family: ServerLab.Family = .ipv4) -> String {
    "http://\(family == .ipv4 ? lab.server.ipv4 : "[\(lab.server.ipv6)]"):\(Self.port)\(target)"
  }

  /// Runs a command on the client's host.
  func client(_ arguments: [String], timeout: Duration = .seconds(60)) throws -> Command.Result {
    try Command.attempt(lab.client.namespace.entering(arguments), timeout: timeout)
  }

  func client(_ arguments: String..., timeout: Duration = .seconds(60)) throws -> Command.Result {
    try client(arguments, timeout: timeout)
  }

  /// Has the server look at its directory again. nginx does so all the time, and gets some of it.
  func reload() throws {
    guard case .xdp = server else {
      usleep(20_000)
      return
    }
    // It need not wait until what is being transferred has ended.
    try lab.server.namespace.run(Products.loader, "reload", lab.server.interface, "--wait", "0s")
  }
}

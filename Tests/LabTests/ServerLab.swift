import Foundation
import LabKit
import XCTest

/// A lab with the server attached to its server's end by the command line, as a user would.
final class ServerLab {
  enum Mode: String, CaseIterable {
    case native = "-N"
    case skb = "-S"
  }

  enum Family: CaseIterable { case ipv4, ipv6 }

  let lab: Lab
  private let detach: Cleanup.Token

  /// - Parameter arguments: further arguments of `xdp_loader attach`.
  init(_ mode: Mode = .native, _ arguments: String..., mtu: Int = 1500) throws {
    let lab = try Lab(mtu: mtu)
    self.lab = lab
    let command = lab.server.namespace.entering([Products.loader, "detach", lab.server.interface])
    detach = Cleanup.add { _ = try? Command.attempt(command) }
    try loader(["attach", lab.server.interface, mode.rawValue] + arguments)
    try waitUntil("the server answers after attaching") {
      try curl(.ipv4, "--max-time", "1").succeeded
    }
  }

  deinit { Cleanup.run(detach) }

  /// Runs xdp_loader on the server's host.
  @discardableResult
  func loader(_ arguments: [String]) throws -> String {
    try lab.server.namespace.run([Products.loader] + arguments)
  }

  @discardableResult
  func loader(_ arguments: String...) throws -> String { try loader(arguments) }

  func address(_ family: Family) -> String { family == .ipv4 ? lab.server.ipv4 : lab.server.ipv6 }

  func url(_ family: Family, port: UInt16 = 8080, _ path: String = "/") -> String {
    family == .ipv4 ? "http://\(lab.server.ipv4):\(port)\(path)" : "http://[\(lab.server.ipv6)]:\(port)\(path)"
  }

  func curl(_ family: Family, _ arguments: String...) throws -> Command.Result {
    try Command.attempt(
      lab.client.namespace.entering(["curl", "-sS", "-g", "--max-time", "15"] + arguments + [url(family)]))
  }

  func connect(_ family: Family = .ipv4) throws -> TCPConnection {
    try TCPConnection(in: lab.client.namespace, to: address(family), port: 8080)
  }

  /// One of the totals of `xdp_loader stats --json`.
  func counter(_ name: String, file: StaticString = #filePath, line: UInt = #line) throws -> Int {
    let json = try JSONSerialization.jsonObject(
      with: Data(try loader("stats", lab.server.interface, "--json").utf8))
    return try XCTUnwrap(Self.find(name, in: json) as? Int, "no counter \(name) in \(json)", file: file, line: line)
  }

  /// Waits until the connection that looked whether the server answers has left nothing behind.
  func waitUntilNoSessions() throws { try waitUntil("all sessions are gone") { try sessions().isEmpty } }

  /// The entries of `xdp_loader sessions --json`.
  func sessions() throws -> [[String: Any]] {
    let json = try JSONSerialization.jsonObject(
      with: Data(try loader("sessions", lab.server.interface, "--json").utf8))
    return try XCTUnwrap(Self.find("sessions", in: json) as? [[String: Any]], "no sessions in \(json)")
  }

  /// Everything of the kernel's that belongs to the attached server: the program's and its maps' numbers. Nil where
  /// nothing is attached.
  func kernelObjects() throws -> (program: Int, maps: [Int])? {
    let link = try lab.server.namespace.run("ip", "-j", "-d", "link", "show", "dev", lab.server.interface)
    let json = try JSONSerialization.jsonObject(with: Data(link.utf8))
    guard let found = Self.find("prog", in: json), let id = Self.find("id", in: found) as? Int else { return nil }
    let program = try JSONSerialization.jsonObject(
      with: Data(try Command.run("bpftool", "-j", "prog", "show", "id", "\(id)").utf8))
    return (id, try XCTUnwrap(Self.find("map_ids", in: program) as? [Int]))
  }

  /// The value of a key, wherever it is.
  static func find(_ key: String, in json: Any) -> Any? {
    if let object = json as? [String: Any] {
      return object[key] ?? object.values.lazy.compactMap { find(key, in: $0) }.first
    }
    return (json as? [Any])?.lazy.compactMap { find(key, in: $0) }.first
  }
}

/// Asks again and again until `condition` holds.
/// - Parameter timeout: what a slow and busy machine may need, and not what is usual.
/// - Throws: `LabError`, when the time is up.
func waitUntil(_ what: String, timeout: Duration = .seconds(30), _ condition: () throws -> Bool) throws {
  let deadline = ContinuousClock.now + timeout
  while try !condition() {
    guard ContinuousClock.now < deadline else { throw LabError("not within \(timeout): \(what)") }
    usleep(20_000)
  }
}

extension XCTestCase {
  /// Runs `body` in native and in SKB mode, a new lab each, and over IPv4 and IPv6.
  func everywhere(_ arguments: String..., body: (ServerLab, ServerLab.Family) throws -> Void) throws {
    for mode in ServerLab.Mode.allCases {
      let server = try arguments.isEmpty ? ServerLab(mode) : ServerLab(mode, arguments[0])
      for family in ServerLab.Family.allCases {
        let place = "in \(mode) mode over \(family)"
        print(place)
        do { try body(server, family) } catch { XCTFail("\(place): \(error)") }
      }
    }
  }
}

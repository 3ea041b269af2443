import Foundation
import LabKit
import XCTest

/// A lab in which xdp_loader is run, as a user would.
final class LoaderLab {
  let lab: Lab
  var interface: String { lab.server.interface }

  init(mtu: Int = 1500, clientHasProgram: Bool = true) throws {
    lab = try Lab(mtu: mtu, clientHasProgram: clientHasProgram)
  }

  deinit { _ = try? loader("detach", interface) }

  /// Runs xdp_loader in the server's namespace.
  @discardableResult
  func loader(_ arguments: String...) throws -> LoaderResult { try loader(arguments) }

  func loader(_ arguments: [String]) throws -> LoaderResult {
    LoaderResult(try Command.attempt(lab.server.namespace.entering([Products.loader] + arguments)))
  }

  /// The same from `ip netns exec`, which hides the host's bpffs.
  func loaderUnderNetns(_ arguments: String...) throws -> LoaderResult {
    LoaderResult(try Command.attempt(["ip", "netns", "exec", lab.server.namespace.name, Products.loader] + arguments))
  }

  /// Attaches, and gives what `attach --json` says.
  @discardableResult
  func attach(_ arguments: String...) throws -> [String: Any] {
    let result = try loader(["attach", interface, "--json"] + arguments)
    guard result.code == 0 else { throw LabError("\(result)") }
    return try result.object()
  }

  /// A whole conversation with the server.
  func curl(port: UInt16 = 8080) throws -> String {
    try lab.client.namespace.run("curl", "-sS", "--max-time", "15", "http://\(lab.server.ipv4):\(port)/")
  }
}

/// How a run of xdp_loader ended.
struct LoaderResult: CustomStringConvertible {
  /// -1 if a signal ended it.
  let code: Int32
  let output: String
  let errors: String

  init(_ result: Command.Result) {
    if case .exited(let code) = result.ending { self.code = code } else { code = -1 }
    output = result.output
    errors = result.errors
  }

  var description: String { "exit code \(code)\n\(output)\(errors)" }

  /// Standard output as a JSON object.
  func object() throws -> [String: Any] {
    try XCTUnwrap(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
  }

  /// The failure that --json puts on standard error.
  func failure() throws -> [String: Any] {
    let json = try XCTUnwrap(try JSONSerialization.jsonObject(with: Data(errors.utf8)) as? [String: Any])
    return try XCTUnwrap(json["error"] as? [String: Any])
  }
}

/// Runs xdp_loader where it stands.
func loader(_ arguments: String...) throws -> LoaderResult {
  LoaderResult(try Command.attempt([Products.loader] + arguments))
}

/// Asks again and again until `condition` holds.
/// - Parameter timeout: what a slow and busy machine may need, and not what is usual.
func waitUntil(_ what: String, timeout: Duration = .seconds(30), _ condition: () throws -> Bool) throws {
  let deadline = ContinuousClock.now + timeout
  while try !condition() {
    guard ContinuousClock.now < deadline else { throw LabError("not within \(timeout): \(what)") }
    usleep(20_000)
  }
}

/// Asserts exit code and the whole of standard error.
func assertFails(
  _ result: LoaderResult, _ code: Int32, _ sentence: String, file: StaticString = #filePath, line: UInt = #line
) {
  XCTAssertEqual(result.code, code, "\(result)", file: file, line: line)
  XCTAssertEqual(result.errors, "xdp_loader: \(sentence)\n", file: file, line: line)
}

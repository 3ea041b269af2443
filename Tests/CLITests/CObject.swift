import Foundation
import LabKit

/// An object compiled from Fixtures/NAME.c by the Swift toolchain's clang; goes with this value.
final class CObject {
  let path: String

  init(source name: String) throws {
    let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/\(name).c")
    path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).o").path
    let swiftc = try Command.run("sh", "-c", "readlink -f \"$(command -v swiftc)\"")
      .trimmingCharacters(in: .whitespacesAndNewlines)
    let folder = URL(fileURLWithPath: swiftc).deletingLastPathComponent()
    try Command.run(
      folder.appendingPathComponent("clang").path, "-target", "bpfel", "-mcpu=v3", "-O2", "-g",
      "-I/usr/include/x86_64-linux-gnu", "-I/usr/include/aarch64-linux-gnu", "-c", source.path, "-o", path)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

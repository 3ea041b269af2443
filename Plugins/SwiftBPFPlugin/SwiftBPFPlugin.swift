import Foundation
import PackagePlugin

/// Makes the eBPF object that a target's `swift-bpf.json` describes, whenever one of its inputs has changed.
///
/// The object is left in the plugin's output directory. Where `embedAs` asks for it, a Swift source that holds the
/// object joins the target; else the object is a resource of the target.
@main struct SwiftBPFPlugin: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: Target) async throws -> [Command] {
    let description = target.directoryURL.appendingPathComponent("swift-bpf.json")
    guard let data = try? Data(contentsOf: description) else {
      throw PluginError("target \(target.name) uses SwiftBPFPlugin but has no \(description.path)")
    }
    // The tool reads the description in full and explains what is wrong with it; here only paths matter.
    guard let json = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
      let object = json["object"] as? String
    else { throw PluginError("\(description.path) is not a JSON object with the key \"object\"") }
    let package = context.package.directoryURL
    func files(_ key: String, extensions: Set<String>) -> [URL] {
      (json[key] as? [String] ?? []).flatMap {
        Self.files(
          in: $0.hasPrefix("/") ? URL(fileURLWithPath: $0) : package.appendingPathComponent($0),
          extensions: extensions)
      }
    }
    let helpers = Self.helperHeaders(context.package)
    var inputs = [description]
    inputs += files("swift", extensions: ["swift"])
    inputs += files("headers", extensions: ["h"])
    inputs += files("glue", extensions: ["c", "h"])
    inputs += files("includeDirectories", extensions: ["h"])
    if let helpers { inputs += Self.files(in: helpers, extensions: ["h"]) }

    let directory = context.pluginWorkDirectoryURL
    let objectFile = directory.appendingPathComponent(object)
    // SwiftPM makes a resource bundle of each declared output that is no source. With the object embedded nobody
    // needs that, so then the object is left beside the source without being declared.
    let output = json["embedAs"] is String
      ? objectFile.deletingPathExtension().appendingPathExtension("swift") : objectFile
    return [
      .buildCommand(
        displayName: "Compiling \(object) from Embedded Swift",
        executable: try context.tool(named: "swift-bpf-target").url,
        arguments: [description.path, package.path, directory.path] + (helpers.map { [$0.path] } ?? []),
        inputFiles: inputs, outputFiles: [output])
    ]
  }

  /// A file itself, or the files of a directory, in an order of their own.
  private static func files(in url: URL, extensions: Set<String>) -> [URL] {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory) else { return [] }
    guard isDirectory.boolValue else { return [url] }
    let found = FileManager.default.enumerator(at: url, includingPropertiesForKeys: nil)?
      .compactMap { $0 as? URL } ?? []
    return found.filter { extensions.contains($0.pathExtension) }.sorted { $0.path < $1.path }
  }

  /// The headers of SwiftBPFHelpers, wherever in the package graph that target is.
  private static func helperHeaders(_ package: Package) -> URL? {
    if let target = package.targets.first(where: { $0.name == "SwiftBPFHelpers" }) {
      return target.directoryURL.appendingPathComponent("include")
    }
    return package.dependencies.lazy.compactMap { helperHeaders($0.package) }.first
  }
}

struct PluginError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

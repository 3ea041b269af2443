import Foundation

/// `swift-bpf.json` in a target's directory: what SwiftBPFPlugin makes for that target.
///
/// Paths are relative to the package's root. Keys that are not known are refused, so that a misspelt one is noticed.
public struct TargetDescription: Codable, Equatable, Sendable {
  /// The object's file name, such as `packet_counter.o`.
  public var object: String
  /// The module's name in Swift; the first part of each subprogram's name. Default: the object's name without `.o`.
  public var module: String?
  /// Swift files, or directories that are searched for them.
  public var swift: [String]
  /// C headers that Swift sees without an import.
  public var headers: [String]
  /// C files with maps, license and sections.
  public var glue: [String]
  public var includeDirectories: [String]
  public var definitions: [String]
  /// Names the constant of type `[UInt8]` that holds the object, in a Swift file that joins the target. Without it the
  /// object is made and nothing is added to the target.
  public var embedAs: String?

  public static let fileName = "swift-bpf.json"

  enum CodingKeys: String, CodingKey, CaseIterable {
    case object, module, swift, headers, glue, includeDirectories, definitions, embedAs
  }

  private struct AnyKey: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  public init(from decoder: Decoder) throws {
    let known = CodingKeys.allCases.map(\.rawValue)
    for key in try decoder.container(keyedBy: AnyKey.self).allKeys where !known.contains(key.stringValue) {
      throw CompilerError("does not know the key \"\(key.stringValue)\"; it knows \(known.joined(separator: ", "))")
    }
    let values = try decoder.container(keyedBy: CodingKeys.self)
    object = try values.decode(String.self, forKey: .object)
    module = try values.decodeIfPresent(String.self, forKey: .module)
    swift = try values.decode([String].self, forKey: .swift)
    glue = try values.decode([String].self, forKey: .glue)
    headers = try values.decodeIfPresent([String].self, forKey: .headers) ?? []
    includeDirectories = try values.decodeIfPresent([String].self, forKey: .includeDirectories) ?? []
    definitions = try values.decodeIfPresent([String].self, forKey: .definitions) ?? []
    embedAs = try values.decodeIfPresent(String.self, forKey: .embedAs)
  }

  /// Reads a description; an error names the file and what is wrong with it.
  public static func read(_ file: URL) throws -> TargetDescription {
    let data: Data
    do { data = try Data(contentsOf: file) } catch {
      throw CompilerError("cannot read \(file.path): \(error.localizedDescription)")
    }
    do {
      let description = try JSONDecoder().decode(TargetDescription.self, from: data)
      guard !description.object.contains("/"), description.object.hasSuffix(".o") else {
        throw CompilerError("wants a file name that ends in .o as \"object\", without a directory")
      }
      return description
    } catch let error as CompilerError {
      throw CompilerError("\(file.path): \(error.message)")
    } catch DecodingError.keyNotFound(let key, _) {
      throw CompilerError("\(file.path): the key \"\(key.stringValue)\" is missing")
    } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
      let path = context.codingPath.map(\.stringValue).joined(separator: ".")
      throw CompilerError("\(file.path): the value of \"\(path)\" is of the wrong type")
    } catch {
      throw CompilerError("\(file.path) is not valid JSON: \(error.localizedDescription)")
    }
  }

  /// What is to be compiled. `additionalIncludes` are searched after the description's own.
  public func compilation(package: URL, additionalIncludes: [URL] = []) -> Compilation {
    func urls(_ paths: [String]) -> [URL] {
      paths.map { ($0.hasPrefix("/") ? URL(fileURLWithPath: $0) : package.appendingPathComponent($0)).standardized }
    }
    return Compilation(
      swiftSources: urls(swift), headers: urls(headers),
      includeDirectories: urls(includeDirectories) + additionalIncludes, glue: urls(glue),
      moduleName: module ?? Compilation.moduleName(for: String(object.dropLast(2))), definitions: definitions)
  }
}

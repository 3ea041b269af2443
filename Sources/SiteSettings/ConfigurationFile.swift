import Foundation
import Yams

/// The configuration file: YAML, described in docs/configuration.md.
public enum ConfigurationFile {
  /// A file is written by hand: what is longer is another file.
  private static let longest = 1 << 20

  /// Reads and checks a file. Paths in it are relative to its folder.
  /// - Throws: `SiteError`, with the place.
  public static func read(_ path: String) throws(SiteError) -> SiteConfiguration {
    let place = SiteError.Place(file: path)
    guard let file = fopen(path, "re") else {
      throw SiteError("cannot read \(path): \(String(cString: strerror(errno)))")
    }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: longest + 1)
    let count = fread(&bytes, 1, bytes.count, file)
    if ferror(file) != 0 { throw SiteError("cannot read \(path): \(String(cString: strerror(errno)))") }
    guard count <= longest else { throw SiteError("it has more than \(longest) bytes", place: place) }
    guard let text = String(validating: bytes.prefix(count), as: UTF8.self) else {
      throw SiteError("it is no text in UTF-8", place: place)
    }
    return try parse(text, file: path)
  }

  /// Reads and checks a text.
  /// - Parameter file: its path, for errors and for the paths in it.
  public static func parse(_ text: String, file: String) throws(SiteError) -> SiteConfiguration {
    let place = SiteError.Place(file: file)
    let root: Node?
    do { root = try Parser(yaml: text).singleRoot() } catch { throw told(error, place) }
    guard let root, !(root.null != nil && root.scalar?.string.isEmpty == true) else {
      throw SiteError("it says nothing", mend: "name a folder: root: public", place: place)
    }
    return try ConfigurationReader(file: file).configuration(root)
  }

  private static func told(_ error: any Error, _ place: SiteError.Place) -> SiteError {
    func at(_ mark: Mark) -> SiteError.Place {
      SiteError.Place(file: place.file, line: mark.line, column: mark.column)
    }
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return SiteError("this is no YAML: \(problem)", place: at(mark))
    case .duplicatedKeysInMapping(let duplicates, let context):
      let list = duplicates.map { quoted($0) }.joined(separator: " and ")
      return SiteError("\(list) is there twice", mend: "leave out one of them", place: at(context.mark))
    case .reader(let problem, _, _, _): return SiteError("this is no YAML: \(problem)", place: place)
    default: return SiteError("this is no YAML: \(error)", place: place)
    }
  }
}

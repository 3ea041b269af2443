import Foundation

/// Makes every instruction tell the Swift line that it comes from.
///
/// Code of the standard library and of helper wrappers is inlined everywhere, and its own lines (none, or those of a
/// macro in a header) would be what the verifier's log quotes where it refuses a load or a call. The line that called
/// says more.
enum SourceLines {
  static func attribute(_ text: String) -> String {
    let module = IRModule(text)
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      result += location(line, in: module) ?? String(line)
      result += "\n"
    }
    return result
  }

  /// The metadata node of this line with the contents of the first Swift location on its way out; nil if it is no
  /// location, or is in Swift already, or never leads there.
  private static func location(_ line: Substring, in module: IRModule) -> String? {
    guard line.utf8.first == UInt8(ascii: "!"), let start = line.range(of: "!DILocation(") else { return nil }
    let node = line.prefix { $0 != " " }
    guard let swift = module.swiftLocation(node), swift != node, let text = module.node(swift),
      let contents = text.range(of: "!DILocation(")
    else { return nil }
    return "\(line[..<start.lowerBound])\(text[contents.lowerBound...])"
  }
}

import ArgumentParser
import BPF
import Glibc
import ServerControl

/// Standard output and standard error.
enum Output {
  static func line(_ text: String) { write(text + "\n", to: 1) }
  static func error(_ text: String) { write(text + "\n", to: 2) }
  static func json(_ value: JSON) { line(value.text()) }

  /// Notices are for people: they never mix with what a program reads.
  static func notices(_ notices: [Notice]) {
    for notice in notices { error("xdp_loader: \(notice)") }
  }

  private static func write(_ text: String, to file: Int32) { write(Array(text.utf8), to: file) }

  static func write(_ bytes: [UInt8], to file: Int32 = 1) {
    var bytes = bytes[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      // A reader that has gone, such as `head`, wants no more.
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }

  /// Runs a command's body and tells its failure: one sentence on standard error, or an object with --json.
  static func reporting(_ options: OutputOptions, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as ControlError {
      report(error, json: options.json)
      throw error.kind.exitCode
    } catch let error as VerifierError {
      let log = saveLog(error)
      report(
        ControlError(.verifier, "\(error)", mend: log.map { "the whole log is in \($0)" }), json: options.json)
      throw ControlError.Kind.verifier.exitCode
    } catch let error as BPFError {
      let told = ControlError(.system, error)
      report(told, json: options.json)
      throw told.kind.exitCode
    }
  }

  private static func report(_ failure: ControlError, json: Bool) {
    guard json else { return error("xdp_loader: \(failure)") }
    let fields: [JSON.Field] = [
      .init("kind", .string(failure.kind.name)), .init("exit_code", .integer(Int64(failure.kind.exitCode.rawValue))),
      .init("sentence", .string(failure.sentence)), .init("mend", .optional(failure.mend)),
    ]
    error(JSON.object([.init("error", .object(fields))]).text())
  }

  /// Puts the verifier's whole log into a file of its own.
  private static func saveLog(_ failure: VerifierError) -> String? {
    var path = Array("/tmp/xdp_tcp_server-verifier-XXXXXX".utf8CString)
    let file = mkstemp(&path)
    guard file >= 0 else { return nil }
    defer { close(file) }
    write(failure.log, to: file)
    return String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

extension ControlError.Kind {
  /// The kind's name in JSON: words with underscores.
  var name: String {
    rawValue.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
  }
}

/// Numbers as people read them.
enum Format {
  /// 1234567 as 1,234,567.
  static func count(_ value: UInt64) -> String {
    var text = ""
    for (index, digit) in "\(value)".reversed().enumerated() {
      if index > 0, index % 3 == 0 { text = "," + text }
      text = String(digit) + text
    }
    return text
  }

  /// Nanoseconds as the two units that matter: 1h02m, 3m20s, 4.5s, 12ms.
  static func time(_ nanoseconds: UInt64) -> String {
    let seconds = nanoseconds / 1_000_000_000
    if seconds >= 86400 { return "\(seconds / 86400)d\(two(seconds % 86400 / 3600))h" }
    if seconds >= 3600 { return "\(seconds / 3600)h\(two(seconds % 3600 / 60))m" }
    if seconds >= 60 { return "\(seconds / 60)m\(two(seconds % 60))s" }
    let milliseconds = nanoseconds / 1_000_000
    if seconds >= 1 { return "\(seconds).\(milliseconds % 1000 / 100)s" }
    return "\(milliseconds)ms"
  }

  /// Nanoseconds as milliseconds with two digits after the point: 0.08ms, 12.30ms.
  static func roundTrip(_ nanoseconds: UInt64) -> String {
    let hundredths = (nanoseconds + 5_000) / 10_000
    return "\(hundredths / 100).\(two(hundredths % 100))ms"
  }

  /// "1 file", "1,200 files".
  static func plural(_ count: Int, _ noun: String) -> String {
    "\(Self.count(UInt64(max(count, 0)))) \(noun)\(count == 1 ? "" : "s")"
  }

  /// 1234567 as 1.2 MB.
  static func bytes(_ count: Int) -> String {
    var unit = 0
    var value = UInt64(max(count, 0))
    var tenths: UInt64 = 0
    while value >= 1000, unit < 4 {
      (value, tenths) = (value / 1000, value % 1000 / 100)
      unit += 1
    }
    return unit == 0 ? plural(count, "byte") : "\(value).\(tenths) \(["kB", "MB", "GB", "TB"][unit - 1])"
  }

  private static func two(_ value: UInt64) -> String { value < 10 ? "0\(value)" : "\(value)" }

  static func left(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}

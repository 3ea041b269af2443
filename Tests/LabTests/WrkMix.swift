import Foundation
import LabKit
import XCTest

/// wrk with a script: requests of many kinds in turn, and a look at each answer.
final class WrkMix {
  struct Request {
    /// Percent-encoded.
    var target: String
    /// What has to come of it.
    var status: Int
    /// Of the body; nil where it does not matter.
    var length: Int?
    /// What the whole body is made of; nil where it does not matter.
    var letter: Character?
    var method = "GET"
    var fields: [String: String] = [:]
  }

  struct Result {
    var requests: Int
    /// What wrk calls errors, and answers that were not what they should be. wrk does not say which request an answer
    /// is for; so what comes of a mix is compared with what can come of it at all.
    var problems: [String]
  }

  private let path: String
  private let cleanup: Cleanup.Token

  /// - Throws: `LabError`, where the script can't be written.
  init(_ requests: [Request]) throws {
    let path = "/tmp/xts-\(getpid())-mix-\(UInt32.random(in: .min ... .max)).lua"
    self.path = path
    cleanup = Cleanup.add { unlink(path) }
    try GeneratedSite.write(Array(Self.script(requests).utf8), to: path)
  }

  deinit { Cleanup.run(cleanup) }

  /// One connection after the other starts with the next request, so that all of them are asked for. An answer of a
  /// status and length that no request has is counted.
  private static func script(_ requests: [Request]) -> String {
    let anyLength = Set(requests.filter { $0.length == nil }.map(\.status))
    let known = requests.filter { !anyLength.contains($0.status) }
    let lengths = Set(known.map { "[\"\($0.status) \($0.length!)\"] = \"\($0.letter.map(String.init) ?? "")\"" })
    let table = requests.map { request in
      let fields = request.fields.map { "[\(quoted($0.key))] = \(quoted($0.value))" }.joined(separator: ", ")
      return "  {\(quoted(request.method)), \(quoted(request.target)), {\(fields)}},"
    }
    return """
      local requests = {
      \(table.joined(separator: "\n"))
      }
      local any_length = {\(anyLength.sorted().map { "[\($0)] = true" }.joined(separator: ", "))}
      local lengths = {\(lengths.sorted().joined(separator: ", "))}
      local threads = {}
      local index = 0
      bad, seen = 0, ""
      function setup(thread) table.insert(threads, thread) end
      function init(args)
        for i, r in ipairs(requests) do requests[i] = wrk.format(r[1], r[2], r[3]) end
      end
      function request()
        index = index % #requests + 1
        return requests[index]
      end
      function response(status, headers, body)
        if any_length[status] then return end
        local letter = lengths[status .. " " .. #body]
        if letter == "" or letter and body == string.rep(letter, #body) then return end
        bad = bad + 1
        if bad < 10 then seen = seen .. status .. " of " .. #body .. " bytes; " end
      end
      function done(summary, latency, requests)
        local e = summary.errors
        io.write(string.format("MIX requests %d connect %d read %d write %d timeout %d\\n",
          summary.requests, e.connect, e.read, e.write, e.timeout))
        for i, thread in ipairs(threads) do
          io.write(string.format("MIX bad %d %s\\n", thread:get("bad"), thread:get("seen")))
        end
      end
      """
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"") + "\""
  }

  /// - Throws: `LabError`, where wrk does not end as it should.
  func run(
    in lab: SiteLab, _ family: ServerLab.Family = .ipv4, connections: Int, seconds: Int
  ) throws -> Result {
    try Self.judge(
      lab.client(arguments(lab, family, connections: connections, seconds: seconds), timeout: .seconds(seconds + 30)))
  }

  /// wrk's command line, for a run beside the test.
  func arguments(
    _ lab: SiteLab, _ family: ServerLab.Family = .ipv4, connections: Int, seconds: Int
  ) -> [String] {
    ["wrk", "-t1", "-c\(connections)", "-d\(seconds)s", "--timeout", "10s", "-s", path, lab.url("/", family)]
  }

  static func judge(_ result: Command.Result) throws -> Result {
    guard result.succeeded,
      let match = result.output.firstMatch(
        of: /MIX requests (\d+) connect (\d+) read (\d+) write (\d+) timeout (\d+)/)
    else { throw LabError("\(result)") }
    var problems: [String] = []
    for (name, count) in [("connect", match.2), ("read", match.3), ("write", match.4), ("timeout", match.5)]
    where count != "0" {
      problems.append("\(name) \(count)")
    }
    let answers = result.output.matches(of: /MIX bad (\d+) (.*)/)
    if answers.isEmpty { throw LabError("\(result)") }
    problems += answers.filter { $0.1 != "0" }.map { "\($0.1) answers: \($0.2)" }
    return Result(requests: Int(match.1) ?? 0, problems: problems)
  }
}

import Foundation
import XCTest

/// h11, a strict HTTP/1.1 parser that is maintained by others (Debian's python3-h11), as a reference for where messages
/// end.
enum StrictParser {
  struct Message: Equatable {
    /// Offset of the first byte behind it.
    var end: Int
    var method: String
    var target: String
  }

  /// What it makes of a connection's input.
  struct Result: Equatable {
    var messages: [Message]
    /// `end`, `partial`, `closed`, or `error:` and what is wrong.
    var ending: String
  }

  static func parse(_ inputs: [[UInt8]]) throws -> [Result] {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("h11-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (input, output) = (folder.appendingPathComponent("input"), folder.appendingPathComponent("output"))
    let lines = inputs.map { $0.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined() + "\n" }
    try Data(lines.joined().utf8).write(to: input)
    try Data().write(to: output)

    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.arguments = ["-c", script]
    process.standardInput = try FileHandle(forReadingFrom: input)
    process.standardOutput = try FileHandle(forWritingTo: output)
    try process.run()
    process.waitUntilExit()
    XCTAssertEqual(process.terminationStatus, 0, "python3 with h11 is needed: apt-get install python3-h11")
    let answers = try String(contentsOf: output, encoding: .utf8).split(separator: "\n")
    XCTAssertEqual(answers.count, inputs.count)
    return answers.map { answer in
      var words = answer.split(separator: " ").map(String.init)
      let ending = words.popLast() ?? ""
      let messages = words.map { word in
        let parts = word.split(separator: ":").map(String.init)
        return Message(end: Int(parts[0]) ?? 0, method: parts[1], target: text(parts[2]))
      }
      return Result(messages: messages, ending: ending)
    }
  }

  private static func text(_ hexadecimal: String) -> String {
    let digits = Array(hexadecimal)
    let bytes = stride(from: 0, to: digits.count, by: 2).map { UInt8(String(digits[$0...$0 + 1]), radix: 16)! }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// For each line of hexadecimal digits a line: `end:method:target` for each whole message, and the ending.
  private static let script = """
    import sys

    import h11

    for line in sys.stdin:
        data = bytes.fromhex(line.strip())
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=16384)
        connection.receive_data(data)
        result = []
        request = None
        try:
            while True:
                event = connection.next_event()
                if event is h11.NEED_DATA:
                    result.append("partial" if request or connection.trailing_data[0].lstrip(b"\\r\\n") else "end")
                    break
                if event is h11.PAUSED:
                    # The next request waits until this one is answered.
                    if connection.our_state is not h11.SEND_RESPONSE and connection.our_state is not h11.SEND_BODY:
                        result.append("closed")
                        break
                if isinstance(event, h11.Request):
                    request = event
                elif isinstance(event, h11.EndOfMessage):
                    rest = len(connection.trailing_data[0])
                    result.append(f"{len(data) - rest}:{request.method.decode()}:{request.target.hex()}")
                    request = None
                    connection.send(h11.Response(status_code=404, headers=[("content-length", "0")]))
                    connection.send(h11.EndOfMessage())
                    if connection.our_state is h11.MUST_CLOSE or connection.our_state is h11.CLOSED:
                        result.append("closed")
                        break
                    connection.start_next_cycle()
                elif isinstance(event, h11.ConnectionClosed):
                    result.append("end")
                    break
        except h11.RemoteProtocolError as error:
            result.append("error:" + str(error).split(":")[0].split("(")[0].strip().replace(" ", "-"))
        print(" ".join(result), flush=True)
    """
}

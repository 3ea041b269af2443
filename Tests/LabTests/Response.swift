import LabKit
import XCTest

/// An HTTP/1.1 response as it came over a connection.
struct Response: Equatable {
  var status: Int
  /// Names in lower case.
  var fields: [String: String]
  var body: String

  /// The answer that the server gives when it was given no content.
  static let hello = "Hello, XDP!\n"

  /// Reads one response and leaves what follows it.
  /// - Parameter withoutBody: it answers a HEAD request.
  static func read(
    from connection: TCPConnection, withoutBody: Bool = false, file: StaticString = #filePath, line: UInt = #line
  ) throws -> Response {
    var head = ""
    while !head.hasSuffix("\r\n\r\n") {
      let byte = try connection.receive(1)
      guard byte.count == 1 else { throw LabError("the server closed in the middle of a head: \(head.debugDescription)") }
      head += String(decoding: byte, as: UTF8.self)
    }
    let lines = head.components(separatedBy: "\r\n").filter { !$0.isEmpty }
    let status = try XCTUnwrap(Int(lines[0].split(separator: " ")[1]), head, file: file, line: line)
    XCTAssertTrue(lines[0].hasPrefix("HTTP/1.1 "), head, file: file, line: line)
    var fields: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      fields[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
    }
    let length = try XCTUnwrap(fields["content-length"].flatMap { Int($0) }, head, file: file, line: line)
    let body = withoutBody ? [] : try connection.receive(length)
    XCTAssertEqual(body.count, withoutBody ? 0 : length, file: file, line: line)
    return Response(status: status, fields: fields, body: String(decoding: body, as: UTF8.self))
  }
}

/// Checks that a response is the greeting in full.
func assertHello(_ response: Response, file: StaticString = #filePath, line: UInt = #line) {
  XCTAssertEqual(response.status, 200, file: file, line: line)
  XCTAssertEqual(response.body, Response.hello, file: file, line: line)
  XCTAssertEqual(response.fields["content-length"], "12", file: file, line: line)
  XCTAssertTrue(
    response.fields["content-type"]?.hasPrefix("text/plain") == true, "\(response.fields)", file: file, line: line)
}

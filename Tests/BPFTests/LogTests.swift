import Foundation
import XCTest

@testable import BPF

/// Errors and what libbpf prints.
final class LogTests: XCTestCase {
  func testErrorIsSentenceAndMend() {
    XCTAssertEqual("\(BPFError("no map is there"))", "no map is there")
    XCTAssertEqual("\(BPFError("no map is there", mend: "make one"))", "no map is there; make one")
    let denied = BPFError(doing: "load x", result: -EACCES)
    XCTAssertEqual(
      "\(denied)",
      "cannot load x: Permission denied; run it as root, or with the capabilities CAP_BPF and CAP_NET_ADMIN")
    XCTAssertEqual(denied.code, .permissionDenied)
  }

  func testLibbpfDoesNotPrint() throws {
    let pipe = Pipe()
    let saved = dup(2)
    dup2(pipe.fileHandleForWriting.fileDescriptor, 2)
    XCTAssertThrowsError(try Object(bytes: [1, 2, 3], name: "nothing").name)
    dup2(saved, 2)
    close(saved)
    try pipe.fileHandleForWriting.close()
    XCTAssertEqual(try pipe.fileHandleForReading.readToEnd() ?? Data(), Data())
  }

  func testFeatureProbes() throws {
    XCTAssertTrue(try Features.hasXDP())
    XCTAssertTrue(try Features.has(mapType: .hash))
    XCTAssertTrue(try Features.xdpHas(helper: 169), "bpf_timer_init")
  }
}

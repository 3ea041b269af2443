import XCTest

@testable import BPF

/// What becomes of the verifier's log. Needs root.
final class VerifierErrorTests: XCTestCase {
  private func rejection(rounds: Int = 1) throws -> VerifierError {
    let object = try Object(
      bytes: try Fixture.bytes("rejected", definitions: ["ROUNDS=\(rounds)"]), name: "rejected")
    do {
      try object.load()
    } catch let error as VerifierError {
      return error
    }
    throw BPFError("the program was loaded")
  }

  func testRejectionNamesProgramPlaceAndReason() throws {
    let error = try rejection()
    XCTAssertEqual(error.program, "unchecked")
    XCTAssertTrue(try XCTUnwrap(error.file).hasSuffix("rejected.c"))
    XCTAssertEqual(error.line, 27)
    XCTAssertEqual(error.source, "return *value;")
    XCTAssertTrue(error.sentence.hasSuffix("invalid mem access 'map_value_or_null'"), error.sentence)
    XCTAssertTrue(error.description.contains("rejected.c:27: "), error.description)
    XCTAssertTrue(error.excerpt.contains("(85) call bpf_map_lookup_elem"), error.excerpt)
  }

  func testLongLogIsWhole() throws {
    // libbpf begins with a buffer of 16 MiB; kernels keep the log's end and report that it was cut.
    let error = try rejection(rounds: 2000)
    XCTAssertTrue(error.log.contains("0: R1=ctx"), String(error.log.prefix(300)))
    XCTAssertTrue(error.log.contains("processed "), String(error.log.suffix(300)))
    XCTAssertLessThan(error.description.utf8.count, 8000)
  }

  func testPlaceIsFoundWhereTheKernelDoesNotTellIt() throws {
    let log = """
      func#0 @0
      ; return *value;
      21: (79) r0 = *(u64 *)(r0 +0)
      R0 invalid mem access 'map_value_or_null'
      processed 20 insns (limit 1000000) max_states_per_insn 0 total_states 1 peak_states 1 mark_read 1
      """
    let error = VerifierError(program: "unchecked", log: log, objectBytes: try Fixture.bytes("rejected"))
    XCTAssertEqual(error.line, 27)
    XCTAssertEqual(error.sentence, "R0 invalid mem access 'map_value_or_null'")
  }

  func testLogWithoutAnObjectStillTellsTheReason() {
    let error = VerifierError(program: "p", log: "0: (95) exit\nR0 !read_ok\nprocessed 1 insns\n", objectBytes: [])
    XCTAssertNil(error.line)
    XCTAssertEqual(error.description, "the kernel's verifier refused program p: R0 !read_ok\n0: (95) exit\nR0 !read_ok")
  }
}

import XCTest

/// Compares a Swift structure with the C structure that lies in the same memory, field by field in their order.
struct LayoutComparison<S, C> {
  private var end = 0

  /// Both fields lie at the same place, right behind the ones before, and have the same size.
  func field<A, B>(
    _ swift: KeyPath<S, A>, _ c: KeyPath<C, B>, file: StaticString = #filePath, line: UInt = #line
  ) -> LayoutComparison {
    XCTAssertEqual(MemoryLayout<S>.offset(of: swift), end, "Swift's offset", file: file, line: line)
    XCTAssertEqual(MemoryLayout<C>.offset(of: c), end, "C's offset", file: file, line: line)
    XCTAssertEqual(MemoryLayout<A>.size, MemoryLayout<B>.size, "size", file: file, line: line)
    var next = self
    next.end += MemoryLayout<B>.size
    return next
  }

  /// No field is left, and none is padding.
  func end(file: StaticString = #filePath, line: UInt = #line) {
    XCTAssertEqual(MemoryLayout<S>.size, end, "size of \(S.self)", file: file, line: line)
    XCTAssertEqual(MemoryLayout<C>.size, end, "size of \(C.self)", file: file, line: line)
    XCTAssertEqual(MemoryLayout<S>.stride, MemoryLayout<C>.stride, "stride", file: file, line: line)
    XCTAssertEqual(MemoryLayout<S>.alignment, MemoryLayout<C>.alignment, "alignment", file: file, line: line)
  }
}

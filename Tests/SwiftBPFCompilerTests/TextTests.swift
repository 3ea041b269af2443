import Foundation
import XCTest

@testable import SwiftBPFCompiler

/// The parts of the driver that are functions of text.
final class TextTests: XCTestCase {
  func testTokensGiveTheLineAgain() {
    let lines = [
      #"@0 = private constant [24 x i8] c"target triple = \22x\22; @f\00", align 1 ; not a comment in the string"#,
      #"define protected signext i32 @"$e1f"(ptr swiftself %0) #0 personality ptr @p !dbg !22 {"#,
      #"attributes #5 = { noinline nounwind "target-features"="+a,-b" }"#,
      "  %3 = tail call fastcc i64 @ktime() #8, !dbg !25",
    ]
    for line in lines { XCTAssertEqual(IRText.join(IRText.tokens(line[...])), line) }
  }

  func testQuotedTextIsOneToken() {
    let tokens = IRText.tokens(#"@x = constant c"swiftcc @y \22 noinline", section "a b""#)
    XCTAssertEqual(tokens.filter { if case .quoted = $0 { true } else { false } }.count, 2)
    XCTAssertFalse(tokens.contains(.plain("swiftcc")))
    XCTAssertEqual(tokens.compactMap(IRText.symbol), ["x"])
  }

  func testRetargeting() throws {
    let module = """
      target datalayout = "\(IRRetargeting.dataLayout)"
      target triple = "riscv64-none-none-eabi"
      $"$e1fyyF" = comdat any
      @text = private constant [26 x i8] c"target triple swiftcc $e1f", align 1
      @llvm.used = appending global [1 x ptr] [ptr @text], section "llvm.metadata"
      define protected swiftcc i32 @"$e1fyyF"(i32 signext %0, i16 signext %1, ptr swiftself %2) #0 comdat \
      personality ptr @p !dbg !4 {
        %3 = call signext i32 @"$e1fyyF"(i32 signext %0, i16 signext %1, ptr swiftself %2) #1
        ret i32 %3
      }
      attributes #0 = { noinline nounwind "target-cpu"="generic-rv64" "target-features"="+64bit" }
      attributes #1 = { noinline }
      !llvm.module.flags = !{!0, !1, !2}
      !0 = !{i32 7, !"Dwarf Version", i32 4}
      !1 = !{i32 2, !"Debug Info Version", i32 3}
      !2 = !{i32 1, !"target-abi", !"lp64"}
      !4 = distinct !DISubprogram(name: "f()", linkageName: "$e1fyyF", scope: !5, spFlags: DISPFlagDefinition, unit: !6)
      !7 = !DISubroutineType(types: !8)
      """
    let names = try SymbolNames(module: module) { _ in ["M.f() -> ()"] }
    XCTAssertEqual(
      try IRRetargeting.retarget(module, names: names),
      """
      target datalayout = "\(IRRetargeting.dataLayout)"
      target triple = "bpfel"
      @text = private constant [26 x i8] c"target triple swiftcc $e1f", align 1
      define hidden  i32 @M_f(i32  %0, i16 signext %1, ptr  %2) #0   !dbg !4 {
        %3 = call  i32 @M_f(i32  %0, i16 signext %1, ptr  %2) #1
        ret i32 %3
      }
      attributes #0 = { noinline nounwind   }
      attributes #1 = { nounwind  }
      !llvm.module.flags = !{!0, !1}
      !0 = !{i32 7, !"Dwarf Version", i32 4}
      !1 = !{i32 2, !"Debug Info Version", i32 3}
      !2 = !{i32 1, !"target-abi", !"lp64"}
      !4 = distinct !DISubprogram(name: "M_f", linkageName: "M_f", scope: !5, \
      spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !6)
      !7 = !DISubroutineType(types: !{null})

      """)
  }

  func testAnotherDataLayoutIsRefused() throws {
    let module = "target datalayout = \"e-p:32:32\""
    let names = try SymbolNames(module: module) { _ in [] }
    XCTAssertThrowsError(try IRRetargeting.retarget(module, names: names))
  }

  func testReadableNames() {
    for (demangled, name) in [
      ("M.Type.method(Swift.UInt32) -> M.Action", "M_Type_method"),
      ("static M.Type.make() -> M.Type", "M_Type_make"),
      ("generic specialization <Swift.UInt32> of Swift.UnsafeRawPointer.load<A>(as: A.Type) -> A",
        "Swift_UnsafeRawPointer_load"),
      ("function signature specialization <Arg[0] = Dead> of generic specialization <M.A<M.B>> of M.f<A>(A) -> ()",
        "M_f"),
      ("M.(secret in _0123456789ABCDEF)(Swift.Int) -> Swift.Int", "M_secret"),
      ("closure #2 (Swift.UInt32) -> Swift.Int in M.Type.run() -> ()", "M_Type_run_closure_2"),
      ("(extension in M):Swift.UInt32.half.getter : Swift.UInt32", "Swift_UInt32_half_getter"),
      ("static M.Sequence.< infix(M.Sequence, M.Sequence) -> Swift.Bool", "M_Sequence"),
    ] { XCTAssertEqual(SymbolNames.readable(demangled: demangled), name) }
    XCTAssertEqual(SymbolNames.identifier("7 up+"), "_7_up")
    XCTAssertEqual(SymbolNames.identifier(String(repeating: "a", count: 300)).count, 100)
  }

  func testNamesAreGivenOnce() throws {
    let module = "define i32 @\"$a\"() {\ndefine i32 @\"$b\"() {\ndefine i32 @M_f() {\n"
    let names = try SymbolNames(module: module) { $0.map { _ in "M.f() -> ()" } }
    XCTAssertEqual(Set(["$a", "$b"].map { names.readable($0) }), ["M_f_2", "M_f_3"])
  }

  func testDependencyFileIsReadAsClangWritesIt() {
    let inputs = DependencyFile.prerequisites(of: "object: a.c \\\n  /with\\ space/b.h \\\n  /c.h\n\nother: d.h\n")
    XCTAssertEqual(inputs.map(\.lastPathComponent), ["a.c", "b.h", "c.h"])
    XCTAssertEqual(inputs[1].path, "/with space/b.h")
    XCTAssertEqual(
      DependencyFile.text(object: URL(fileURLWithPath: "/o.o"), inputs: [URL(fileURLWithPath: "/a b.c")]),
      "/o.o: /a\\ b.c\n/a\\ b.c:\n")
  }
}

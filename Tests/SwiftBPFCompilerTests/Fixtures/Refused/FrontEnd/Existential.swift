protocol Shape { func area(_ side: UInt64) -> UInt64 }
struct Square: Shape { func area(_ side: UInt64) -> UInt64 { side &* side } }
struct Line: Shape { func area(_ side: UInt64) -> UInt64 { 0 } }

@_cdecl("swift_existential") func existential(_ value: UInt64) -> UInt64 {
  let shape: any Shape = value == 1 ? Square() : Line()  // expect: no indirect calls
  return shape.area(value)
}

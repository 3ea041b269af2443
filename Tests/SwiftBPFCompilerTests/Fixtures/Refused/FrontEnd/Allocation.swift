final class Box {
  var value: UInt32
  init(_ value: UInt32) { self.value = value }  // expect: eBPF has no heap
}

@inline(never) func keep(_ box: Box) -> UInt32 { box.value }

func boxes(_ value: UInt32) -> UInt32 { keep(Box(value)) }

func arrays(_ value: UInt32) -> UInt32 {
  var numbers = [UInt32]()
  numbers.append(value)  // expect: eBPF has no heap
  return numbers[0]
}

@_cdecl("swift_allocation") func allocation(_ value: UInt32) -> UInt32 { boxes(value) &+ arrays(value) }

enum Shape {
  case point
  case circle(radius: UInt32)
  case box(width: UInt32, height: UInt32)
  case marked(UInt8, times: UInt64)

  @inline(__always) init?(_ frame: Frame) {
    switch frame[0] {
    case 0: self = .point
    case 1: self = .circle(radius: frame[1])
    case 2: self = .box(width: frame[1], height: frame[2])
    case 3: self = .marked(frame.byte(4), times: UInt64(frame[2]))
    default: return nil
    }
  }

  @inline(__always) var area: UInt64 {
    switch self {
    case .point: return 0
    case .circle(let radius): return 3 &* UInt64(radius) &* UInt64(radius)
    case .box(let width, let height): return UInt64(width) &* UInt64(height)
    case .marked(let mark, let times): return UInt64(mark) &* times
    }
  }
}

@_cdecl("swift_payloads")
func payloads(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  guard let frame = Frame(context) else { return XDP_ABORTED }
  guard let shape = Shape(frame) else { return XDP_PASS }
  return frame.answer(shape.area)
}

/// What becomes of a frame (enum xdp_action in linux/bpf.h).
enum XDPAction {
  static var drop: Int32 { @inline(__always) get { 1 } }
  static var pass: Int32 { @inline(__always) get { 2 } }
  static var transmit: Int32 { @inline(__always) get { 3 } }
}

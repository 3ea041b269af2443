/// What becomes of a packet (TC_ACT_* in linux/pkt_cls.h).
enum TCAction {
  /// The next filter decides.
  static var unspecified: Int32 { @inline(__always) get { -1 } }
  static var shot: Int32 { @inline(__always) get { 2 } }
}

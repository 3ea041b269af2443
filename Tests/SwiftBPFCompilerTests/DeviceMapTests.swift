import BPF
import Glibc
import LabKit
import XCTest

/// A device map and the program that runs for each frame on its way out. Needs a device: one of a veth pair in a
/// namespace of the test's own.
final class DeviceMapTests: XCTestCase {
  /// bpf_prog_test_run over frames that really go out (BPF_F_TEST_XDP_LIVE_FRAMES).
  private static let liveFrames: UInt32 = 2

  func testBroadcastRunsTheEgressProgramForEachCopy() throws {
    let bytes = Array(try Fixtures.constructs.get().object)
    let space = try NetworkNamespace()
    defer { space.close() }
    try space.run("ip", "link", "add", "out", "type", "veth", "peer", "name", "far")
    // A veth takes redirected frames only where its peer polls, as it does with GRO.
    try space.run("ethtool", "-K", "far", "gro", "on")
    try space.run("ip", "link", "set", "out", "up")
    try space.run("ip", "link", "set", "far", "up")
    try space.inside {
      let object = try Object(bytes: bytes, name: "constructs")
      try object.load()
      let egress = try object.program("egress")
      let devices = try object.map("devices")
      let program = try object.program("broadcast")
      XCTAssertEqual(try program.testRun(input: frame(2)).action, .drop, "no device: the verdict in the flags")
      // struct bpf_devmap_val: the interface's index, the program's descriptor.
      let value = UInt64(if_nametoindex("out")) | UInt64(UInt32(bitPattern: egress.descriptor)) << 32
      for slot in 0..<3 as Range<UInt32> { try devices.update(slot, value) }
      XCTAssertEqual(try program.testRun(input: frame(2)).verdict, 4, "XDP_REDIRECT")
      _ = try program.testRun(input: frame(0), repeat: 5, flags: Self.liveFrames)
      let frames: UInt64? = try object.map("egress_frames").lookup(UInt32(0))
      XCTAssertEqual(frames, 15, "three copies of each of five frames")
    }
  }
}

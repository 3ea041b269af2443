import CLibBPF
import Glibc

/// What a program made of one packet.
public struct TestRunResult: Sendable, Equatable {
  /// The program's return value: for an XDP program an `XDPAction`.
  public let verdict: UInt32
  /// The packet as the program left it, from its first byte to its last.
  public let output: [UInt8]
  /// The context as the program left it; empty if none was given.
  public let context: [UInt8]
  /// Nanoseconds a run, averaged over the repetitions.
  public let duration: UInt32

  /// The verdict as an XDP program means it; nil for a number that is none.
  public var action: XDPAction? { XDPAction(rawValue: verdict) }
}

/// enum xdp_action of linux/bpf.h.
public enum XDPAction: UInt32, Sendable {
  case aborted, drop, pass, transmit, redirect
}

/// What kernel and program are told of the packet, beside its bytes (struct xdp_md of linux/bpf.h).
public struct XDPContext: Sendable, Equatable {
  /// Bytes of metadata at the start of the input, before the packet: at most 32, a multiple of 4.
  public var metadataLength: Int
  /// The interface that the packet came in by; 0 leaves it open. The kernel wants it to have such a queue.
  public var ingressInterface: UInt32
  public var receiveQueue: UInt32

  public init(metadataLength: Int = 0, ingressInterface: UInt32 = 0, receiveQueue: UInt32 = 0) {
    self.metadataLength = metadataLength
    self.ingressInterface = ingressInterface
    self.receiveQueue = receiveQueue
  }

  /// The structure's bytes for an input of `length` bytes, metadata included.
  func bytes(inputLength length: Int) -> [UInt8] {
    let raw = xdp_md(
      data: UInt32(metadataLength), data_end: UInt32(length), data_meta: 0, ingress_ifindex: ingressInterface,
      rx_queue_index: receiveQueue, egress_ifindex: 0)
    return withUnsafeBytes(of: raw) { Array($0) }
  }
}

extension Program {
  /// Runs the program in the kernel over one packet that no interface sees (BPF_PROG_TEST_RUN).
  ///
  /// Maps keep what the program does to them. XDP gets 256 bytes of head room, and the rest of a page as tail room.
  /// - Parameters:
  ///   - input: the frame; at least 14 bytes, and what fits a page for an XDP program.
  ///   - outputCapacity: the most that may come back. What does not fit is an error, never cut short.
  ///   - repeat: how many runs, each over the packet as the one before left it; the last one's result is given.
  ///   - context: for XDP programs that read theirs.
  ///   - flags: BPF_F_TEST_* of linux/bpf.h.
  public func testRun(
    input: [UInt8], outputCapacity: Int = 4096, repeat count: Int = 1, context: XDPContext? = nil, flags: UInt32 = 0
  ) throws(BPFError) -> TestRunResult {
    try testRun(
      input: input, outputCapacity: outputCapacity, repeat: count,
      contextBytes: context?.bytes(inputLength: input.count) ?? [], flags: flags)
  }

  /// The same with the raw bytes of any program type's context, such as a struct __sk_buff.
  public func testRun(
    input: [UInt8], outputCapacity: Int = 4096, repeat count: Int = 1, contextBytes: [UInt8], flags: UInt32 = 0
  ) throws(BPFError) -> TestRunResult {
    var output = [UInt8](repeating: 0, count: outputCapacity)
    var contextOut = [UInt8](repeating: 0, count: contextBytes.count)
    var options = bpf_test_run_opts()
    options.sz = optionsSize(through: \bpf_test_run_opts.batch_size)
    options.repeat = Int32(count)
    options.flags = flags
    options.data_size_in = UInt32(input.count)
    options.data_size_out = UInt32(outputCapacity)
    options.ctx_size_in = UInt32(contextBytes.count)
    options.ctx_size_out = UInt32(contextBytes.count)
    let result = input.withUnsafeBytes { input in
      output.withUnsafeMutableBytes { output in
        contextBytes.withUnsafeBytes { context in
          contextOut.withUnsafeMutableBytes { contextOut in
            options.data_in = input.isEmpty ? nil : input.baseAddress
            options.data_out = output.isEmpty ? nil : output.baseAddress
            options.ctx_in = context.isEmpty ? nil : context.baseAddress
            options.ctx_out = contextOut.isEmpty ? nil : contextOut.baseAddress
            return bpf_prog_test_run_opts(descriptor, &options)
          }
        }
      }
    }
    guard result == 0 else {
      if errno == ENOSPC {
        throw BPFError(
          "the program's output has \(options.data_size_out) bytes and the test run has room for \(outputCapacity)",
          mend: "raise outputCapacity", code: .noSpace)
      }
      throw BPFError(doing: "run the program over a packet of \(input.count) bytes", result: result)
    }
    // The kernel wrote at most outputCapacity bytes; without room asked for it reports the length all the same.
    return TestRunResult(
      verdict: options.retval, output: Array(output.prefix(Int(options.data_size_out))),
      context: Array(contextOut.prefix(Int(options.ctx_size_out))), duration: options.duration)
  }
}

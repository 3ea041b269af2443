/// What in a Swift source leads to a call that eBPF can't make.
enum RuntimeCalls {
  /// A sentence about the call of `symbol`, which nobody defines.
  static func explanation(_ symbol: some StringProtocol) -> String {
    switch symbol {
    case "swift_retain", "swift_release", "swift_retain_n", "swift_release_n", "swift_bridgeObjectRetain",
      "swift_bridgeObjectRelease", "swift_setDeallocating", "swift_isUniquelyReferenced_native",
      "swift_isUniquelyReferenced_nonNull_native":
      return "eBPF has no reference counting (\(symbol)): a class instance or a function value is kept here;"
        + " use structures, enumerations and direct calls"
    case "swift_allocObject", "swift_allocEmptyBox", "swift_slowAlloc", "swift_slowDealloc", "malloc", "free",
      "posix_memalign", "swift_deallocClassInstance", "swift_initStackObject", "swift_deallocObject":
      return "eBPF has no heap (\(symbol)): this allocates memory; keep values in structures, on the stack or in maps"
    case "swift_once":
      return "eBPF can't set a global up at its first use (swift_once): give it a constant value, or compute it where"
        + " it is used"
    case "putchar", "write", "puts", "printf":
      return "eBPF has no output (\(symbol)): print with bpf_trace_printk, or send records through a ring buffer"
    case "memcpy", "memmove", "memset", "memcmp", "bcmp", "strlen":
      return "eBPF has no \(symbol): the length is not known to the compiler, or too long to be unrolled; copy or"
        + " compare in a bounded loop, or use a helper such as bpf_xdp_load_bytes"
    case "__multi3", "__divti3", "__udivti3", "__modti3", "__umodti3":
      return "eBPF has no 128-bit arithmetic (\(symbol)): work in 64 bits"
    case "__divdi3", "__moddi3", "__divsi3", "__modsi3":
      return signedDivision
    case "__bpf_trap":
      return "eBPF can't trap: return a verdict instead of calling fatalError or failing a precondition"
    case _ where isFloatingPoint(symbol):
      return floatingPoint
    default:
      return "calls \(symbol), which neither the Swift sources nor the glue define"
    }
  }

  static func kernelFunction(_ symbol: some StringProtocol) -> String {
    "calls the kernel function \(symbol) directly, and so its type is not known: call it in a C function of the glue"
  }

  static let floatingPoint = "eBPF has no floating point: use integers, for fractions with a scale of your own"
  static let signedDivision =
    "eBPF on Linux 6.1 divides only unsigned numbers: divide the magnitudes as UInt64 and put the sign back"
  static let tooManyArguments =
    "a subprogram of eBPF takes at most five arguments of 64 bits: inline it with @inline(__always), or pass a"
    + " structure with inout"
  static let wideResult =
    "a subprogram of eBPF returns one value of at most 64 bits: inline it with @inline(__always), or fill in a"
    + " structure that is passed with inout"
  static let indirectCall =
    "eBPF has no indirect calls: call the function by name, make it generic over the type, or use a tail call"
  static let dynamicStack = "eBPF has no stack allocation of variable size: use a size that the compiler knows"
  static let stackLimit =
    "the stack of an eBPF program is 512 bytes, and this function needs more: move large values into a per-CPU array"
    + " map"

  /// compiler-rt's names: __adddf3, __muldf3, __floatunsidf, __fixdfsi, __extendsfdf2 ...
  private static func isFloatingPoint(_ symbol: some StringProtocol) -> Bool {
    let types = ["sf", "df", "tf", "hf"]
    return symbol.hasPrefix("__")
      && (symbol.hasPrefix("__float") || symbol.hasPrefix("__fix") || symbol.hasPrefix("__extend")
        || symbol.hasPrefix("__trunc") || types.contains { symbol.hasSuffix($0 + "3") || symbol.hasSuffix($0 + "2") })
  }
}

/// Finds in an optimised module what BPF can't do, before LLVM's back end stumbles over it: here each instruction still
/// knows the whole chain of calls that it was inlined through, so that the Swift line can be named.
struct IRLint {
  let findings: [Diagnostic]

  init(_ text: String) {
    let module = IRModule(text)
    var findings: [Diagnostic] = []
    var seen: Set<Diagnostic> = []
    func report(_ place: IRModule.Place?, _ message: String) {
      let finding = Diagnostic(.error, file: place?.file, line: place?.line, message)
      if seen.insert(finding).inserted { findings.append(finding) }
    }
    for function in module.defined {
      if let message = Self.signatureProblem(function) {
        report(module.place(function.head), "\(function.name): \(message)")
      }
      // The compiler adds instructions of its own, such as the release of a value, behind the line that needs them.
      var line: IRModule.Place?
      for instruction in function.instructions {
        let tokens = IRText.tokens(instruction)
        let place = module.place(tokens)
        let isSwift = place?.file.hasSuffix(".swift") == true
        if isSwift { line = place }
        if let message = Self.problem(tokens, in: module) { report(isSwift ? place : line ?? place, message) }
      }
    }
    self.findings = findings
  }

  // MARK: Functions

  private static func signatureProblem(_ function: IRModule.Function) -> String? {
    let head = function.head
    guard let name = head.firstIndex(where: { IRText.symbol($0) != nil }), head.count > name + 1 else { return nil }
    var registers = 0
    for parameter in parameters(head[(name + 1)...]) {
      registers += registersNeeded(parameter)
    }
    if registers > 5 { return RuntimeCalls.tooManyArguments }
    let result = head[..<name].drop { $0.text == "define" }
    let isAggregate = result.contains { $0.text == "{" || $0.text == "[" }
    let width = result.lazy.compactMap(integerWidth).first ?? 0
    return isAggregate || width > 64 ? RuntimeCalls.wideResult : nil
  }

  /// The parameters between the parentheses that follow, split at the commas between them.
  private static func parameters(_ tokens: ArraySlice<IRToken>) -> [[IRToken]] {
    var parameters: [[IRToken]] = [[]]
    var depth = 0
    for token in tokens {
      switch token.text {
      case "(", "{", "[", "<":
        depth += 1
        if depth == 1 { continue }
      case ")", "}", "]", ">":
        depth -= 1
        if depth == 0 { return parameters.filter { !$0.isEmpty } }
      case "," where depth == 1:
        parameters.append([])
        continue
      default: break
      }
      if case .space = token { continue }
      parameters[parameters.count - 1].append(token)
    }
    return parameters.filter { !$0.isEmpty }
  }

  private static func registersNeeded(_ parameter: [IRToken]) -> Int {
    guard let type = parameter.first else { return 0 }
    if let width = integerWidth(type) { return max(1, (width + 63) / 64) }
    // An aggregate by value: as many registers as it has fields, at the least.
    if type.text == "{" || type.text == "[" { return max(1, parameter.filter { $0.text == "," }.count + 1) }
    return 1
  }

  private static func integerWidth(_ token: IRToken) -> Int? {
    guard case .plain(let text) = token, text.first == "i" else { return nil }
    return Int(text.dropFirst())
  }

  // MARK: Instructions

  private static let floatingPointTypes: Set<Substring> = ["half", "bfloat", "float", "double", "fp128", "x86_fp80"]

  private static func problem(_ tokens: [IRToken], in module: IRModule) -> String? {
    let words = tokens.filter { if case .space = $0 { false } else { true } }
    // `%result = opcode ...`
    let start = words.count > 2 && words[1] == .plain("=") ? 2 : 0
    guard words.count > start else { return nil }
    if words.contains(where: { floatingPointTypes.contains($0.text) }) { return RuntimeCalls.floatingPoint }
    switch words[start].text {
    case "call", "tail", "musttail", "notail", "invoke":
      return callProblem(Array(words[start...]), in: module)
    case "alloca":
      // `alloca type, i64 %n`: a count that is no number.
      let count = words[start...].drop { $0.text != "," }.dropFirst()
      if let first = count.first, integerWidth(first) != nil, count.dropFirst().first?.text.first == "%" {
        return RuntimeCalls.dynamicStack
      }
    case "sdiv", "srem":
      // By a constant LLVM finds a way with shifts; what it can't do, it says.
      if words.dropLast(1).reversed().first(where: { $0.text != "," && !$0.text.hasPrefix("!") })?.text.first == "%" {
        return RuntimeCalls.signedDivision
      }
    case "mul", "udiv", "urem":
      if words[(start + 1)...].contains(where: { (integerWidth($0) ?? 0) > 64 }) {
        return "eBPF has no 128-bit arithmetic (\(words[start].text)): work in 64 bits"
      }
    case "atomicrmw", "cmpxchg":
      return atomicProblem(Array(words[start...]))
    case "fence":
      return "eBPF has no memory barrier of its own: use an atomic operation, which is one"
    case "load", "store":
      if words[start + 1].text == "atomic" {
        return "eBPF on Linux 6.1 has no atomic load or store: use a plain one, or an atomic add, exchange or compare-"
          + "and-exchange; a global that is set up at its first use needs one too, so give it a constant value"
      }
    default: break
    }
    return nil
  }

  private static func callProblem(_ words: [IRToken], in module: IRModule) -> String? {
    guard let call = words.firstIndex(where: { $0.text == "call" || $0.text == "invoke" }) else { return nil }
    for index in words.indices.dropLast() where index > call {
      let word = words[index]
      // A helper is called by its number; inline assembly is called too.
      if word.text == "inttoptr" || word.text == "asm" { return nil }
      guard words[index + 1] == .plain("(") else { continue }
      if let symbol = IRText.symbol(word) { return calleeProblem(symbol, Array(words[(index + 1)...]), in: module) }
      if word.text.first == "%" { return RuntimeCalls.indirectCall }
    }
    return nil
  }

  private static func calleeProblem(_ symbol: Substring, _ arguments: [IRToken], in module: IRModule) -> String? {
    if symbol == "llvm.trap" || symbol == "llvm.ubsantrap" { return RuntimeCalls.explanation("__bpf_trap") }
    for memory in ["memcpy", "memmove", "memset"] where symbol.hasPrefix("llvm.\(memory).") {
      // Destination, source or value, length. How many bytes of a known length can be copied, LLVM knows best.
      let parameters = parameters(arguments[...])
      return parameters.count > 2 && parameters[2].last?.text.first == "%" ? RuntimeCalls.explanation(memory) : nil
    }
    guard !symbol.hasPrefix("llvm."), let declaration = module.declared[symbol] else { return nil }
    // A kernel function, which libbpf finds in the kernel by its type; only C's debug information has that.
    if declaration.contains(.quoted("\".ksyms\"")) {
      return declaration.contains(.plain("!dbg")) ? nil : RuntimeCalls.kernelFunction(symbol)
    }
    return RuntimeCalls.explanation(symbol)
  }

  private static func atomicProblem(_ words: [IRToken]) -> String? {
    let wide = words.lazy.compactMap(integerWidth).first { $0 == 32 || $0 == 64 } != nil
    let narrow = words.lazy.compactMap(integerWidth).first { $0 < 32 } != nil
    if narrow || !wide, words.first?.text != "cmpxchg" || narrow {
      return "eBPF has atomic operations on 32 and 64 bits only: use UInt32 or UInt64"
    }
    guard words.first?.text == "atomicrmw" else { return nil }
    let operation = words.dropFirst().first { $0.text != "volatile" }?.text ?? ""
    if ["add", "sub", "and", "or", "xor", "xchg"].contains(operation) { return nil }
    return "eBPF has no atomic \(operation): it has add, and, or, xor, exchange, and compare-and-exchange"
  }
}

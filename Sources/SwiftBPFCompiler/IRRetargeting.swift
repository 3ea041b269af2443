/// Turns the module that swiftc made for a bare-metal CPU into one that LLVM's BPF back end and the kernel take.
///
/// Each edit works on one line, and only on lines of the kind that it is meant for: LLVM writes every top-level
/// entity and every instruction on lines of its own.
struct IRRetargeting {
  /// The same for the intermediate target and for BPF; were it not, offsets in the module would be wrong.
  static let dataLayout = "e-m:e-p:64:64-i64:64-i128:128-n32:64-S128"

  /// New names for symbols that have mangled ones.
  let names: SymbolNames
  /// Attribute groups that stand on calls only, never on a function.
  private var callOnlyAttributes: Set<Substring> = []
  /// The metadata nodes of module flags that mean something to BPF.
  private var keptFlags: Set<Substring> = []

  /// Retargets a whole module.
  static func retarget(_ module: String, names: SymbolNames) throws -> String {
    var retargeting = IRRetargeting(names: names)
    let lines = module.split(separator: "\n", omittingEmptySubsequences: false)
    retargeting.survey(lines)
    var result = ""
    result.reserveCapacity(module.utf8.count)
    for line in lines {
      guard let edited = try retargeting.edit(line) else { continue }
      result += edited
      result += "\n"
    }
    return result
  }

  private init(names: SymbolNames) { self.names = names }

  // MARK: What must be known of the whole before any line is edited

  private mutating func survey(_ lines: [Substring]) {
    var onFunctions: Set<Substring> = []
    var all: Set<Substring> = []
    for line in lines {
      if line.hasPrefix("define ") || line.hasPrefix("declare ") {
        for case .plain(let text) in IRText.tokens(line) where text.first == "#" { onFunctions.insert(text) }
      } else if line.hasPrefix("attributes #") {
        all.insert(line.dropFirst("attributes ".count).prefix { $0 != " " })
      } else if line.hasPrefix("!"), line.contains(" = !{i32 ") {
        let tokens = IRText.tokens(line)
        if tokens.contains(.quoted("!\"Debug Info Version\"")) || tokens.contains(.quoted("!\"Dwarf Version\"")) {
          keptFlags.insert(tokens[0].text)
        }
      }
    }
    callOnlyAttributes = all.subtracting(onFunctions)
  }

  // MARK: One line

  /// The line as it should be, or nil where it should not be.
  private func edit(_ line: Substring) throws -> String? {
    switch line.utf8.first {
    case UInt8(ascii: " "):
      return editInstruction(line)
    case UInt8(ascii: "d") where line.hasPrefix("define ") || line.hasPrefix("declare "):
      return IRText.join(editFunction(IRText.tokens(line)))
    case UInt8(ascii: "!"):
      return editMetadata(line)
    case UInt8(ascii: "@"):
      return editGlobal(line)
    case UInt8(ascii: "a") where line.hasPrefix("attributes #"):
      return editAttributes(line)
    case UInt8(ascii: "$"):
      // Comdats tell an ELF linker which copies to drop. There is one copy, and libbpf knows no section groups.
      return nil
    case UInt8(ascii: "t") where line.hasPrefix("target triple"):
      return "target triple = \"bpfel\""
    case UInt8(ascii: "t") where line.hasPrefix("target datalayout"):
      guard line == "target datalayout = \"\(Self.dataLayout)\"" else {
        throw CompilerError(
          "this swiftc lays data out in another way than eBPF does (\(line)); swift-bpf knows Swift 6.3's toolchains")
      }
      return String(line)
    default:
      return String(line)
    }
  }

  private func editInstruction(_ line: Substring) -> String {
    // Most instructions name no symbol and carry no attribute.
    guard line.utf8.contains(where: { $0 == UInt8(ascii: "@") || $0 == UInt8(ascii: "(") }) else {
      return String(line)
    }
    var tokens = IRText.tokens(line)
    guard tokens.contains(where: { $0.text == "call" || IRText.symbol($0) != nil }) else { return String(line) }
    removeForeignConvention(&tokens)
    rename(&tokens)
    return IRText.join(tokens)
  }

  private func editFunction(_ tokens: [IRToken]) -> [IRToken] {
    var tokens = tokens
    removeForeignConvention(&tokens)
    removeComdat(&tokens)
    // eBPF has no exceptions, so no routine that handles them.
    if let at = tokens.firstIndex(of: .plain("personality")) {
      let end = tokens[at...].firstIndex { IRText.symbol($0) != nil } ?? at
      tokens.removeSubrange(at...end)
    }
    hide(&tokens)
    rename(&tokens)
    return tokens
  }

  /// LLVM can't pass `protected` on to a BPF object, and nothing here is meant for a dynamic linker.
  private func hide(_ tokens: inout [IRToken]) {
    for index in tokens.indices where tokens[index] == .plain("protected") { tokens[index] = .plain("hidden") }
  }

  private func editGlobal(_ line: Substring) -> String? {
    var tokens = IRText.tokens(line)
    switch IRText.symbol(tokens[0]) {
    case "llvm.used", "llvm.compiler.used", "_swift1_autolink_entries":
      // Roots for a linker that is not there; they would keep the Embedded runtime alive.
      return nil
    default: break
    }
    removeComdat(&tokens)
    hide(&tokens)
    rename(&tokens)
    return IRText.join(tokens)
  }

  private func editAttributes(_ line: Substring) -> String {
    var tokens = IRText.tokens(line)
    let group = line.dropFirst("attributes ".count).prefix { $0 != " " }
    // A feature of another CPU keeps LLVM from inlining one function into the other, and means nothing to BPF.
    for key in ["\"target-cpu\"", "\"target-features\"", "\"tune-cpu\""] {
      guard let at = tokens.firstIndex(of: .quoted(Substring(key))), tokens.count > at + 2 else { continue }
      tokens.removeSubrange(at...at + 2)  // the key, `=`, the value
    }
    tokens.removeAll { token in
      switch token {
      // The C importer marks all of its functions so; size is not what eBPF is short of, and a function that is
      // optimised otherwise than its caller is inlined less.
      case .plain("optsize"), .plain("minsize"): return true
      // swiftc forbids inlining into the thunk of a @_cdecl function, for the sake of native stack traces. A helper
      // wrapper that stays a subprogram is worse than slow: the verifier allows no calls under a spin lock.
      // Functions marked @inline(never) carry the attribute themselves and keep it.
      case .plain("noinline"): return callOnlyAttributes.contains(group)
      default: return false
      }
    }
    // LLVM takes no empty group, and nothing in eBPF unwinds.
    if let open = tokens.firstIndex(of: .plain("{")),
      tokens[(open + 1)...].allSatisfy({ if case .space = $0 { true } else { $0 == .plain("}") } })
    {
      tokens.insert(.plain(" nounwind"), at: open + 1)
    }
    return IRText.join(tokens)
  }

  private func editMetadata(_ line: Substring) -> String? {
    if line.hasPrefix("!llvm.module.flags = ") {
      // The other flags tell of a foreign ABI, and contradict those of the glue.
      let kept = IRText.tokens(line).dropFirst().map(\.text).filter { keptFlags.contains($0) }
      return "!llvm.module.flags = !{\(kept.joined(separator: ", "))}"
    }
    if line.hasPrefix("!swift.module.flags = ") || line.hasPrefix("!llvm.linker.options = ") { return nil }
    if line.contains(" !DISubroutineType(") {
      // Line tables carry no parameters, and libbpf and the kernel accept a static subprogram of any type.
      let head = line.prefix(upTo: line.range(of: "!DISubroutineType(")!.lowerBound)
      return head + "!DISubroutineType(types: !{null})"
    }
    if line.contains("!DISubprogram(") { return editSubprogram(line) }
    return String(line)
  }

  private func editSubprogram(_ line: Substring) -> String {
    var tokens = IRText.tokens(line)
    func value(_ key: Substring) -> Int? {
      guard let at = tokens.firstIndex(of: .plain(key)), tokens.count > at + 3 else { return nil }
      return at + 3  // the key, `:`, a space, the value
    }
    // BTF names a function by `name`, and the kernel takes C identifiers only.
    if let linkage = value("linkageName"), case .quoted(let symbol) = tokens[linkage] {
      let readable = Substring("\"\(names.readable(symbol.dropFirst().dropLast()))\"")
      tokens[linkage] = .quoted(readable)
      if let name = value("name") {
        tokens[name] = .quoted(readable)
      } else {
        // A closure that is passed as a C function pointer.
        tokens.insert(.plain("name: \(readable), "), at: linkage - 3)
      }
    } else if let name = value("name"), case .quoted(let text) = tokens[name] {
      tokens[name] = .quoted("\"\(SymbolNames.identifier(String(text.dropFirst().dropLast())))\"")
    }
    // The verifier checks a global function by itself, with unknown arguments, and wants a type for each of them;
    // a static one is checked at each call, with what it is called with. Callbacks must be static.
    if let flags = value("spFlags"), !tokens.contains(.plain("DISPFlagLocalToUnit")) {
      tokens.insert(.plain("DISPFlagLocalToUnit | "), at: flags)
    }
    return IRText.join(tokens)
  }

  // MARK: Parts of lines

  private func rename(_ tokens: inout [IRToken]) {
    for index in tokens.indices {
      guard let symbol = IRText.symbol(tokens[index]), let name = names.table[symbol] else { continue }
      tokens[index] = .plain("@\(name)")
    }
  }

  private func removeComdat(_ tokens: inout [IRToken]) {
    guard let at = tokens.firstIndex(of: .plain("comdat")) else { return }
    // `comdat` or `comdat($name)`
    let named = at + 3 < tokens.count && tokens[at + 1] == .plain("(") ? 3 : 0
    var range = at..<(at + 1 + named)
    if at >= 2, case .space = tokens[at - 1], tokens[at - 2] == .plain(",") { range = (at - 2)..<range.upperBound }
    tokens.removeSubrange(range)
  }

  /// Swift's own conventions become C's, which BPF has, and 32-bit integers are passed as BPF passes them.
  private func removeForeignConvention(_ tokens: inout [IRToken]) {
    var removed: [Int] = []
    for index in tokens.indices {
      guard case .plain(let word) = tokens[index] else { continue }
      switch word {
      case "swiftcc", "swifttailcc", "swiftself", "swifterror", "swiftasync":
        removed.append(index)
      case "signext", "zeroext":
        // RISC-V extends 32-bit integers in registers, BPF leaves their upper halves undefined. Shorter ones are
        // extended by both in the same way.
        if extendedType(tokens, index) == "i32" { removed.append(index) }
      default: break
      }
    }
    for index in removed.reversed() { tokens.remove(at: index) }
  }

  /// The type that an extension attribute belongs to: in front of a result's type, behind a parameter's.
  private func extendedType(_ tokens: [IRToken], _ index: Int) -> Substring? {
    func type(_ token: IRToken) -> Substring? {
      guard case .plain(let text) = token, text.first == "i", text.dropFirst().allSatisfy(\.isNumber) else {
        return nil
      }
      return text
    }
    for token in tokens[(index + 1)...] {
      if case .space = token { continue }
      if token.text == "noundef" { continue }
      if let found = type(token) { return found }
      break
    }
    return tokens[..<index].reversed().lazy.compactMap(type).first
  }
}

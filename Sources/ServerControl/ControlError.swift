import BPF

/// Why the server cannot be loaded, attached, found or detached: one sentence, and what mends it.
public struct ControlError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What sort of failure it is. The command line has an exit code for each.
  public enum Kind: String, Sendable, CaseIterable {
    /// A setting is out of its range, or settings contradict one another.
    case invalidSetting
    /// The eBPF object cannot be read or is none.
    case object
    /// The server is not attached there.
    case notAttached
    /// There is no such interface in this network namespace.
    case noInterface
    /// The interface, as it is, does not take the program in the wanted mode.
    case attachRefused
    /// The kernel's verifier refused the program.
    case verifier
    /// A system call failed that should not.
    case system
    /// There is no bpffs where pins would last.
    case noPinFileSystem
    /// Another program, or another run of ours, holds the interface.
    case busy
    /// The kernel is older than 6.1, or was built without something that is needed.
    case kernel
    /// Privileges are missing.
    case noPrivilege
    /// The running server's maps are laid out otherwise than the new program's.
    case layout
  }

  public let kind: Kind
  public let sentence: String
  /// What to do about it, a sentence or a command.
  public let mend: String?

  public init(_ kind: Kind, _ sentence: String, mend: String? = nil) {
    self.kind = kind
    self.sentence = sentence
    self.mend = mend
  }

  /// A library error seen as a failure of the given kind; missing privileges are always told as such.
  public init(_ kind: Kind = .system, _ error: BPFError) {
    let denied = error.code == .notPermitted || error.code == .permissionDenied
    self.init(denied ? .noPrivilege : kind, error.sentence, mend: error.mend)
  }

  public var description: String { mend.map { "\(sentence); \($0)" } ?? sentence }
}

/// Runs `body` and tells a library error as a failure of the given kind.
func controlled<Result: ~Copyable>(
  _ kind: ControlError.Kind = .system, _ body: () throws -> Result
) throws(ControlError) -> Result {
  do {
    return try body()
  } catch let error as ControlError {
    throw error
  } catch let error as BPFError {
    throw ControlError(kind, error)
  } catch {
    throw ControlError(.system, "\(error)")
  }
}

/// Something worth saying that is no failure: to be printed, one line each.
public struct Notice: Equatable, Sendable, CustomStringConvertible {
  public let description: String
  public init(_ description: String) { self.description = description }
}

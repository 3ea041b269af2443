/// Why a site cannot be served as it was asked for: one sentence, what mends it, and where it stands.
public struct SiteError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A place in a file.
  public struct Place: Equatable, Sendable, CustomStringConvertible {
    public let file: String
    /// From 1 on; 0: the file as a whole.
    public let line: Int
    /// From 1 on, characters.
    public let column: Int

    public init(file: String, line: Int = 0, column: Int = 0) {
      self.file = file
      self.line = line
      self.column = column
    }

    public var description: String { line == 0 ? file : "\(file):\(line):\(column)" }
  }

  public let sentence: String
  /// What to do about it; nil where the sentence says it.
  public let mend: String?
  /// nil: on the command line.
  public let place: Place?

  public init(_ sentence: String, mend: String? = nil, place: Place? = nil) {
    self.sentence = sentence
    self.mend = mend
    self.place = place
  }

  /// The same, with a place if it has none.
  public func at(_ place: Place?) -> SiteError { SiteError(sentence, mend: mend, place: self.place ?? place) }

  /// `file:line:column: sentence; mend`.
  public var description: String { located + (mend.map { "; \($0)" } ?? "") }

  /// The sentence behind its place.
  public var located: String { place.map { "\($0): \(sentence)" } ?? sentence }
}

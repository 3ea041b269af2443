/// Keeps the first rule that was broken, in words. A reference, so that words may be made of what is being changed.
final class Complaints {
  private(set) var first: String?

  func add(_ words: String) { if first == nil { first = words } }
}

import Glibc
import ServerControl

/// How far the packing is, in one line on standard error, if that is a terminal.
final class ProgressBar {
  private let isShown: Bool
  private var last = ""
  private var shownAt = ContinuousClock.now
  private static let width = 30

  init(isShown: Bool) { self.isShown = isShown && isatty(2) == 1 }

  func show(_ progress: SiteProgress) {
    guard isShown, progress.total > 0 else { return }
    let isDone = progress.done >= progress.total
    // What is done within a blink needs no bar.
    guard isDone ? !last.isEmpty : shownAt.duration(to: .now) > .milliseconds(100) else { return }
    let text = Self.text(progress)
    guard text != last else { return }
    last = text
    shownAt = .now
    Output.write(Array("\r\(text)\u{1B}[K".utf8), to: 2)
  }

  /// Takes the line away.
  func end() {
    guard !last.isEmpty else { return }
    last = ""
    Output.write(Array("\r\u{1B}[K".utf8), to: 2)
  }

  static func text(_ progress: SiteProgress) -> String {
    let parts = progress.total > 0 ? min(progress.done, progress.total) * width / progress.total : 0
    let bar = String(repeating: "#", count: parts) + String(repeating: " ", count: width - parts)
    let what = progress.phase == .compressing ? "compressing" : "packing    "
    return "\(what) [\(bar)] \(Format.bytes(progress.done)) of \(Format.bytes(progress.total))"
  }
}

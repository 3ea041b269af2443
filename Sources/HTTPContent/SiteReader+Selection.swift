import DataPlaneABI
import HTTPCore

extension SiteReader {
  /// What a client gets for a request of which HTTPCore has said what of the resource answers it.
  /// - Parameters:
  ///   - date: seconds since 1970.
  ///   - headOnly: whether the request was HEAD.
  public func answer(
    _ resource: resource, _ selection: Selection, _ persistence: Persistence = .implied, date: UInt32,
    headOnly: Bool = false
  ) -> [UInt8] {
    let coding = ContentCoding(rawValue: selection.coding) ?? .identity
    let chosen = representation(resource, in: coding) ?? resource.representations.0
    let parts = head(chosen, date: date)
    switch selection.kind {
    case .whole: return answer(chosen, persistence, date: date, headOnly: headOnly)
    case .notModified: return start(COMMON_NOT_MODIFIED, date) + parts[1] + tail(persistence)
    case .partial:
      let last = selection.first + selection.length - 1
      let lines = SiteHead.lines([
        SiteHeader("Content-Range", "bytes \(selection.first)-\(last)/\(chosen.body_length)"),
        SiteHeader("Content-Length", "\(selection.length)"),
      ])
      let body = headOnly ? [] : bytes(chosen.body_offset + selection.first, Int(selection.length))
      return start(COMMON_PARTIAL, date) + parts[1] + parts[2] + lines + tail(persistence) + body
    case .unsatisfiable:
      let fields = SiteHead.lines([SiteHeader("Content-Range", "bytes */\(chosen.body_length)")])
      let common = common(COMMON_RANGE_NOT_SATISFIABLE)
      return answer(common, persistence, date: date, fields: fields, headOnly: headOnly)
    case .preconditionFailed:
      return answer(common(COMMON_PRECONDITION_FAILED), persistence, date: date, headOnly: headOnly)
    case .methodNotAllowed:
      return answer(common(COMMON_METHOD_NOT_ALLOWED), persistence, date: date, headOnly: headOnly)
    }
  }

  private func start(_ answer: common_answer, _ date: UInt32) -> [UInt8] { head(common(answer), date: date)[0] }
}

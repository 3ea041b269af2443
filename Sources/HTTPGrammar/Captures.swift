import HTTPCore

extension Capture {
  /// A byte more than is kept shows that there was more.
  static let element = Capture(
    area: RequestArea.element, offset: UInt16(RequestLayout.element), capacity: RequestLayout.elementCapacity + 1,
    fold: 0)
  static let target = Capture(
    area: RequestArea.target, offset: UInt16(RequestLayout.target), capacity: RequestLayout.targetCapacity + 1, fold: 0)
  /// RFC 9110 4.2.3: the case of a host does not matter.
  static let host = Capture(
    area: RequestArea.host, offset: UInt16(RequestLayout.host), capacity: RequestLayout.hostCapacity + 1, fold: 0x20)
  static let referer = Capture(
    area: RequestArea.referer, offset: UInt16(RequestLayout.referer), capacity: RequestLayout.logCapacity + 1, fold: 0)
  static let agent = Capture(
    area: RequestArea.agent, offset: UInt16(RequestLayout.agent), capacity: RequestLayout.logCapacity + 1, fold: 0)
}

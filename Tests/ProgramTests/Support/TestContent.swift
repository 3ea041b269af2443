import BPF
import CLinux
import DataPlaneABI
import HTTPContent
import HTTPCore

/// The Date of all answers in these tests: the clock stands still, at the RFC's example (RFC 9110 5.6.7).
let testDate: UInt32 = 784_111_777

/// Stops the programs' clock.
func stopClock(of object: borrowing Object, at seconds: UInt32 = testDate) throws {
  let clock = wall_clock(until: .max, seconds: seconds, reserved: 0)
  let copies = try object.map("wall_clock").lookupPerCPU(UInt32(0), as: wall_clock.self) ?? []
  try object.map("wall_clock").updatePerCPU(UInt32(0), copies.map { _ in clock })
}

/// Puts a site into a loaded object's content store, as the loader does it, and has requests answered from it.
/// - Parameter generation: the place in the map `content`, below `CONTENT_GENERATIONS`.
func writeSite(_ source: SiteSource, to object: borrowing Object, generation: UInt8 = 0) throws {
  let image = try SiteImage(source)
  let chunks = try Map(
    creating: .array, name: "content_\(generation)", keySize: MemoryLayout<UInt32>.size,
    valueSize: MemoryLayout<content_chunk>.size, maxEntries: UInt32(image.chunkCount),
    flags: [.mappable, .innerOfAnySize])
  let memory = try chunks.mapMemory(writable: true)
  try image.write(to: memory.bytes, stride: memory.stride, generation: UInt32(generation))
  try object.map("content").setInnerMap(chunks, at: UInt32(generation))
  try object.map("current").update(UInt32(0), UInt32(generation))
}

/// Likewise, one content for every path.
func writeContent(_ source: ContentSource = .hello, to object: borrowing Object, generation: UInt8 = 0) throws {
  try writeSite(.only(source), to: object, generation: generation)
}

/// A site in this process's memory, to know what the programs must say.
final class PackedSite {
  private let memory: UnsafeMutableRawBufferPointer
  let reader: SiteReader

  init(_ source: SiteSource) throws {
    let image = try SiteImage(source)
    let stride = MemoryLayout<content_chunk>.stride
    memory = .allocate(byteCount: image.chunkCount * stride, alignment: 8)
    memory.initializeMemory(as: UInt8.self, repeating: 0)
    try image.write(to: memory, stride: stride, generation: 0)
    reader = SiteReader(UnsafeRawBufferPointer(memory), stride: stride)
  }

  deinit { memory.deallocate() }

  nonisolated(unsafe) static let hello = Result { try PackedSite(.only(.hello)) }
}

/// The greeting, or an answer that no path has.
enum AnswerKind: Equatable {
  case ok, badRequest, methodNotAllowed, notImplemented, versionNotSupported, uriTooLong, headerTooLarge
  case contentTooLarge, expectationFailed, options

  var common: common_answer? {
    switch self {
    case .ok: nil
    case .badRequest: COMMON_BAD_REQUEST
    case .methodNotAllowed: COMMON_METHOD_NOT_ALLOWED
    case .notImplemented: COMMON_NOT_IMPLEMENTED
    case .versionNotSupported: COMMON_VERSION_NOT_SUPPORTED
    case .uriTooLong: COMMON_URI_TOO_LONG
    case .headerTooLarge: COMMON_HEADER_TOO_LARGE
    case .contentTooLarge: COMMON_CONTENT_TOO_LARGE
    case .expectationFailed: COMMON_EXPECTATION_FAILED
    case .options: COMMON_OPTIONS
    }
  }
}

extension TestServer {
  /// What the server must say.
  static func content(_ kind: AnswerKind, _ persistence: Persistence = .implied, headOnly: Bool = false) -> [UInt8] {
    guard let reader = try? PackedSite.hello.get().reader else { preconditionFailure("the greeting can't be packed") }
    let representation = kind.common.map { reader.common($0) } ?? reader.find(path: "/").representation
    return reader.answer(representation, persistence, date: testDate, headOnly: headOnly)
  }
}

import DataPlaneABI
import HTTPCore
import Redirects

/// A representation before it is written: its body, and where head and body will lie.
struct RepresentationPlan {
  /// What its body is.
  enum Body {
    case bytes(Blob)
    case file(SiteFile)

    var length: Int {
      switch self {
      case .bytes(let blob): blob.bytes.count
      case .file(let file): file.size
      }
    }

    /// What is the same for the same body.
    var key: BodyKey {
      switch self {
      case .bytes(let blob): .bytes(ObjectIdentifier(blob))
      case .file(let file): .file(file.path)
      }
    }
  }

  enum BodyKey: Hashable {
    case bytes(ObjectIdentifier)
    case file([UInt8])
  }

  let coding: ContentCoding
  let body: Body
  var offset = 0
  var bodyOffset = 0
  /// Of all of it once more, as it ends a connection; 0: it does not lie so.
  var closingOffset = 0
}

/// A resource before it is written.
struct ResourcePlan {
  let host: UInt16
  /// Of an entry; a route's prefix; nothing for what has neither.
  let path: [UInt8]
  let content: SiteContent
  /// All fields that its answers have besides those that they need.
  let headers: [SiteHeader]
  /// Its Last-Modified, seconds since 1970; 0: it has none.
  let modified: UInt32
  var representations: [RepresentationPlan]
  var offset = 0
  var locationOffset = 0
  /// Of a redirect: its template, and where the texts of the pieces lie.
  var location: [LocationTemplate.Piece] = []
  var locationTexts: [Int] = []

  /// Where the path lies: behind the structure.
  var pathOffset: Int { offset + MemoryLayout<resource>.size }

  /// Whether a client may ask for parts of it, and for what has changed.
  var isFile: Bool {
    switch content {
    case .file, .bytes: true
    case .fixed, .redirect: false
    }
  }

  /// Bytes of all its bodies.
  var bodyLength: Int { representations.reduce(0) { $0 + $1.body.length } }

  /// The head of one of its answers.
  /// - Parameter tag: the number of its entity tag; heads of all numbers have the same length.
  func head(_ plan: RepresentationPlan, tag: UInt64) -> SiteHead {
    switch content {
    case .file(let file): head(plan, type: file.type, tag: tag)
    case .bytes(_, let type, _): head(plan, type: type, tag: tag)
    case .fixed(let status, _, let type): head(status, plan, type: type)
    case .redirect(let status, _): head(status, plan, type: CommonHeads.type, fixedLocation.map { [$0] } ?? [])
    }
  }

  private func head(_ plan: RepresentationPlan, type: String, tag: UInt64) -> SiteHead {
    var head = SiteHead(status: 200)
    var validators = [SiteHeader("ETag", EntityTags.text(tag))]
    if modified > 0 { validators.append(SiteHeader("Last-Modified", DateField.text(modified))) }
    // RFC 9110 12.5.5: every answer about a resource that is there in several codings says so.
    if representations.count > 1 { validators.append(SiteHeader("Vary", "Accept-Encoding")) }
    head.validators = SiteHead.lines(validators + headers)
    var entity = [SiteHeader("Content-Type", type)]
    if plan.coding != .identity { entity.append(SiteHeader("Content-Encoding", plan.coding.name)) }
    entity.append(SiteHeader("Accept-Ranges", "bytes"))
    head.entity = SiteHead.lines(entity)
    head.setLength(plan.body.length)
    return head
  }

  /// The Location of a redirect that nothing of the request is put into.
  var fixedLocation: SiteHeader? {
    guard location.count == 1, case .text(let text) = location[0] else { return nil }
    return SiteHeader("Location", text)
  }

  private func head(
    _ status: Int, _ plan: RepresentationPlan, type: String, _ fields: [SiteHeader] = []
  ) -> SiteHead {
    var head = SiteHead(status: status, fields: fields)
    head.validators = SiteHead.lines(headers)
    // RFC 9110 8.6: no Content-Length in a 204.
    guard status != 204 else { return head }
    head.entity = SiteHead.lines([SiteHeader("Content-Type", type)])
    head.setLength(plan.body.length)
    return head
  }
}

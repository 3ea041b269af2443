import BPF
import Foundation
import SiteSettings

/// What a running server was told to do, for those that come later: a reload looks up what it is to pack anew.
///
/// It is a file, /run/xdp_tcp_server/server-N.json, N being the id of the server's map `sessions`: that stays as long
/// as the server does, and no other one has it until the next boot, which clears /run.
struct ServerRecord: Codable, Equatable {
  /// What it serves.
  var site: SiteFlags
  /// Of all else that it was told: two that are equal differ in what they serve at the most.
  var fingerprint: String

  private static func path(_ id: UInt32) -> String { "\(RunFolder.path)/server-\(id).json" }

  /// That of a server; nil if there is none that can be read, such as in another container.
  init?(of id: UInt32) {
    guard let bytes = BinaryFile.read(Self.path(id)),
      let record = try? JSONDecoder().decode(ServerRecord.self, from: Data(bytes))
    else { return nil }
    self = record
  }

  init(site: SiteFlags, fingerprint: String) {
    self.site = site
    self.fingerprint = fingerprint
  }

  /// Keeps it, in the place of what was kept.
  /// - Throws: `ControlError` if that cannot be.
  func save(for id: UInt32) throws(ControlError) {
    func failed(_ what: String) -> ControlError {
      ControlError(.system, "cannot \(what): \(String(cString: strerror(errno)))")
    }
    try RunFolder.make()
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let data = try controlled { try encoder.encode(self) }
    let path = Self.path(id), draft = "\(path).new"
    let file = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw failed("write \(draft)") }
    let count = data.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
    close(file)
    guard count == data.count, rename(draft, path) == 0 else {
      let error = failed("write \(path)")
      unlink(draft)
      throw error
    }
  }

  static func remove(of id: UInt32) { unlink(path(id)) }
}

extension Attempt {
  /// What it is told but for what is served.
  var record: ServerRecord {
    var hash = FNV()
    hash.add(file.bytes)
    var entry = settings.entry(interface: interface, secret: (0, 0))
    // The clock's affair.
    entry.atomic_time_offset = 0
    withUnsafeBytes(of: entry) { hash.add($0) }
    for word in settings.portWords() { withUnsafeBytes(of: word) { hash.add($0) } }
    for address in addresses.sorted() { hash.add(address.bytes) }
    return ServerRecord(site: settings.site, fingerprint: String(hash.value, radix: 16))
  }
}

/// FNV-1a of 64 bits: tells apart what nobody makes alike on purpose.
private struct FNV {
  var value: UInt64 = 0xCBF2_9CE4_8422_2325

  mutating func add(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }
  }
}

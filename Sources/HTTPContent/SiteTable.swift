import DataPlaneABI

/// A hash table as the programs search it: open addressing, at most `SITE_PROBES` slots one after the other.
///
/// Sorted by where their searches begin, the entries lie as near to it as all of them can at once. A search meets no
/// entry of the same fingerprint before its own, so the first that it meets is the only one it has to compare.
struct SiteTable {
  /// 2 to the power of something, less 1.
  let mask: Int
  /// `mask + 1 + SITE_PROBES` of them: the number of the entry, or -1.
  private(set) var slots: [Int32]
  private(set) var fingerprints: [UInt32]

  /// Slots of a table for that many entries: at most half of them are taken.
  static func slotCount(_ entries: Int) -> Int {
    var count = 8
    while count < 2 * entries { count *= 2 }
    return count
  }

  /// nil if a search would be too long, or would meet another entry with its fingerprint.
  /// - Parameters:
  ///   - hashes: of the entries.
  ///   - count: slots, without those behind the mask.
  init?(_ hashes: [UInt64], slotCount count: Int) {
    mask = count - 1
    let probes = Int(SITE_PROBES)
    slots = [Int32](repeating: -1, count: count + probes)
    fingerprints = [UInt32](repeating: 0, count: count + probes)
    let mask = UInt64(mask)
    let order = hashes.indices.sorted { (hashes[$0] & mask, hashes[$0]) < (hashes[$1] & mask, hashes[$1]) }
    var free = 0
    for index in order {
      let home = Int(hashes[index] & mask)
      let fingerprint = UInt32(hashes[index] >> 32)
      let slot = max(home, free)
      guard slot < home + probes else { return nil }
      for place in home..<slot where fingerprints[place] == fingerprint { return nil }
      slots[slot] = Int32(index)
      fingerprints[slot] = fingerprint
      free = slot + 1
    }
  }
}

/// The keys of both tables, and the tables.
struct SiteTables {
  typealias Hash = (UnsafeRawPointer, UInt32, UInt64, UInt64) -> UInt64

  let key: (UInt64, UInt64)
  let resources: SiteTable
  let hosts: SiteTable

  /// Tries keys until one of them suits both tables.
  /// - Parameters:
  ///   - paths: with the numbers of their hosts.
  ///   - names: of virtual hosts.
  /// - Throws: `ContentError` if none is found, which does not happen to a sound hash.
  init(
    paths: [(host: UInt16, path: [UInt8])], names: [[UInt8]], hash: Hash, random: inout some RandomNumberGenerator
  ) throws(ContentError) {
    // Every eight keys the tables become larger.
    for attempt in 0..<SiteTables.attempts {
      let key = (random.next() as UInt64, random.next() as UInt64)
      let growth = 1 << (attempt / 8)
      let resourceHashes = paths.map { entry in
        entry.path.withUnsafeBytes {
          hash($0.baseAddress!, UInt32($0.count), key.0 ^ UInt64(entry.host), key.1)
        }
      }
      let nameHashes = names.map { name in
        name.withUnsafeBytes { hash($0.baseAddress!, UInt32($0.count), key.0, key.1) }
      }
      if let resources = SiteTable(resourceHashes, slotCount: SiteTable.slotCount(paths.count) * growth),
        let hosts = SiteTable(nameHashes, slotCount: SiteTable.slotCount(names.count) * growth) {
        self.key = key
        self.resources = resources
        self.hosts = hosts
        return
      }
    }
    throw ContentError("no key was found for a table of \(paths.count) paths", mend: "try again")
  }

  static let attempts = 32
}

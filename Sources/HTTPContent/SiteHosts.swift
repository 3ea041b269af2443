/// The virtual hosts of a site by their numbers: the default one is 0.
struct SiteHosts {
  /// By number; the first has no name.
  private(set) var hosts: [SiteHost]
  /// All names, aliases too, in lower case, and the numbers of their hosts.
  private(set) var names: [(name: String, number: Int)] = []
  private var numbers: [String: Int] = [:]

  /// - Throws: `ContentError` for a name that is none, or that two hosts have.
  init(_ hosts: [SiteHost]) throws(ContentError) {
    let defaults = hosts.filter { $0.name == nil }
    guard defaults.count <= 1 else {
      throw ContentError("there are \(defaults.count) default hosts", mend: "give all but one of them a name")
    }
    self.hosts = [defaults.first ?? SiteHost()] + hosts.filter { $0.name != nil }
    guard self.hosts.count <= SiteLimits.hosts else {
      throw ContentError("there are \(self.hosts.count) virtual hosts, and at most \(SiteLimits.hosts) are taken")
    }
    for (number, host) in self.hosts.enumerated() {
      for name in (host.name.map { [$0] } ?? []) + host.aliases {
        let key = name.lowercased()
        try SiteHosts.check(name)
        guard numbers.updateValue(number, forKey: key) == nil else {
          throw ContentError("two virtual hosts are called \(name)")
        }
        names.append((key, number))
      }
    }
  }

  /// The number of the host that an entry names.
  func number(_ name: String?) throws(ContentError) -> UInt16 {
    guard let name else { return 0 }
    guard let number = numbers[name.lowercased()] else {
      throw ContentError("there is no virtual host called \(name)", mend: "add it to the hosts")
    }
    return UInt16(number)
  }

  /// RFC 3986 3.2.2: a registered name of letters, digits, hyphens, underscores and dots, an IPv4 address, or an IPv6
  /// address in brackets.
  private static func check(_ name: String) throws(ContentError) {
    let isAddress = name.hasPrefix("[") && name.hasSuffix("]")
    let inside = isAddress ? name.dropFirst().dropLast() : name[...]
    let isRight = inside.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."):
        true
      case UInt8(ascii: "g")...UInt8(ascii: "z"), UInt8(ascii: "G")...UInt8(ascii: "Z"), UInt8(ascii: "-"),
        UInt8(ascii: "_"):
        !isAddress
      default: isAddress && byte == UInt8(ascii: ":")
      }
    }
    guard !inside.isEmpty, isRight else {
      throw ContentError(
        "\"\(name)\" is not the name of a host", mend: "write it as in www.example.org, without a port")
    }
    guard name.utf8.count <= SiteLimits.host else {
      throw ContentError("the host name \(name) is longer than \(SiteLimits.host) bytes")
    }
  }
}

import DataPlaneABI
import Glibc

/// An address as the maps hold it: 16 bytes in network order, IPv4 as ::ffff:a.b.c.d (RFC 4291 2.5.5.2).
public struct IPAddress: Hashable, Sendable, CustomStringConvertible {
  public let bytes: [UInt8]

  private static let mappedPrefix: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]

  /// Parses IPv4 dotted or IPv6 text; nil for anything else.
  public init?(_ text: String) {
    var four = in_addr()
    var six = in6_addr()
    if inet_pton(AF_INET, text, &four) == 1 {
      bytes = Self.mappedPrefix + withUnsafeBytes(of: four) { Array($0) }
    } else if inet_pton(AF_INET6, text, &six) == 1 {
      bytes = withUnsafeBytes(of: six) { Array($0) }
    } else {
      return nil
    }
  }

  /// - Parameter raw: the 16 bytes of a map's key, as C imports them.
  init<Tuple>(raw: Tuple) { bytes = withUnsafeBytes(of: raw) { Array($0) } }

  /// Whether this is an IPv4 address.
  public var isIPv4: Bool { bytes.starts(with: Self.mappedPrefix) }

  /// Dotted for IPv4, RFC 5952 for IPv6.
  public var description: String {
    var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    let source = isIPv4 ? Array(bytes[12...]) : bytes
    guard inet_ntop(isIPv4 ? AF_INET : AF_INET6, source, &buffer, socklen_t(buffer.count)) != nil else { return "?" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The address with a port, IPv6 in brackets (RFC 3986 3.2.2).
  public func description(port: UInt16) -> String { isIPv4 ? "\(self):\(port)" : "[\(self)]:\(port)" }

  /// The key of `local_addresses`.
  var key: local_address {
    var key = local_address()
    withUnsafeMutableBytes(of: &key) { $0.copyBytes(from: bytes) }
    return key
  }

  /// Every address of this network namespace but those of loopback interfaces.
  public static func local() throws(ControlError) -> Set<IPAddress> {
    var list: UnsafeMutablePointer<ifaddrs>?
    guard getifaddrs(&list) == 0 else { throw ControlError(.system, "cannot list this host's addresses") }
    defer { freeifaddrs(list) }
    var found: Set<IPAddress> = []
    var entry = list
    while let current = entry?.pointee {
      defer { entry = current.ifa_next }
      guard let address = current.ifa_addr, current.ifa_flags & UInt32(IFF_LOOPBACK) == 0 else { continue }
      let raw = UnsafeRawPointer(address)
      switch Int32(address.pointee.sa_family) {
      case AF_INET:
        let four = raw.loadUnaligned(as: sockaddr_in.self).sin_addr
        found.insert(IPAddress(mapping: withUnsafeBytes(of: four) { Array($0) }))
      case AF_INET6:
        found.insert(IPAddress(raw: raw.loadUnaligned(as: sockaddr_in6.self).sin6_addr))
      default: break
      }
    }
    return found
  }

  /// The 16 bytes of a key of `local_addresses`.
  init(bytes: [UInt8]) { self.bytes = bytes }

  private init(mapping four: [UInt8]) { bytes = Self.mappedPrefix + four }
}

extension IPAddress: Comparable {
  public static func < (a: IPAddress, b: IPAddress) -> Bool { a.bytes.lexicographicallyPrecedes(b.bytes) }
}

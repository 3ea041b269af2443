import Glibc
import LabKit
import Synchronization
import XCTest

/// A site is exchanged a thousand times while it is asked for: no request fails, no body is of two states, and the
/// kernel has no more memory of it in the end.
final class SiteReloadTests: XCTestCase {
  /// SITE_RELOADS gives another number.
  private static let reloads = getenv("SITE_RELOADS").flatMap { Int(String(cString: $0)) } ?? 1000

  /// Files of one letter each, which is another in each state; and a large one.
  private final class States {
    let folder: String
    let bodies = (0..<2).map { try! Body(3_000_000 + $0 * 12_345, seed: UInt64(40 + $0)) }
    static let names = ["index.html", "small.txt", "page.html", "script.js", "one.bin"]
    private static let sizes = [300, 1000, 40_000, 7000, 1]
    private let cleanup: Cleanup.Token

    init() throws {
      // Beside the bodies, so that they can be linked.
      let folder = bodies[0].path + "-states"
      self.folder = folder
      cleanup = Cleanup.add { _ = try? Command.attempt("rm", "-rf", folder) }
      try Command.run("mkdir", folder)
      try set(0)
    }

    deinit { Cleanup.run(cleanup) }

    /// Puts every file of a state into its place, each in one step.
    func set(_ state: Int) throws {
      for name in Self.names {
        let (size, letter) = Self.file(name, state)
        try GeneratedSite.write([UInt8](repeating: letter.asciiValue!, count: size), to: folder + "/.new")
        guard rename(folder + "/.new", folder + "/" + name) == 0 else { throw LabError("can't rename \(name)") }
      }
      guard link(bodies[state].path, folder + "/.new") == 0, rename(folder + "/.new", folder + "/body") == 0 else {
        throw LabError("can't link the body")
      }
    }

    static func file(_ name: String, _ state: Int) -> (size: Int, letter: Character) {
      let index = names.firstIndex(of: name)!
      return (sizes[index] + state * 123, Character(Unicode.Scalar(UInt8(ascii: "a") + UInt8(index * 2 + state))))
    }

    /// Each file, and what it may be.
    var requests: [WrkMix.Request] {
      Self.names.flatMap { name in
        (0..<2).map { state in
          let (size, letter) = Self.file(name, state)
          return WrkMix.Request(target: "/" + name, status: 200, length: size, letter: letter)
        }
      }
    }
  }

  func testAThousandReloadsUnderLoad() throws {
    let states = try States()
    let lab = try SiteLab(root: states.folder)
    let mix = try WrkMix(states.requests)
    let isDone = Flag()

    // Twice, so that there are as many generations as there will be.
    for state in [1, 0] {
      try states.set(state)
      try lab.reload()
    }
    let before = try Self.mapMemory(lab)

    let (bodies, space, address) = (states.bodies, lab.lab.client.namespace, lab.lab.server.ipv4)
    let downloads = (0..<4).map { number in
      Background {
        var received = [0, 0]
        while !isDone.isSet {
          var manner = Download.Manner()
          (manner.chunk, manner.breath) = (64_000, .milliseconds(5 + 5 * number))
          let result = try Download.run(in: space, to: address, expecting: bodies, manner)
          for state in result.received { received[state] += 1 }
        }
        return received
      }
    }
    let command = space.entering(mix.arguments(lab, connections: 8, seconds: 3))
    let load = Background {
      var (requests, problems) = (0, [String]())
      repeat {
        let result = try WrkMix.judge(Command.attempt(command))
        requests += result.requests
        problems += result.problems
      } while !isDone.isSet
      return (requests, problems)
    }

    let begin = ContinuousClock.now
    do {
      for number in 1...Self.reloads {
        try states.set(number % 2)
        try lab.reload()
        for one in downloads where one.isDone { _ = try one.result() }
      }
    } catch {
      XCTFail("\(error)")
    }
    let duration = ContinuousClock.now - begin
    isDone.set()
    let received = try downloads.map { try $0.result() }
    let (requests, problems) = try load.result()
    let large = received.reduce([0, 0]) { [$0[0] + $1[0], $0[1] + $1[1]] }
    print("site: \(before) before; \(Self.reloads) reloads in \(duration), \(requests) requests, downloads \(large)")
    XCTAssertEqual(problems, [])
    XCTAssertGreaterThan(requests, Self.reloads)
    XCTAssertGreaterThan(large[0], 0)
    XCTAssertGreaterThan(large[1], 0)

    // The last generations are given up by the reloads that follow.
    var after = before
    try waitUntil("the memory is free again: \(before) before, now \(after)", timeout: .seconds(60)) {
      for state in [1, 0] {
        try states.set(state)
        try lab.reload()
      }
      after = try Self.mapMemory(lab)
      return after.maps <= before.maps && after.bytes <= before.bytes
    }
  }

  /// How many maps this server has, those in its maps of maps included, and what they take. Whatever the kernel keeps of
  /// a site is reached from there.
  private static func mapMemory(_ lab: SiteLab) throws -> (maps: Int, bytes: Int) {
    guard case .xdp = lab.server else { return (0, 0) }
    let numbers = { (text: Substring) in text.matches(of: /[0-9]+/).compactMap { Int($0.output) } }
    let link = try lab.lab.server.namespace.run("ip", "-j", "-d", "link", "show", "dev", lab.lab.server.interface)
    guard let program = link.firstMatch(of: /"prog":\{"id":([0-9]+)/)?.1,
      let list = try Command.run("bpftool", "-j", "prog", "show", "id", String(program))
        .firstMatch(of: /"map_ids":\[([0-9,]*)\]/)?.1
    else { throw LabError("no program and its maps: \(link)") }
    var (waiting, seen, bytes) = (numbers(list), Set<Int>(), 0)
    while let id = waiting.popLast() {
      guard seen.insert(id).inserted else { continue }
      let map = try Command.run("bpftool", "-j", "map", "show", "id", "\(id)")
      bytes += map.firstMatch(of: /"bytes_memlock":([0-9]+)/).flatMap { Int($0.1) } ?? 0
      guard map.contains("\"type\":\"array_of_maps\"") else { continue }
      let dump = try Command.run("bpftool", "map", "dump", "id", "\(id)")
      // Little-endian bytes: value: 68 94 01 00
      let inner = dump.matches(of: /value: ([0-9a-f ]{11})/).compactMap { match in
        Int(match.1.split(separator: " ").reversed().joined(), radix: 16)
      }
      guard !inner.isEmpty else { throw LabError("nothing is in the map of maps: \(dump)") }
      waiting += inner
    }
    return (seen.count, bytes)
  }

  private final class Flag: Sendable {
    private let value = Atomic(false)
    var isSet: Bool { value.load(ordering: .relaxed) }
    func set() { value.store(true, ordering: .relaxed) }
  }
}

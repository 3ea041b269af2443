/// A small generator whose whole run follows from its seed (Steele, Lea, Flood: Fast splittable pseudorandom number
/// generators).
public struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// A number from 0 to `limit` - 1; `limit` is 1 or more.
  public mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }

  /// One of the choices, of which there is one at least.
  public mutating func pick<T>(_ choices: [T]) -> T { choices[below(choices.count)] }

  /// True once in `n` times.
  public mutating func once(in n: Int) -> Bool { below(n) == 0 }
}

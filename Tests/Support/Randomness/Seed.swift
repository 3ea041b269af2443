import Foundation

/// The seed of a random test, printed. The environment variable of the given name repeats a run.
public func randomSeed(_ variable: String) -> UInt64 {
  let given = ProcessInfo.processInfo.environment[variable].flatMap { UInt64($0) }
  let seed = given ?? UInt64.random(in: 1...UInt64(UInt32.max))
  print("\(variable)=\(seed)")
  return seed
}

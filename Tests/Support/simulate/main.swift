import Foundation
import TCPSimulator

// simulate [--seeds N] [--seed S] [--table BYTES] [--trace]
// Runs N conversations with the seeds from S on, and fails if a rule is broken in one of them.

var seeds = 10_000
var seed: UInt64?
var table: Int?
var traces = false

func stop(_ words: String) -> Never {
  FileHandle.standardError.write(Data((words + "\n").utf8))
  exit(2)
}

var arguments = CommandLine.arguments.dropFirst()
while let option = arguments.popFirst() {
  if option == "--trace" {
    traces = true
    continue
  }
  guard let value = arguments.popFirst(), let number = UInt64(value), number <= UInt64(Int.max) || option == "--seed"
  else { stop("usage: simulate [--seeds N] [--seed S] [--table BYTES] [--trace]") }
  switch option {
  case "--seeds": seeds = Int(number)
  case "--seed": seed = number
  case "--table": table = Int(number)
  default: stop("\(option) is not an option: --seeds, --seed, --table and --trace are")
  }
}

let first = seed ?? UInt64.random(in: 1...UInt64(UInt32.max))
if let table {
  for usesNewReno in [false, true] {
    var measured = ThroughputTable(bytes: table)
    measured.usesNewReno = usesNewReno
    measured.run(seed: first)
    print("\(usesNewReno ? "NewReno" : "CUBIC"), seed \(first), \(table) bytes")
    print(measured.text)
    for outcome in measured.outcomes.joined() where outcome.failure != nil { print(outcome.failure ?? "") }
  }
  exit(0)
}
if traces {
  let simulation = Simulation(Scenario(seed: first))
  simulation.trace = { print($0) }
  let outcome = simulation.run()
  print(outcome)
  exit(outcome.failure == nil ? 0 : 1)
}
print("SEED=\(first) SEEDS=\(seeds)")
var runner = Runner()
let step = 100_000
var done = 0
while done < seeds, runner.failures.count < 10 {
  let count = min(step, seeds - done)
  runner.run(seed: first &+ UInt64(done), count: count)
  done += count
  if seeds > step { print("\(done)/\(seeds)") }
  fflush(nil)
}
print(runner.summary)
for outcome in runner.failures { print("seed \(outcome.seed): \(outcome.failure ?? "")") }
exit(runner.failures.isEmpty ? 0 : 1)

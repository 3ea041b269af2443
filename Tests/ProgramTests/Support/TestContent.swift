import BPF
import DataPlaneABI
import HTTPContent

/// Puts content of any size into a loaded object's content store, and into `answers` what leads there, as the loader
/// does it.
/// - Parameter generation: the place in the map `content`, below `CONTENT_GENERATIONS`.
func writeContent(_ source: ContentSource = .hello, to object: borrowing Object, generation: UInt8 = 0) throws {
  let image = try ContentImage(source)
  let chunks = try Map(
    creating: .array, name: "content_\(generation)", keySize: MemoryLayout<UInt32>.size,
    valueSize: MemoryLayout<content_chunk>.size, maxEntries: UInt32(image.answers.chunkCount),
    flags: [.mappable, .innerOfAnySize])
  let memory = try chunks.mapMemory(writable: true)
  let templates = try image.write(to: memory.bytes, stride: memory.stride, generation: generation)
  try object.map("content").setInnerMap(chunks, at: UInt32(generation))
  let answers = try object.map("answers")
  for (index, template) in templates.enumerated() { try answers.update(UInt32(index), template) }
}

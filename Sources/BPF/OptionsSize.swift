/// The `sz` of one of libbpf's option structures that is filled up to and including `field`.
///
/// libbpf wants everything beyond the fields that it knows to be zero, padding included, and Swift leaves padding as it
/// is; so padding at a structure's end must not be counted.
func optionsSize<Options, Field>(through field: KeyPath<Options, Field>) -> Int {
  guard let offset = MemoryLayout<Options>.offset(of: field) else {
    preconditionFailure("an imported C structure stores its fields")
  }
  return offset + MemoryLayout<Field>.size
}

/// A difference between the server under test and nginx that is meant. docs/differences-from-nginx.md lists them all.
struct AllowedDifference: Sendable {
  /// As in the document's table.
  var name: String
  var covers: @Sendable (OracleCase, OracleDifference) -> Bool

  static func field(
    _ name: String, _ field: String, _ covers: @escaping @Sendable (OracleCase, OracleDifference) -> Bool
  ) -> Self {
    Self(name: name) { $1.kind == .field(field) && covers($0, $1) }
  }

  static let all: [AllowedDifference] = [
    .field("keep-alive is not said", "connection") { _, it in it.ours == nil && it.nginx == "keep-alive" },
    AllowedDifference(name: "error pages") { _, it in
      it.ourStatus >= 300 && [.body, .field("content-type"), .field("content-length")].contains(it.kind)
    },
    AllowedDifference(name: "compressed representations") { _, it in
      it.ourStatus == it.nginxStatus && it.nginx == nil
        && (it.kind == .field("content-encoding") || it.kind == .field("vary"))
    },
  ]
}

import Glibc

/// nginx over Linux's TCP, serving a directory: what the server under test is compared with.
public final class Nginx {
  public let port: UInt16
  private let folder: String
  private let process: ChildProcess
  private let cleanup: Cleanup.Token

  /// Starts it and waits until it answers.
  /// - Parameters:
  ///   - host: whose namespace it runs in, on all of its addresses.
  ///   - root: the directory.
  ///   - http: further directives of its http block.
  /// - Throws: `LabError`, where nginx is missing or does not start.
  public init(on host: Host, port: UInt16, root: String, http: String = "") throws {
    let folder = "\(Body.folder)/xts-\(getpid())-nginx-\(LabCounter.next())"
    (self.folder, self.port) = (folder, port)
    cleanup = Cleanup.add { _ = try? Command.attempt("rm", "-rf", folder) }
    try Command.run("mkdir", "-p", folder)
    // What the contract with the operator is the same for, is set the same: limits, hidden files, one range at most,
    // If-Modified-Since as RFC 9110 has it, and relative redirects.
    let text = """
      worker_processes 1; daemon off; pid \(folder)/pid; error_log \(folder)/error.log; user root;
      events { worker_connections 4096; }
      http {
        include /etc/nginx/mime.types; default_type application/octet-stream;
        access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; server_tokens off;
        max_ranges 1; if_modified_since before; absolute_redirect off; client_max_body_size 1m;
        lingering_timeout 300ms;
        client_body_temp_path \(folder)/a; proxy_temp_path \(folder)/b; fastcgi_temp_path \(folder)/c;
        uwsgi_temp_path \(folder)/d; scgi_temp_path \(folder)/e;
        \(http)
        server {
          listen \(port); listen [::]:\(port);
          root \(root); index index.html;
          location ~ /\\. { return 404; }
        }
      }
      """
    try GeneratedSite.write(Array(text.utf8), to: folder + "/nginx.conf")
    process = try ChildProcess(
      host.namespace.entering(["nginx", "-p", folder, "-c", folder + "/nginx.conf"]))
    let deadline = ContinuousClock.now + .seconds(20)
    while (try? TCPConnection(in: host.namespace, to: host.ipv4, port: port, timeout: .seconds(1))) == nil {
      guard process.isRunning, ContinuousClock.now < deadline else {
        throw LabError("nginx does not start: \(process.standardError)")
      }
      usleep(20_000)
    }
  }

  deinit {
    process.kill()
    Cleanup.run(cleanup)
  }
}

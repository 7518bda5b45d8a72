import Admin
import Control
import Foundation
import Gateway
import Policy

/// What `serve` says once it stands: where, in front of what, under which rules.
struct ServeAnnouncement {
    var gate: Gate
    var options: GateOptions

    /// Facts go to standard output, unless a client reads that; what wants attention to standard
    /// error.
    func print() async throws {
        let revision = try await gate.control.service(for: gate.author).policy()
        for line in lines(revision) {
            switch options.settings.transport {
            case .http: Swift.print(line)
            case .standardStreams: StandardError.write(line)
            }
        }
        // A client on standard input shows no key, and keeps what it is told in its log.
        if let key = gate.opening.firstKey, options.settings.transport == .http {
            Swift.print("  API key, shown once: \(key.revealed())")
        }
        fflush(nil)
        for warning in gate.opening.warnings {
            StandardError.write("gatehouse: \(warning)")
        }
        if revision.document.lockdown(at: .ofSystem) != nil {
            StandardError.write("gatehouse: The gate is in LOCKDOWN; see: gatehouse lockdown show")
        }
    }

    private func lines(_ revision: PolicyRevision) -> [String] {
        let document = revision.document
        guard options.settings.transport == .http else {
            return [
                "gatehouse \(Gatehouse.version) serves one client over standard input and output",
                "  behind it: \(document.upstream?.title ?? "the built-in tools")",
                "  revision \(revision.number), admin socket \(options.socketPath), "
                    + "store \(options.storePath)",
            ]
        }
        let keys = document.authentication.keys.filter { $0.state == .enabled }.count
        let access =
            document.allowlist.isEmpty
            ? "every address is allowed" : "\(document.allowlist.count) networks are allowed"
        let identity =
            document.authentication.isRequired
            ? "\(keys) key\(keys == 1 ? "" : "s")" : "ANONYMOUS: no key is asked for"
        let rate =
            document.limits.isRateLimitEnabled
            ? "\(document.limits.perKey.requestsPerMinute) requests/min" : "no rate limit"
        let certificate = gate.gateway.certificates?.standing
        let scheme = certificate == nil ? "http" : "https"
        let place = "\(scheme)://\(gate.gateway.listenAddress)/mcp"
        return [
            "gatehouse \(Gatehouse.version) listens on \(place)",
            certificate.map {
                "  TLS: \($0.names.joined(separator: ", ")), until \($0.validUntil)"
            },
            "  behind it: \(document.upstream?.title ?? "the built-in tools")",
            "  revision \(revision.number): \(identity), \(access), \(rate)",
            "  admin socket \(options.socketPath), store \(options.storePath)",
        ].compactMap(\.self)
    }
}

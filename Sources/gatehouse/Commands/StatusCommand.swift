import Admin
import ArgumentParser
import Policy
import Telemetry

/// What the gate is and what it obeys.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show what the gate is and what it obeys."
    )

    @OptionGroup var options: OperatorOptions

    func run() async throws {
        let (status, telemetry) = try await options.withService { service in
            (try await service.status(), try await service.telemetry())
        }
        if options.json { return try CommandOutput.json(status) }
        try CommandOutput.facts(
            status.facts + [
                ("Requests", "\(telemetry.totals.requests), \(telemetry.totals.denials) refused"),
                ("Blocked now", "\(telemetry.blocks.count)"),
            ]
        )
        for sentence in status.drift {
            StandardError.write("gatehouse: \(sentence)")
        }
    }
}

extension GateStatus {
    fileprivate var facts: [(name: String, value: String)] {
        let allowlist =
            isAllowlistEmpty ? "empty: every address may come in" : "only what it lists"
        return [
            ("Gatehouse", "\(version), process \(processID)"),
            ("Running since", "\(started)"),
            ("Listens on", listenAddress),
            ("TLS", certificate?.words ?? "off"),
            ("Event loops", "\(eventLoops)"),
            ("Upstream", upstream ?? "none: the built-in tools answer"),
            ("Policy", "revision \(revision)"),
            ("Lockdown", lockdown?.shortWords ?? "off"),
            (
                "Authentication",
                isAuthenticationRequired ? "required" : "OFF: EVERYONE IS ANONYMOUS"
            ),
            ("Token keys", keySet ?? "none: no access tokens"),
            ("Allowlist", allowlist),
            ("Forwarding", "\(ignoredForwardings) requests of peers that are not trusted"),
            ("Connections", "\(openConnections) open"),
        ] + upstreams.map { ("Server \(ServerRule.path(of: $0.server))", $0.words) }
    }
}

extension UpstreamStanding {
    fileprivate var words: String {
        let time = since.map { " since \($0)" } ?? ""
        let reach =
            switch isReachable {
            case true?: "reachable\(time)"
            case false?: "CANNOT BE REACHED\(time)"
            case nil: "not tried yet"
            }
        let calls = suspendedSeconds.map { "; calls are held off for \($0) s" } ?? ""
        return "\(address), \(reach)\(calls)"
    }
}

extension CertificateTerm {
    fileprivate var words: String {
        let time = daysLeft < 0 ? "EXPIRED" : "\(daysLeft) days left"
        return "\(names.joined(separator: ", ")), until \(validUntil): \(time)"
    }
}

extension LockdownRule {
    fileprivate var shortWords: String {
        let passing = networks.isEmpty ? "everyone" : "everyone but \(networks.words)"
        return "ON: closed to \(passing), "
            + (expires.map { "until \($0)" } ?? "until it is lifted")
    }
}

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
        let authentication =
            status.isAuthenticationRequired ? "required" : "off: everyone is anonymous"
        let allowlist =
            status.isAllowlistEmpty ? "empty: every address may come in" : "only what it lists"
        try CommandOutput.facts([
            ("Gatehouse", "\(status.version), process \(status.processID)"),
            ("Running since", "\(status.started)"),
            ("Listens on", status.listenAddress),
            ("Event loops", "\(status.eventLoops)"),
            ("Upstream", status.upstream ?? "none: the built-in tools answer"),
            ("Policy", "revision \(status.revision)"),
            ("Authentication", authentication),
            ("Allowlist", allowlist),
            ("Connections", "\(status.openConnections) open"),
            ("Requests", "\(telemetry.totals.requests), \(telemetry.totals.denials) refused"),
            ("Blocked now", "\(telemetry.blocks.count)"),
        ])
        for sentence in status.drift {
            StandardError.write("gatehouse: \(sentence)")
        }
    }
}

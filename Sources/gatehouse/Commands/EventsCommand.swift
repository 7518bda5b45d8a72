import Admin
import ArgumentParser
import Policy
import Telemetry

/// Shows what happened, and what happens.
struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "Show security events, oldest first.",
        discussion: "With --json one event a line; its cursor is what --after takes."
    )

    @Flag(name: .shortAndLong, help: "Go on with every event as it happens.")
    var follow = false

    @Option(help: ArgumentHelp("Begin after this event.", valueName: "cursor"))
    var after: UInt64?

    @Option(help: ArgumentHelp("The latest so many, 0 to 10000.", valueName: "count"))
    var limit = 50

    @OptionGroup var options: OperatorOptions

    /// As many as the gate remembers.
    private static let countMax = 10_000
    private static let pageSize = 1000

    func validate() throws {
        guard (0...Self.countMax).contains(limit) else {
            throw ValidationError("--limit must be 0 to \(Self.countMax).")
        }
    }

    func run() async throws {
        try await options.withService { service in
            let (events, cursor) = try await latest(from: service)
            for event in events { try print(event) }
            if follow { try await follow(service, after: cursor) }
        }
    }

    /// Reads page by page to the end and keeps the last `limit`.
    private func latest(
        from service: any AdminService
    ) async throws -> (events: [SecurityEvent], cursor: UInt64) {
        var events: [SecurityEvent] = []
        var cursor = after ?? 0
        for _ in 0...Self.countMax / Self.pageSize {
            let page = try await service.events(after: cursor, limit: Self.pageSize)
            events = (events + page.events).suffix(limit)
            cursor = page.cursor
            if page.events.count < Self.pageSize { break }
        }
        return (events, cursor)
    }

    private func follow(_ service: any AdminService, after cursor: UInt64) async throws {
        for try await update in service.watch(after: cursor) {
            if case .event(let event) = update { try print(event) }
        }
    }

    private func print(_ event: SecurityEvent) throws {
        options.json ? try CommandOutput.json(event) : try CommandOutput.line(event.line)
    }
}

extension SecurityEvent {
    /// Time, severity, kind, then whatever is known.
    var line: String {
        var words = ["\(time)", severity.rawValue, kind.rawValue]
        if let reason { words.append("reason=\(reason.rawValue)") }
        if let address { words.append("address=\(address)") }
        if let key { words.append("key=\(key)") }
        if count > 1 { words.append("count=\(count)") }
        if let detail { words.append(detail) }
        return words.joined(separator: "  ")
    }
}

import Policy
import Telemetry
import Terminal

/// The console as lines, for screen readers and pipes: no escapes, no boxes, no moving figures.
struct PlainReport: Equatable, Sendable {
    private static let clientsMax = 5

    /// When it was made; two reports that differ in nothing else are the same news.
    let time: String
    let connection: String
    let facts: [String]
    private let events: [PlainEvent]

    /// - Parameter model: What the console knows.
    init(_ model: ConsoleModel) {
        let zone = TextFormat.current.zone
        time = "\(TimeText.clock(model.now.wall)) \(zone.label(at: model.now.wall))"
        connection = Self.connection(of: model)
        facts = Self.facts(of: model)
        events = model.events.groups.map(PlainEvent.init)
    }

    /// Every line, of the events those that happened after `moment`.
    func lines(eventsAfter moment: Timestamp?) -> [String] {
        let news = events.filter { event in moment.map { event.time > $0 } ?? true }.reversed()
        let all = ["\(time) \(connection)"] + facts + news.map(\.line)
        return all.map(SafeText.neutralized)
    }

    /// Of the newest event.
    var newestEvent: Timestamp? { events.map(\.time).max() }

    private static func connection(of model: ConsoleModel) -> String {
        let name = model.options.socketName
        guard let silence = model.connection.silenceSeconds(at: model.now) else {
            return "connecting to \(name)" + problem(of: model)
        }
        if model.connection.isStale(at: model.now) {
            return "stale: \(name) was last heard \(silence) s ago" + problem(of: model)
        }
        return "live: \(name)" + (model.policy.map { ", revision \($0.number)" } ?? "")
    }

    private static func problem(of model: ConsoleModel) -> String {
        model.connection.problem.map { ": \($0)" } ?? ""
    }

    private static func facts(of model: ConsoleModel) -> [String] {
        var lines: [String] = []
        if model.isAnonymous == true { lines.append("Warning: authentication is off.") }
        if model.policy?.document.lockdown(at: model.now.wall) != nil {
            lines.append("Warning: the gate is in lockdown.")
        }
        guard let snapshot = model.telemetry else { return lines }
        lines.append(rates(of: snapshot))
        if !snapshot.denialsByReason.isEmpty {
            let reasons = snapshot.denialsByReason.map { "\($0.reason.rawValue) \($0.count)" }
            lines.append("Denied in the last minute: " + reasons.joined(separator: ", "))
        }
        lines += clients(of: snapshot)
        if !model.bans.isEmpty || !snapshot.blocks.isEmpty {
            lines.append("Banned \(model.bans.count), blocked \(snapshot.blocks.count)")
        }
        return lines
    }

    private static func rates(of snapshot: TelemetrySnapshot) -> String {
        let tail = NumberText.milliseconds(fromMicroseconds: snapshot.latency.p99Microseconds)
        return "Requests \(snapshot.requestsPerSecond.last ?? 0) per second, denied "
            + "\(snapshot.denialsPerSecond.last ?? 0) per second, connections "
            + "\(snapshot.openConnections), p99 \(tail) ms"
    }

    private static func clients(of snapshot: TelemetrySnapshot) -> [String] {
        let busiest = snapshot.clients.sorted {
            ($1.requestsPerMinute, $0.address) < ($0.requestsPerMinute, $1.address)
        }
        return busiest.prefix(clientsMax).map { client in
            "Client \(client.address.bounded()): \(client.requestsPerMinute) requests, "
                + "\(client.denialsPerMinute) denied in the last minute"
        }
    }
}

/// One group of security events as a line.
private struct PlainEvent: Equatable, Sendable {
    var time: Timestamp
    var line: String

    init(_ group: EventGroup) {
        let kind = group.kind.rawValue.split(separator: "_").joined(separator: " ")
        let facts = [group.address, group.key?.rawValue, group.reason?.rawValue, group.detail]
        let words = [kind] + facts.compactMap { $0?.bounded() }
        let count = group.count > 1 ? ", \(group.count) times" : ""
        time = group.lastSeen
        line =
            "Event \(TimeText.clock(time)) \(group.severity.rawValue): "
            + words.joined(separator: " ") + count
    }
}

/// Decides when there is news to print.
struct PlainPrinter: Sendable {
    private var last: PlainReport?
    private var printedAt: MonotonicTime?
    private var newestEvent: Timestamp?

    /// The lines to print now; nil when nothing is new, or the last block is too young.
    ///
    /// A connection made or lost is told at once.
    mutating func lines(for model: ConsoleModel) -> [String]? {
        TextFormat.$current.withValue(model.options.settings.format) {
            let report = PlainReport(model)
            guard isDue(report, in: model) else { return nil }
            defer {
                last = report
                printedAt = model.now.monotonic
                newestEvent = report.newestEvent ?? newestEvent
            }
            return report.lines(eventsAfter: newestEvent)
        }
    }

    private func isDue(_ report: PlainReport, in model: ConsoleModel) -> Bool {
        guard let last, let printedAt else { return true }
        let isSame = report.facts == last.facts && report.newestEvent == last.newestEvent
        if report.isLive != last.isLive { return true }
        let age = model.now.seconds(since: printedAt)
        return !isSame && age >= Int64(model.options.settings.refreshSeconds)
    }
}

extension PlainReport {
    fileprivate var isLive: Bool { connection.hasPrefix("live") }
}

import Admin
import Policy
import Telemetry
import Terminal

/// The top of the console: the server, its rates, the tabs.
enum HeaderView {
    static func draw(
        _ model: ConsoleModel,
        into frame: inout Frame,
        layout: ScreenLayout,
        glyphs: Glyphs
    ) {
        serverBar(model, glyphs).draw(into: &frame, in: layout.header, glyphs: glyphs)
        ratesBar(model).draw(into: &frame, in: layout.rates, glyphs: glyphs)
        tabsBar(model, width: layout.tabs.width).draw(into: &frame, in: layout.tabs, glyphs: glyphs)
    }

    private static func serverBar(_ model: ConsoleModel, _ glyphs: Glyphs) -> StatusBar {
        var leading = [connection(model, glyphs)]
        if let status = model.status {
            leading.append(StatusSegment(status.listenAddress, style: .title, priority: 3))
        }
        leading.append(StatusSegment(model.options.socketName, style: .muted, priority: 7))
        leading.append(
            model.options.isReadOnly
                ? StatusSegment("RO", style: .muted, priority: 5)
                : StatusSegment("RW", style: .info, priority: 6)
        )
        if let policy = model.policy {
            leading.append(StatusSegment("rev \(policy.number)", style: .accent, priority: 4))
        }
        if let anonymous = anonymousBadge(model) {
            leading.append(anonymous)
        }
        if let lockdown = lockdownBadge(model) {
            leading.append(lockdown)
        }
        if let certificate = certificateSegment(model) {
            leading.append(certificate)
        }
        if !model.staging.isEmpty {
            let text = "\(glyphs.clock) \(model.staging.count) staged"
            leading.append(StatusSegment(text, style: .pending, priority: 1))
        }
        if let frozen = model.frozen {
            let age = model.now.seconds(since: frozen.since)
            let text = "FROZEN \(age)s +\(frozen.eventCount)"
            leading.append(StatusSegment(text, style: .pending, priority: 1))
        }
        let zone = TextFormat.current.zone.label(at: model.now.wall)
        let clock = "\(TimeText.clock(model.now.wall)) \(zone)"
        return StatusBar(
            leading: leading,
            trailing: [StatusSegment(clock, style: .muted, priority: 2)]
        )
    }

    static func anonymousBadge(_ model: ConsoleModel) -> StatusSegment? {
        model.isAnonymous == true
            ? StatusSegment("ANONYMOUS", style: Style.error.reversed.bold) : nil
    }

    static func lockdownBadge(_ model: ConsoleModel) -> StatusSegment? {
        model.policy?.document.lockdown(at: model.now.wall) == nil
            ? nil : StatusSegment("LOCKDOWN", style: Style.error.reversed.bold)
    }

    /// How long the certificate still is good for, louder as that gets short.
    private static func certificateSegment(_ model: ConsoleModel) -> StatusSegment? {
        guard let certificate = model.status?.certificate else { return nil }
        let left = certificate.validUntil.millisecondsSince1970
            .subtractingReportingOverflow(model.now.wall.millisecondsSince1970)
        guard !left.overflow else { return nil }
        if left.partialValue <= 0 {
            return StatusSegment("TLS EXPIRED", style: Style.error.reversed.bold)
        }
        let days = left.partialValue / 86_400_000
        return days < 14
            ? StatusSegment("TLS \(days)d", style: .pending, priority: 1)
            : StatusSegment("TLS \(days)d", style: .muted, priority: 8)
    }

    /// Live, stale or not there yet; in words, and with what happens next.
    static func connection(_ model: ConsoleModel, _ glyphs: Glyphs) -> StatusSegment {
        let connection = model.connection
        let attempt = connection.failures
        guard let silence = connection.silenceSeconds(at: model.now) else {
            let text = "\(glyphs.disconnected) connecting"
            return StatusSegment(text + retry(model), style: .pending)
        }
        guard connection.isStale(at: model.now) else {
            return StatusSegment("\(glyphs.connected) live", style: .ok)
        }
        let text = "\(glyphs.disconnected) STALE \(silence)s"
        return StatusSegment(attempt > 0 ? text + retry(model) : text, style: Style.error.bold)
    }

    private static func retry(_ model: ConsoleModel) -> String {
        guard case .waiting(let retryAt) = model.connection.phase else {
            let failures = model.connection.failures
            return failures == 0 ? "" : " retry \(failures) now"
        }
        let left = retryAt.nanoseconds - model.now.monotonic.nanoseconds
        let seconds = max(0, (left + 999_999_999) / 1_000_000_000)
        return " retry \(model.connection.failures) in \(seconds)s"
    }

    private static func ratesBar(_ model: ConsoleModel) -> StatusBar {
        guard let snapshot = model.displayed else {
            return StatusBar(leading: [StatusSegment("no data yet", style: .muted)])
        }
        let classes = snapshot.statusClasses
        let total =
            classes.success &+ classes.redirection &+ classes.clientError &+ classes.serverError
        let rate = NumberText.short(snapshot.requestsPerSecond.last ?? 0)
        let denials = NumberText.short(snapshot.denialsPerSecond.last ?? 0)
        let middle = NumberText.milliseconds(fromMicroseconds: snapshot.latency.p50Microseconds)
        let tail = NumberText.milliseconds(fromMicroseconds: snapshot.latency.p99Microseconds)
        let connections = NumberText.short(UInt64(max(snapshot.openConnections, 0)))
        var segments = [
            StatusSegment("req \(rate.leftPadded(to: 5))/s"),
            StatusSegment("deny \(denials.leftPadded(to: 5))/s"),
            StatusSegment("conns \(connections.leftPadded(to: 5))", priority: 4),
        ]
        // The overview has these below, in full.
        if model.screen != .overview {
            segments += [
                StatusSegment(
                    "p50 \(middle.leftPadded(to: 4)) p99 \(tail.leftPadded(to: 4)) ms",
                    priority: 2
                ),
                percentage("4xx", classes.clientError, of: total, priority: 3),
                percentage("5xx", classes.serverError, of: total, priority: 1),
            ]
        }
        return StatusBar(leading: segments)
    }

    private static func percentage(
        _ name: String,
        _ part: UInt64,
        of whole: UInt64,
        priority: Int
    ) -> StatusSegment {
        let text = "\(name) \(NumberText.percentage(part, of: whole).leftPadded(to: 6))"
        return StatusSegment(text, priority: priority)
    }

    private static func tabsBar(_ model: ConsoleModel, width: Int) -> StatusBar {
        let choices = [
            tabs(model) { $0.title },
            tabs(model) { $0.shortTitle },
            tabs(model) { $0 == model.screen ? $0.title : "" },
        ]
        let fitting = choices.first { segments in
            segments.reduce(-1) { $0 + SafeText.width(of: $1.text) + 1 } <= width
        }
        return StatusBar(leading: fitting ?? [], gapColumns: 1)
    }

    private static func tabs(
        _ model: ConsoleModel,
        title: (ScreenName) -> String
    ) -> [StatusSegment] {
        ScreenName.allCases.map { screen in
            screen == model.screen
                ? StatusSegment("[\(screen.digit)]\(title(screen))", style: Style.selection.bold)
                : StatusSegment(
                    title(screen).isEmpty
                        ? "\(screen.digit)" : "\(screen.digit):\(title(screen))",
                    style: .key,
                    priority: 1
                )
        }
    }
}

/// All that is left in a terminal too small for more.
enum StatusLine {
    static func draw(_ model: ConsoleModel, into frame: inout Frame, glyphs: Glyphs) {
        guard frame.size.rows > 0 else { return }
        let rate = NumberText.short(model.displayed?.requestsPerSecond.last ?? 0)
        let denials = NumberText.short(model.displayed?.denialsPerSecond.last ?? 0)
        var segments: [StatusSegment] = []
        if model.open?.dialog.isDecision == true {
            segments.append(StatusSegment("enlarge or Esc", style: .pending))
        }
        segments.append(HeaderView.connection(model, glyphs))
        if let anonymous = HeaderView.anonymousBadge(model) {
            segments.append(anonymous)
        }
        if let lockdown = HeaderView.lockdownBadge(model) {
            segments.append(lockdown)
        }
        segments.append(StatusSegment("\(rate)/s", priority: 1))
        segments.append(StatusSegment("deny \(denials)/s", priority: 2))
        StatusBar(leading: segments, gapColumns: 1)
            .draw(into: &frame, in: frame.bounds, glyphs: glyphs)
    }
}

extension String {
    /// With leading spaces, so that a number's change moves nothing beside it.
    func leftPadded(to width: Int) -> String {
        String(repeating: " ", count: max(0, width - count)) + self
    }
}

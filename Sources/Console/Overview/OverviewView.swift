import Policy
import Telemetry
import Terminal

/// Draws the first screen.
enum OverviewView {
    static func draw(
        _ model: ConsoleModel,
        _ shown: ShownTable,
        into frame: inout Frame,
        layout: ScreenLayout,
        glyphs: Glyphs
    ) {
        let parts = OverviewLayout(body: layout.body)
        if let snapshot = model.displayed {
            drawCharts(snapshot, into: &frame, in: parts.charts, glyphs: glyphs)
            drawFigures(snapshot, into: &frame, in: parts.figures, glyphs: glyphs)
        }
        let title = parts.clients.split(top: 1).top
        ScreenTitle.draw(
            model,
            shown,
            into: &frame,
            in: title,
            title: "Top clients",
            glyphs: glyphs
        )
        ScreenTable.draw(model, shown, into: &frame, layout: layout, glyphs: glyphs)
        drawEvents(model, into: &frame, in: parts.events, glyphs: glyphs)
    }

    private static func drawCharts(
        _ snapshot: TelemetrySnapshot,
        into frame: inout Frame,
        in area: Rectangle,
        glyphs: Glyphs
    ) {
        guard !area.isEmpty else { return }
        let (left, right) = area.split(left: area.width / 2)
        drawChart(
            "Requests/s",
            snapshot.requestsPerSecond,
            style: .accent,
            at: snapshot.uptimeSeconds,
            into: &frame,
            in: left,
            glyphs: glyphs
        )
        drawChart(
            "Denials/s",
            snapshot.denialsPerSecond,
            style: .warn,
            at: snapshot.uptimeSeconds,
            into: &frame,
            in: right,
            glyphs: glyphs
        )
    }

    private static func drawChart(
        _ title: String,
        _ values: [UInt64],
        style: Style,
        at second: Int64,
        into frame: inout Frame,
        in area: Rectangle,
        glyphs: Glyphs
    ) {
        let (label, curve) = area.split(top: 1)
        // Two minutes at four seconds a column.
        let plot = curve.split(left: min(area.width - 2, 30)).left
        let series = RateSeries(values, lastSecond: second, count: plot.width)
        let top = NumberText.short(UInt64(series.maximum))
        frame.write(title, in: label, style: .title, glyphs: glyphs)
        let scale = "2 min, top \(top)"
        let column = label.split(left: SafeText.width(of: title) + 2).rest
        frame.write(scale, in: column, style: .muted, glyphs: glyphs)
        SparklineWidget(values: series.columns, maximum: series.maximum, style: style)
            .draw(into: &frame, in: plot, glyphs: glyphs)
    }

    private static func drawFigures(
        _ snapshot: TelemetrySnapshot,
        into frame: inout Frame,
        in area: Rectangle,
        glyphs: Glyphs
    ) {
        let (first, second) = area.split(top: 1)
        let latency = snapshot.latency
        let classes = snapshot.statusClasses
        StatusBar(
            leading: [
                StatusSegment("Latency ms", style: .title),
                figure("p50", microseconds: latency.p50Microseconds),
                figure("p95", microseconds: latency.p95Microseconds),
                figure("p99", microseconds: latency.p99Microseconds),
                figure("2xx", NumberText.short(classes.success), priority: 1),
                figure("3xx", NumberText.short(classes.redirection), priority: 2),
                figure("4xx", NumberText.short(classes.clientError), priority: 1),
                figure("5xx", NumberText.short(classes.serverError), priority: 1),
            ],
            gapColumns: 1
        ).draw(into: &frame, in: first, glyphs: glyphs)
        let reasons = snapshot.denialsByReason.prefix(3).enumerated().map { index, reason in
            StatusSegment(
                "\(reason.reason.rawValue) \(NumberText.short(reason.count))",
                priority: index
            )
        }
        let none = [StatusSegment("nothing in the last minute", style: .muted)]
        StatusBar(
            leading: [StatusSegment("Denied", style: .title)] + (reasons.isEmpty ? none : reasons)
        ).draw(into: &frame, in: second, glyphs: glyphs)
    }

    private static func figure(_ name: String, microseconds: Int64) -> StatusSegment {
        let value = NumberText.milliseconds(fromMicroseconds: microseconds)
        return StatusSegment("\(name) \(value.leftPadded(to: 4))")
    }

    private static func figure(
        _ name: String,
        _ value: String,
        priority: Int = 0
    ) -> StatusSegment {
        StatusSegment("\(name) \(value.leftPadded(to: 5))", priority: priority)
    }

    private static func drawEvents(
        _ model: ConsoleModel,
        into frame: inout Frame,
        in area: Rectangle,
        glyphs: Glyphs
    ) {
        guard !area.isEmpty else { return }
        let (title, rest) = area.split(top: 1)
        frame.write("Latest security events", in: title, style: .title, glyphs: glyphs)
        let groups = model.displayedEvents.groups
        if groups.isEmpty {
            frame.write("None yet.", in: rest, style: .muted, glyphs: glyphs)
        }
        for (index, group) in groups.prefix(rest.height).enumerated() {
            let line = rest.split(top: index).rest
            draw(group, into: &frame, in: line, glyphs: glyphs)
        }
    }

    private static func draw(
        _ group: EventGroup,
        into frame: inout Frame,
        in area: Rectangle,
        glyphs: Glyphs
    ) {
        let (time, afterTime) = area.split(left: 9)
        let (sign, afterSign) = afterTime.split(left: 3)
        let (words, count) = afterSign.split(right: 7)
        frame.write(TimeText.clock(group.lastSeen), in: time, style: .muted, glyphs: glyphs)
        frame.write(group.mark.sign(glyphs), in: sign, style: group.style, glyphs: glyphs)
        frame.write(group.words, in: words, style: group.style, glyphs: glyphs)
        if group.count > 1 {
            frame.write(
                "x\(NumberText.short(group.count))",
                in: count,
                style: .muted,
                alignment: .trailing,
                glyphs: glyphs
            )
        }
    }
}

extension EventGroup {
    fileprivate var style: Style {
        switch severity {
        case .info: .text
        case .warning: .warn
        case .critical: .error
        }
    }

    fileprivate var mark: Mark {
        switch severity {
        case .info: .info
        case .warning: .warning
        case .critical: .failure
        }
    }

    /// `rate limit violation 10.0.0.5 address_rate_limited`.
    fileprivate var words: String {
        let kind = kind.rawValue.split(separator: "_").joined(separator: " ")
        let facts = [address, key?.rawValue, reason?.rawValue, detail]
        return ([kind] + facts.compactMap { $0?.bounded() }).joined(separator: " ")
    }
}

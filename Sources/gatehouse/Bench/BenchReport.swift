import Rehearsal

/// Every figure of one `gatehouse bench`, as `--json` prints it.
struct BenchReport: Codable, Sendable {
    /// One proxy under the same load as the others, medians over the rounds.
    struct Proxy: Codable, Sendable {
        var requestsPerSecond: Summary
        var cpuMicrosecondsPerRequest: Summary
        var p50Microseconds: Summary
        var p99Microseconds: Summary
        var failures: Int
    }

    /// Ratios are formed round by round; above 1 the gate is the faster or cheaper one.
    struct Ratios: Codable, Sendable {
        /// Requests/s with every guard on, against the guards off.
        var guardsCost: Summary?
        /// CPU time per request with the guards off, against on.
        var guardsCostCPU: Summary?
        /// Requests/s against nginx's.
        var againstNginx: Summary?
        /// nginx's CPU time per request against the gate's.
        var againstNginxCPU: Summary?

        enum CodingKeys: String, CodingKey {
            case guardsCost = "guards_cost"
            case guardsCostCPU = "guards_cost_cpu"
            case againstNginx = "against_nginx"
            case againstNginxCPU = "against_nginx_cpu"
        }
    }

    struct Edit: Codable, Sendable {
        /// From sending the edit to its answer.
        var answerMilliseconds: Summary
        /// As the server measured it: on disk, to obeyed by every event loop.
        var activationMilliseconds: Summary
        /// The latest request that was still let in, counted from the answer; 0 when none was.
        var enforcedAfterAnswerMilliseconds: Summary
        var eventLoops: Int
        var edits: Int
    }

    struct Console: Codable, Sendable {
        var firstByteMilliseconds: Summary
        /// Until the screen with live numbers stands.
        var firstFrameMilliseconds: Summary
        var idle: Session
        /// With every number changing once a second.
        var live: Session
    }

    struct Session: Codable, Sendable {
        var bytesPerSecond: Double
        var cpuPercent: Double
        var wakeUpsPerSecond: Double
        var residentMebibytes: Double
    }

    var machine: String
    var rounds: Int
    var secondsPerRound: Double
    var connections: Int
    /// What the generator reaches without a proxy: its own limit.
    var direct: Proxy
    var guarded: Proxy
    var unguarded: Proxy
    /// Nil when nginx is not installed.
    var nginx: Proxy?
    var ratios: Ratios
    var edit: Edit
    var console: Console

    enum CodingKeys: String, CodingKey {
        case machine
        case rounds
        case secondsPerRound = "seconds_per_round"
        case connections
        case direct
        case guarded
        case unguarded
        case nginx
        case ratios
        case edit
        case console
    }
}

extension BenchReport: BenchFigures {
    /// The report for people.
    var text: String {
        var rows = [
            Proxy.head, direct.row(named: "no proxy (limit)"),
            guarded.row(named: "gate, guards on"), unguarded.row(named: "gate, guards off"),
        ]
        rows += nginx.map { [$0.row(named: "nginx")] } ?? [["nginx", "not installed"]]
        return """
            \(machine); \(rounds) rounds of \(secondsPerRound) s, \(connections) connections, one \
            event loop, medians

            \(TextTable.aligned(rows))

            guards_cost        \(ratioText(ratios.guardsCost))
            guards_cost_cpu    \(ratioText(ratios.guardsCostCPU))
            against_nginx      \(ratioText(ratios.againstNginx))
            against_nginx_cpu  \(ratioText(ratios.againstNginxCPU))

            \(editText)

            \(consoleText)
            """
    }

    private var editText: String {
        """
        edit: answered after \(number(edit.answerMilliseconds.median, 2)) ms, activation \
        \(number(edit.activationMilliseconds.median, 3)) ms on \(edit.eventLoops) event loops, \
        enforced \(number(edit.enforcedAfterAnswerMilliseconds.maximum, 3)) ms after the answer at \
        worst (\(edit.edits) edits)
        """
    }

    private var consoleText: String {
        """
        console at 80x24: first byte \(number(console.firstByteMilliseconds.median, 0)) ms, first \
        frame with live numbers \(number(console.firstFrameMilliseconds.median, 0)) ms
          idle       \(session(console.idle))
          1 Hz       \(session(console.live))
        """
    }

    private func session(_ session: Session) -> String {
        "\(number(session.bytesPerSecond, 0)) B/s, \(number(session.cpuPercent, 2)) % CPU, "
            + "\(number(session.wakeUpsPerSecond, 1)) wake-ups/s, "
            + "\(number(session.residentMebibytes, 1)) MiB"
    }
}

extension BenchReport.Proxy {
    static let head = ["", "requests/s", "CPU µs/request", "p50 µs", "p99 µs", "failures"]

    /// A row of the table under `head`.
    func row(named name: String) -> [String] {
        [
            name, number(requestsPerSecond.median, 0), number(cpuMicrosecondsPerRequest.median, 1),
            number(p50Microseconds.median, 0), number(p99Microseconds.median, 0), "\(failures)",
        ]
    }
}

/// A ratio's median and, in parentheses, its least and greatest.
func ratioText(_ summary: Summary?) -> String {
    guard let summary else { return "not measured" }
    return "\(number(summary.median, 3)) (\(number(summary.minimum, 3))"
        + "…\(number(summary.maximum, 3)))"
}

/// `value` with a fixed count of decimals; the format does not depend on the locale.
func number(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite else { return "-" }
    var scale = 1.0
    for _ in 0..<decimals {
        scale *= 10
    }
    let scaled = (abs(value) * scale).rounded()
    let sign = value < 0 && scaled > 0 ? "-" : ""
    let whole = Int(scaled / scale)
    guard decimals > 0 else { return "\(sign)\(whole)" }
    let fraction = String(Int(scaled) - whole * Int(scale))
    return "\(sign)\(whole)." + String(repeating: "0", count: decimals - fraction.count) + fraction
}

/// Columns padded to their widest cell; the first to the left, the others to the right.
enum TextTable {
    static func aligned(_ rows: [[String]]) -> String {
        let columnCount = rows.map(\.count).max() ?? 0
        let widths = (0..<columnCount).map { column in
            rows.map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            row.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 ? cell + padding : padding + cell
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}

import Admin
import Policy
import Telemetry
import Terminal

@testable import Console

/// A world in which nothing is left to chance: fixed times, fixed names, fixed numbers.
enum ConsoleFixture {
    /// 2026-11-22T13:02:11Z.
    static let wall = Timestamp(millisecondsSince1970: 1_795_352_531_000)
    static let start = moment(atMilliseconds: 0)
    static let size = TerminalSize(columns: 80, rows: 24)
    static let secretText = "mcpk_prod_k7Qm2xYz_" + String(repeating: "Zq8", count: 16) + "x"
    static let operatorAuthor = Author(uid: 1000, name: "ana")

    static func moment(atMilliseconds milliseconds: Int64) -> Moment {
        Moment(
            wall: Timestamp(millisecondsSince1970: wall.millisecondsSince1970 + milliseconds),
            monotonic: MonotonicTime(nanoseconds: 1_000_000_000 + milliseconds * 1_000_000)
        )
    }

    static func prefix(_ text: String) -> AddressPrefix {
        guard let prefix = try? AddressPrefix(parsing: text) else {
            return AddressPrefix(uncheckedNetwork: .v4(0), length: 0)
        }
        return prefix
    }

    static func digest(_ word: UInt64) -> SecretDigest {
        SecretDigest(words: (word, word, word, word))
    }

    static let keys = [
        KeyRecord(
            id: KeyID("k7Qm2xYz"),
            name: "ci-runner",
            created: wall.advanced(bySeconds: -86_400),
            secrets: [
                KeySecret(digest: digest(1), created: wall.advanced(bySeconds: -3600)),
                KeySecret(
                    digest: digest(2),
                    created: wall.advanced(bySeconds: -86_400),
                    retires: wall.advanced(bySeconds: 82_800)
                ),
            ]
        ),
        KeyRecord(
            id: KeyID("b3Rt9wAa"),
            name: "desk of bo",
            state: .disabled,
            created: wall.advanced(bySeconds: -864_000),
            expires: wall.advanced(bySeconds: 5 * 86_400),
            secrets: [KeySecret(digest: digest(3), created: wall)]
        ),
        KeyRecord(
            id: KeyID("c9Old0Bb"),
            name: "gone",
            state: .revoked,
            created: wall.advanced(bySeconds: -8_640_000),
            secrets: [KeySecret(digest: digest(4), created: wall)]
        ),
    ]

    static let document = PolicyDocument(
        allowlist: [
            AddressEntry(prefix: prefix("10.0.0.0/8"), reason: "office"),
            AddressEntry(
                prefix: prefix("2001:db8::/32"),
                reason: "lab",
                expires: wall.advanced(bySeconds: 7 * 86_400)
            ),
        ],
        denylist: [AddressEntry(prefix: prefix("10.6.6.0/24"), reason: "guests")],
        authentication: AuthenticationRules(isRequired: true, keys: keys),
        proxies: ProxyRules(trusted: [prefix("10.0.0.2/32")]),
        servers: [
            ServerRule(
                name: "files",
                upstream: UpstreamRule(command: ["/usr/bin/mcp-files", "--root", "/srv"])
            ),
            ServerRule(
                name: "issues",
                upstream: UpstreamRule(
                    url: "http://127.0.0.1:9000/mcp",
                    credential: UpstreamCredential(source: "env:ISSUES_TOKEN")
                )
            ),
        ]
    )

    static func tool(
        _ name: String,
        of server: String = "",
        hiding: String? = nil,
        isChanged: Bool = false
    ) -> ToolStanding {
        ToolStanding(pin(name, of: server, hiding: hiding, isChanged: isChanged))
    }

    static func pin(
        _ name: String,
        of server: String = "",
        hiding: String? = nil,
        isChanged: Bool = false
    ) -> ToolPin {
        func version(_ text: String, _ number: UInt64) -> ToolPin.Version {
            let definition = #"{"description":"\#(text)"}"#
            return ToolPin.Version(digest: digest(number), definition: Array(definition.utf8))
        }
        return ToolPin(
            server: server,
            tool: name,
            approved: version("Reads\(hiding ?? "")", 10),
            pending: isChanged ? version("Reads and sends\(hiding ?? "")", 11) : nil
        )
    }

    static let tools = [
        tool("get_server_time"),
        tool("delete_file", of: "files"),
        tool("read_file", of: "files", isChanged: true),
        tool("search", of: "issues", hiding: "\u{202E}"),
    ]

    static let revisions = [
        summary(12, "allowlist +10.0.0.0/8", reason: "office", microseconds: 840),
        summary(11, "limits.perKey.burst 60 → 120", reason: nil, microseconds: 1_200),
        summary(10, "first start", reason: nil, microseconds: nil),
    ]

    static func summary(
        _ number: UInt64,
        _ change: String,
        reason: String?,
        microseconds: Int64?
    ) -> RevisionSummary {
        RevisionSummary(
            number: RevisionNumber(number),
            parent: number == 10 ? nil : RevisionNumber(number - 1),
            author: operatorAuthor,
            reason: reason,
            created: wall.advanced(bySeconds: -600 * (13 - Int64(number))),
            summary: change,
            activationMicroseconds: microseconds
        )
    }

    static func revision(
        _ number: UInt64 = 12,
        document: PolicyDocument = document,
        author: Author = operatorAuthor,
        summary: String = "allowlist +10.0.0.0/8"
    ) -> PolicyRevision {
        PolicyRevision(
            number: RevisionNumber(number),
            parent: number > 1 ? RevisionNumber(number - 1) : nil,
            author: author,
            reason: nil,
            created: wall.advanced(bySeconds: -600),
            summary: summary,
            document: document
        )
    }

    static let status = GateStatus(
        version: "1.0.0",
        processID: 4242,
        started: wall.advanced(bySeconds: -7200),
        listenAddress: "127.0.0.1:8080",
        eventLoops: 2,
        upstream: nil,
        upstreams: [
            UpstreamStanding(
                server: "issues",
                address: "127.0.0.1:9000",
                isReachable: true,
                since: wall.advanced(bySeconds: -600)
            )
        ],
        revision: RevisionNumber(12),
        isAuthenticationRequired: true,
        isAllowlistEmpty: false,
        drift: [],
        openConnections: 7
    )

    static let bans = [
        BanRecord(
            prefix: prefix("10.0.3.0/24"),
            reason: "scraper",
            author: operatorAuthor,
            created: wall.advanced(bySeconds: -60),
            expires: wall.advanced(bySeconds: 3540)
        )
    ]

    static func client(
        _ address: String,
        rate: UInt64,
        denied: UInt64 = 0,
        tool: String? = "get_server_time"
    ) -> ClientActivity {
        ClientActivity(
            address: address,
            requestsPerMinute: rate,
            denialsPerMinute: denied,
            totalRequests: rate * 20,
            totalDenials: denied * 2,
            lastDenial: denied > 0 ? .addressRateLimited : nil,
            lastKey: denied > 0 ? nil : KeyID("k7Qm2xYz"),
            lastTool: tool,
            firstSeen: wall.advanced(bySeconds: -3600),
            lastSeen: wall.advanced(bySeconds: -2)
        )
    }

    static let clients = [
        client("10.0.0.5", rate: 412),
        client("10.0.3.7", rate: 12, denied: 12, tool: nil),
        client("10.0.0.9", rate: 1_240, denied: 31),
        client("2001:db8:1:2::/64", rate: 3),
    ]

    static func snapshot(clients: [ClientActivity] = clients) -> TelemetrySnapshot {
        var snapshot = TelemetrySnapshot(time: wall)
        snapshot.uptimeSeconds = 7_203
        snapshot.requestsPerSecond = (0..<120).map { UInt64(20 + $0 * 7 % 31) }
        snapshot.denialsPerSecond = (0..<120).map { UInt64($0 % 10 == 0 ? 3 : 0) }
        snapshot.latency = LatencySummary(
            p50Microseconds: 850,
            p95Microseconds: 4_200,
            p99Microseconds: 14_300,
            count: 1_800
        )
        snapshot.statusClasses = StatusClasses(
            success: 1_700,
            redirection: 0,
            clientError: 43,
            serverError: 2
        )
        snapshot.denialsByReason = [
            ReasonCount(reason: .addressRateLimited, count: 31),
            ReasonCount(reason: .credentialsInvalid, count: 12),
        ]
        snapshot.openConnections = 7
        snapshot.clients = clients
        snapshot.clientCount = clients.count
        snapshot.blocks = [
            BlockRecord(
                subject: "10.0.0.9",
                isKey: false,
                reason: .addressRateLimited,
                since: wall.advanced(bySeconds: -18),
                until: wall.advanced(bySeconds: 42),
                refusals: 31
            ),
            BlockRecord(
                subject: "b3Rt9wAa",
                isKey: true,
                reason: .keyRateLimited,
                since: wall.advanced(bySeconds: -30),
                until: wall.advanced(bySeconds: 30),
                refusals: 4
            ),
        ]
        snapshot.authenticationFailures = [
            AuthenticationFailures(
                address: "10.0.3.7",
                reason: .credentialsInvalid,
                count: 12,
                key: nil,
                firstSeen: wall.advanced(bySeconds: -300),
                lastSeen: wall.advanced(bySeconds: -1)
            ),
            AuthenticationFailures(
                address: "10.0.0.5",
                reason: .keyExpired,
                count: 2,
                key: KeyID("b3Rt9wAa"),
                firstSeen: wall.advanced(bySeconds: -900),
                lastSeen: wall.advanced(bySeconds: -800)
            ),
        ]
        snapshot.keyUsage = [
            KeyUsage(
                key: KeyID("k7Qm2xYz"),
                lastUsed: wall.advanced(bySeconds: -2),
                lastAddress: "10.0.0.5",
                requests: 8_240,
                graceUses: 3,
                lastGraceUse: wall.advanced(bySeconds: -600),
                lastGraceAddress: "10.0.3.7"
            )
        ]
        snapshot.latestEvents = [
            event(cursor: 1, .policyChanged, .info, address: nil, detail: "rev 12 by ana"),
            event(cursor: 2, .authenticationFailure, .warning, reason: .credentialsInvalid),
            event(cursor: 3, .addressBlocked, .critical, reason: .addressRateLimited),
        ]
        return snapshot
    }

    static func event(
        cursor: UInt64,
        _ kind: SecurityEvent.Kind,
        _ severity: SecurityEvent.Severity,
        reason: ReasonCode? = nil,
        address: String? = "10.0.0.9",
        detail: String? = nil
    ) -> SecurityEvent {
        SecurityEvent(
            cursor: cursor,
            time: wall.advanced(bySeconds: Int64(cursor) - 10),
            kind: kind,
            severity: severity,
            reason: reason,
            address: address,
            detail: detail,
            count: cursor
        )
    }

    static let options = ConsoleOptions(
        socketName: "demo",
        themeNames: ["nord", "solarized-light"]
    )
}

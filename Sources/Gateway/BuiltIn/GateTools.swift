import MCP
import Policy
import Telemetry

extension BuiltInTool {
    static let all = [
        requestRates, blockedAddresses, authenticationFailures, securityEvents, serverTime,
    ]

    private static let rowsMax: Int64 = 200
    private static let eventsMax: Int64 = 500
    /// The largest integer that every JSON reader keeps exact.
    private static let cursorMax: Int64 = 9_007_199_254_740_991

    private static func limit(_ maximum: Int64) -> ToolParameter {
        ToolParameter(
            name: "limit",
            description: "How many to list at most.",
            range: 1...maximum,
            defaultValue: 50
        )
    }

    static let requestRates = BuiltInTool(
        name: "get_request_rates",
        title: "Request rates",
        description: "Requests and refusals of each of the last seconds, oldest first, and of the "
            + "last minute: latency percentiles, status classes and refusals by reason.",
        parameters: [
            ToolParameter(
                name: "seconds",
                description: "How many of the last seconds to list one by one.",
                range: 1...120,
                defaultValue: 60
            )
        ],
        output: JSONSchema.object([
            "time": JSONSchema.time,
            "requestsPerSecond": JSONSchema.array(of: JSONSchema.integer),
            "denialsPerSecond": JSONSchema.array(of: JSONSchema.integer),
            "latency": latencySchema,
            "statusClasses": statusClassesSchema,
            "denialsByReason": JSONSchema.array(
                of: JSONSchema.object([
                    "reason": JSONSchema.string, "count": JSONSchema.integer,
                ])
            ),
            "totalRequests": JSONSchema.integer,
            "totalDenials": JSONSchema.integer,
            "openConnections": JSONSchema.integer,
        ])
    ) { arguments, gate in
        let snapshot = gate.telemetry.latest
        let seconds = Int(arguments["seconds"] ?? 60)
        return .record([
            "time": .time(snapshot.time),
            "requestsPerSecond": .counts(snapshot.requestsPerSecond.suffix(seconds)),
            "denialsPerSecond": .counts(snapshot.denialsPerSecond.suffix(seconds)),
            "latency": .latency(snapshot.latency),
            "statusClasses": .statusClasses(snapshot.statusClasses),
            "denialsByReason": .array(
                snapshot.denialsByReason.map { denial in
                    .record([
                        "reason": .string(denial.reason.rawValue), "count": .count(denial.count),
                    ])
                }
            ),
            "totalRequests": .count(snapshot.totals.requests),
            "totalDenials": .count(snapshot.totals.denials),
            "openConnections": .count(max(0, snapshot.openConnections)),
        ])
    }

    static let blockedAddresses = BuiltInTool(
        name: "list_blocked_addresses",
        title: "Blocked addresses",
        description: "Addresses that the rate limit shut out by itself, with the time each block "
            + "ends, the one that lasts longest first. An IPv6 client is its /64 network.",
        parameters: [limit(rowsMax)],
        output: JSONSchema.object([
            "time": JSONSchema.time,
            "blocks": JSONSchema.array(
                of: JSONSchema.object([
                    "address": JSONSchema.string,
                    "reason": JSONSchema.string,
                    "since": JSONSchema.time,
                    "until": JSONSchema.time,
                    "refusals": JSONSchema.integer,
                ])
            ),
        ])
    ) { arguments, gate in
        let snapshot = gate.telemetry.latest
        let blocks = snapshot.blocks.filter { !$0.isKey && $0.until > gate.now }
        return .record([
            "time": .time(snapshot.time),
            "blocks": .array(blocks.prefix(arguments.limit).map(JSONValue.block)),
        ])
    }

    static let authenticationFailures = BuiltInTool(
        name: "list_auth_failures",
        title: "Authentication failures",
        description: "Failed attempts to authenticate, counted by address and reason, the latest "
            + "first. `key` is the public id of the key that was named, if one was.",
        parameters: [limit(rowsMax)],
        output: JSONSchema.object([
            "time": JSONSchema.time,
            "failures": JSONSchema.array(
                of: JSONSchema.object(
                    [
                        "address": JSONSchema.string,
                        "reason": JSONSchema.string,
                        "count": JSONSchema.integer,
                        "firstSeen": JSONSchema.time,
                        "lastSeen": JSONSchema.time,
                        "key": JSONSchema.string,
                    ],
                    optional: ["key"]
                )
            ),
        ])
    ) { arguments, gate in
        let snapshot = gate.telemetry.latest
        let failures = snapshot.authenticationFailures.prefix(arguments.limit)
        return .record([
            "time": .time(snapshot.time),
            "failures": .array(failures.map(JSONValue.failure)),
        ])
    }

    static let securityEvents = BuiltInTool(
        name: "list_security_events",
        title: "Security events",
        description: "What happened at the gate, oldest first; equal events of one second are one "
            + "with a count. To follow, pass the `cursor` of the last answer as `after`; `missed` "
            + "says how many events in between are no longer kept.",
        parameters: [
            limit(eventsMax),
            ToolParameter(
                name: "after",
                description: "Only events after this cursor; left out, the newest ones.",
                range: 0...cursorMax,
                defaultValue: nil
            ),
        ],
        output: JSONSchema.object([
            "events": JSONSchema.array(of: eventSchema),
            "cursor": JSONSchema.integer,
            "missed": JSONSchema.integer,
        ])
    ) { arguments, gate in
        let newest = gate.telemetry.latestCursor
        let recent = newest - min(newest, UInt64(arguments.limit))
        let page = gate.telemetry.events(
            after: arguments["after"].map { UInt64(clamping: $0) } ?? recent,
            limit: arguments.limit
        )
        return .record([
            "events": .array(page.events.map(JSONValue.event)),
            "cursor": .count(page.cursor),
            "missed": .count(page.missed),
        ])
    }

    static let serverTime = BuiltInTool(
        name: "get_server_time",
        title: "Server time",
        description: "The gateway's clock in UTC, and for how long it has been running.",
        parameters: [],
        output: JSONSchema.object([
            "time": JSONSchema.time,
            "millisecondsSince1970": JSONSchema.integer,
            "uptimeSeconds": JSONSchema.integer,
        ])
    ) { _, gate in
        .record([
            "time": .time(gate.now),
            "millisecondsSince1970": .integer(max(0, gate.now.millisecondsSince1970)),
            "uptimeSeconds": .integer(gate.telemetry.uptimeSeconds(at: gate.monotonic)),
        ])
    }
}

extension ToolArguments {
    fileprivate var limit: Int { Int(self["limit"] ?? 50) }
}

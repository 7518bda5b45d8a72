import MCP
import Policy
import Telemetry

extension BuiltInTool {
    static let latencySchema = JSONSchema.object([
        "p50Microseconds": JSONSchema.integer,
        "p95Microseconds": JSONSchema.integer,
        "p99Microseconds": JSONSchema.integer,
        "count": JSONSchema.integer,
    ])

    static let statusClassesSchema = JSONSchema.object([
        "success": JSONSchema.integer,
        "redirection": JSONSchema.integer,
        "clientError": JSONSchema.integer,
        "serverError": JSONSchema.integer,
    ])

    static let eventSchema = JSONSchema.object(
        [
            "cursor": JSONSchema.integer,
            "time": JSONSchema.time,
            "kind": JSONSchema.string,
            "severity": JSONSchema.string,
            "count": JSONSchema.integer,
            "reason": JSONSchema.string,
            "address": JSONSchema.string,
            "key": JSONSchema.string,
            "detail": JSONSchema.string,
        ],
        optional: ["reason", "address", "key", "detail"]
    )
}

extension JSONValue {
    static func counts(_ values: ArraySlice<UInt64>) -> JSONValue {
        .array(values.map { .count($0) })
    }

    static func latency(_ latency: LatencySummary) -> JSONValue {
        .record([
            "p50Microseconds": .integer(latency.p50Microseconds),
            "p95Microseconds": .integer(latency.p95Microseconds),
            "p99Microseconds": .integer(latency.p99Microseconds),
            "count": .count(latency.count),
        ])
    }

    static func statusClasses(_ classes: StatusClasses) -> JSONValue {
        .record([
            "success": .count(classes.success),
            "redirection": .count(classes.redirection),
            "clientError": .count(classes.clientError),
            "serverError": .count(classes.serverError),
        ])
    }

    static func block(_ block: BlockRecord) -> JSONValue {
        .record([
            "address": .string(block.subject),
            "reason": .string(block.reason.rawValue),
            "since": .time(block.since),
            "until": .time(block.until),
            "refusals": .count(block.refusals),
        ])
    }

    static func failure(_ failures: AuthenticationFailures) -> JSONValue {
        var members = [
            JSONMember("address", .string(failures.address)),
            JSONMember("reason", .string(failures.reason.rawValue)),
            JSONMember("count", .count(failures.count)),
            JSONMember("firstSeen", .time(failures.firstSeen)),
            JSONMember("lastSeen", .time(failures.lastSeen)),
        ]
        if let key = failures.key { members.append(JSONMember("key", .string(key.rawValue))) }
        return .object(members)
    }

    static func event(_ event: SecurityEvent) -> JSONValue {
        var members = [
            JSONMember("cursor", .count(event.cursor)),
            JSONMember("time", .time(event.time)),
            JSONMember("kind", .string(event.kind.rawValue)),
            JSONMember("severity", .string(event.severity.rawValue)),
            JSONMember("count", .count(event.count)),
        ]
        let optional = [
            ("reason", event.reason?.rawValue), ("address", event.address),
            ("key", event.key?.rawValue), ("detail", event.detail),
        ]
        for (name, text) in optional {
            if let text { members.append(JSONMember(name, .string(text))) }
        }
        return .object(members)
    }
}

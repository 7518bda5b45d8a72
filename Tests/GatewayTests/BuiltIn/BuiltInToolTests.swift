import MCP
import Policy
import Telemetry
import Testing

@testable import Gateway

struct BuiltInToolTests {
    private let gate = BuiltInFixture()
    private let attacker = ClientAddress(.v4(0x7F00_0002))

    /// Traffic of two seconds: 3 served calls, 2 wrong keys, 1 block.
    private func makeHistory() {
        let recorder = gate.hub.makeRecorder()
        for _ in 0..<3 {
            recorder.record(
                CallRecord(client: attacker, status: 200, latencyNanoseconds: 90_000),
                at: gate.now
            )
        }
        gate.tick()
        for _ in 0..<2 {
            recorder.record(
                CallRecord(
                    client: attacker,
                    key: KeyID("aB3dE6gH"),
                    status: 401,
                    denial: .keyExpired
                ),
                at: gate.now
            )
        }
        let rule = RateRule(requestsPerMinute: 1, burst: 1)
        for subject in [UsageLedger.Subject.address(attacker), .key(KeyID("aB3dE6gH"))] {
            for _ in 0..<2 {
                _ = gate.ledger.spend(subject, rule: rule, blockSeconds: 60, at: gate.monotonic)
            }
        }
        gate.tick()
    }

    private func content(_ tool: String, _ arguments: String = "{}") throws -> JSONValue {
        try #require(try gate.call(tool, arguments)["structuredContent"])
    }

    @Test func `every definition says what the tool is and that it only reads`() throws {
        for tool in BuiltInTool.all {
            let definition = tool.definition
            #expect(definition["annotations"]?["readOnlyHint"] == .bool(true))
            #expect(definition["annotations"]?["destructiveHint"] == .bool(false))
            #expect(definition["inputSchema"]?["type"] == .string("object"))
            #expect(definition["outputSchema"]?["type"] == .string("object"))
            #expect(tool.name.utf8.allSatisfy { $0 == 0x5F || (0x61...0x7A).contains($0) })
        }
        #expect(Set(BuiltInTool.all.map(\.name)).count == BuiltInTool.all.count)
    }

    @Test(arguments: BuiltInTool.all.map(\.name))
    func `what a tool returns fits its output schema, with and without history`(
        name: String
    ) throws {
        let tool = try #require(BuiltInTool.all.first { $0.name == name })
        #expect(SchemaCheck.problems(of: try content(name), in: tool.output) == [])
        makeHistory()
        #expect(SchemaCheck.problems(of: try content(name), in: tool.output) == [])
    }

    @Test(arguments: BuiltInTool.all.map(\.name))
    func `the text of a result is its structured content`(name: String) throws {
        makeHistory()
        let result = try gate.call(name)
        guard case .string(let text)? = result["content"]?.elements.first?["text"] else {
            Issue.record("there is no text")
            return
        }
        #expect(try JSONValue.parse(Array(text.utf8)) == result["structuredContent"])
    }

    @Test func `tells request rates`() throws {
        makeHistory()
        let rates = try content("get_request_rates")
        #expect(rates["requestsPerSecond"] == .array([.integer(3), .integer(2)]))
        #expect(rates["denialsPerSecond"] == .array([.integer(0), .integer(2)]))
        #expect(rates["latency"]?["p50Microseconds"] == .integer(90))
        #expect(rates["statusClasses"]?["clientError"] == .integer(2))
        #expect(rates["denialsByReason"]?.elements.first?["reason"] == .string("key_expired"))
        #expect(rates["totalRequests"] == .integer(5))
        let latest = try content("get_request_rates", #"{"seconds":1}"#)
        #expect(latest["requestsPerSecond"] == .array([.integer(2)]))
    }

    @Test func `lists blocked addresses, not keys, until the block has ended`() throws {
        makeHistory()
        let blocks = try #require(try content("list_blocked_addresses")["blocks"]).elements
        #expect(blocks.map { $0["address"] } == [.string("127.0.0.2")])
        #expect(blocks.first?["reason"] == .string("address_rate_limited"))
        gate.wait(seconds: 60)
        #expect(try content("list_blocked_addresses")["blocks"] == .array([]))
    }

    @Test func `lists authentication failures by address and reason`() throws {
        makeHistory()
        let failures = try #require(try content("list_auth_failures")["failures"]).elements
        #expect(failures.count == 1)
        #expect(failures.first?["address"] == .string("127.0.0.2"))
        #expect(failures.first?["reason"] == .string("key_expired"))
        #expect(failures.first?["count"] == .integer(2))
        #expect(failures.first?["key"] == .string("aB3dE6gH"))
    }

    @Test func `pages through security events by cursor`() throws {
        for _ in 0..<5 {
            gate.hub.record(
                SecurityEvent(time: gate.now, kind: .policyChanged, severity: .info)
            )
        }
        func cursors(_ arguments: String) throws -> [JSONValue?] {
            try content("list_security_events", arguments)["events"]?.elements
                .map { $0["cursor"] } ?? []
        }
        #expect(try cursors(#"{"limit":2}"#) == [.integer(4), .integer(5)])
        #expect(try cursors(#"{"limit":2,"after":0}"#) == [.integer(1), .integer(2)])
        #expect(try cursors(#"{"limit":2,"after":4}"#) == [.integer(5)])
        #expect(try cursors(#"{"after":5}"#) == [])
        #expect(try content("list_security_events", #"{"after":0}"#)["cursor"] == .integer(5))
    }

    @Test func `tells the time`() throws {
        gate.wait(seconds: 90)
        let time = try content("get_server_time")
        #expect(time["time"] == .string(gate.now.description))
        #expect(time["millisecondsSince1970"] == .integer(1_790_000_090_250))
        #expect(time["uptimeSeconds"] == .integer(90))
    }

    @Test(arguments: [
        ("an unknown name", "get_server_time", #"{"zone":1}"#),
        ("an unknown name beside a known one", "list_auth_failures", #"{"limit":1,"x":1}"#),
        ("another case", "list_auth_failures", #"{"Limit":1}"#),
        ("too small", "list_auth_failures", #"{"limit":0}"#),
        ("too large", "list_auth_failures", #"{"limit":201}"#),
        ("negative", "list_security_events", #"{"after":-1}"#),
        ("beyond 64 bits", "list_security_events", #"{"after":18446744073709551616}"#),
        ("a fraction", "get_request_rates", #"{"seconds":1.5}"#),
        ("huge", "get_request_rates", #"{"seconds":1e300}"#),
        ("a string", "get_request_rates", #"{"seconds":"60"}"#),
        ("null", "get_request_rates", #"{"seconds":null}"#),
        ("an object", "get_request_rates", #"{"seconds":{}}"#),
    ])
    func `a bad value is a result that says what is allowed`(
        name: String,
        tool: String,
        arguments: String
    ) throws {
        let result = try gate.call(tool, arguments)
        #expect(result["isError"] == .bool(true))
        #expect(result["structuredContent"] == nil)
        #expect(result["resultType"] == .string("complete"))
    }

    @Test func `a whole number may be written with a fraction of zero`() throws {
        let result = try gate.call("get_request_rates", #"{"seconds":60.0}"#)
        #expect(result["isError"] == .bool(false))
    }
}

/// As much of JSON Schema as the tools' schemas use.
enum SchemaCheck {
    static func problems(
        of value: JSONValue,
        in schema: JSONValue,
        at path: String = "$"
    ) -> [String] {
        switch (schema["type"], value) {
        case (.string("string")?, .string):
            return []
        case (.string("integer")?, .integer(let integer)):
            return integer >= 0 ? [] : ["\(path) is negative"]
        case (.string("array")?, .array(let elements)):
            guard let items = schema["items"] else { return ["\(path) has no items schema"] }
            return elements.enumerated().flatMap {
                problems(of: $1, in: items, at: "\(path)[\($0)]")
            }
        case (.string("object")?, .object(let members)):
            let missing = (schema["required"]?.elements ?? []).filter { name in
                !members.contains { .string($0.key) == name }
            }
            return missing.map { "\(path) lacks \($0)" }
                + members.flatMap { member in
                    guard let inner = schema["properties"]?[member.key] else {
                        return ["\(path).\(member.key) is not in the schema"]
                    }
                    return problems(of: member.value, in: inner, at: "\(path).\(member.key)")
                }
        default:
            return ["\(path) has another type"]
        }
    }
}

extension JSONValue {
    var elements: [JSONValue] {
        if case .array(let elements) = self { elements } else { [] }
    }
}

import Policy
import Telemetry
import Testing

@testable import Gateway

/// What a principal may do, and how much of it.
@Suite struct AccessWireTests {
    private static func document(
        _ access: AccessRules,
        _ change: (inout PolicyDocument) -> Void = { _ in }
    ) -> PolicyDocument {
        TestGateway.document {
            $0.authentication.keys[0].access = access
            change(&$0)
        }
    }

    private static func call(_ tool: String, id: String = "1") -> String {
        #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"\#(tool)","#
            + #""arguments":{}}}"#
    }

    private static let opening =
        #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"#
        + #""2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}"#

    private static func legacySession(_ client: RawClient) throws -> String {
        let response = try client.exchange(Requests.post(opening))
        return try #require(response["mcp-session-id"])
    }

    private static let readOnly = AccessRules(
        tools: PatternRules(allow: ["gate_*"], deny: ["gate_secret*"])
    )

    @Test(arguments: ["no_such_tool", "gate_secret", "gate_secrets_of_all", "gate\\u005fsecret"])
    func `a forbidden tool answers as one that does not exist`(tool: String) async throws {
        try await TestGateway.with(Self.document(Self.readOnly)) { gateway in
            let client = try gateway.client()
            let session = ["Mcp-Session-Id: \(try Self.legacySession(client))"]
            let forbidden = try client.exchange(Requests.post(Self.call(tool), fields: session))
            #expect(forbidden.status == 200)
            #expect(forbidden.body.contains("-32602"))
            #expect(forbidden.body.contains("tool_unknown"))
            // The very same words that the server has for an allowed name it does not know.
            let unknown = try client.exchange(
                Requests.post(Self.call("gate_of_nowhere"), fields: session)
            )
            #expect(unknown.body == forbidden.body)
            #expect(unknown.status == forbidden.status)
        }
    }

    @Test func `a forbidden method answers as one that does not exist`() async throws {
        let access = AccessRules(methods: PatternRules(deny: ["prompts/*"]))
        try await TestGateway.with(Self.document(access)) { gateway in
            let client = try gateway.client()
            let session = ["Mcp-Session-Id: \(try Self.legacySession(client))"]
            func answer(_ method: String) throws -> String {
                let body = #"{"jsonrpc":"2.0","id":1,"method":"\#(method)"}"#
                return try client.exchange(Requests.post(body, fields: session)).body
            }
            let unknown = try answer("no/such")
            #expect(try answer("prompts/list") == unknown)
        }
    }

    @Test func `a key counts only from its own networks`() async throws {
        let office = try AddressPrefix(parsing: "127.0.1.0/24")
        let document = Self.document(AccessRules(networks: [office]))
        try await TestGateway.with(document) { gateway in
            let inside = try gateway.client(from: "127.0.1.7")
            let status6 = try inside.exchange(Requests.post()).status
            #expect(![401, 403].contains(status6))
            let outside = try gateway.client(from: "127.0.2.7").exchange(Requests.post())
            #expect(outside.status == 401)
            #expect(outside.body.contains("credentials_invalid"), "the reason is not told")
            // One loop serves both, so what came before this answer is recorded.
            _ = try inside.exchange(Requests.get())
            let reasons = gateway.snapshot().denialsByReason.map(\.reason)
            #expect(reasons.contains(.keyNetworkNotAllowed))
        }
    }

    @Test func `a key's own rate comes before the rate for every key`() async throws {
        let document = Self.document(
            AccessRules(rate: RateRule(requestsPerMinute: 2, burst: 2))
        ) { $0.limits.blockSeconds = 0 }
        try await TestGateway.with(document) { gateway in
            let client = try gateway.client()
            let statuses = try (1...3).map { _ in try client.exchange(Requests.post()).status }
            #expect(statuses.map { $0 == 429 } == [false, false, true])
        }
    }

    @Test func `a tool's rate is its own, for each principal`() async throws {
        let document = TestGateway.document {
            $0.authentication.keys.append(TestGateway.key("another-key", id: "k0000009"))
            $0.limits.perTool = [
                ToolRateRule(pattern: "slow*", rate: RateRule(requestsPerMinute: 1, burst: 1))
            ]
        }
        try await TestGateway.with(document) { gateway in
            let client = try gateway.client()
            func status(_ tool: String, key: String = Requests.key) throws -> Int {
                try client.exchange(Requests.post(Self.call(tool), key: key)).status
            }
            let status1 = try status("slow_one")
            #expect(status1 != 429)
            let status2 = try status("slow_two")
            #expect(status2 == 429, "one pattern is one allowance")
            let status3 = try status("slow\\u005ftwo")
            #expect(status3 == 429, "an escape hides nothing")
            let status4 = try status("fast")
            #expect(status4 != 429)
            let status5 = try status("slow_one", key: "another-key")
            #expect(status5 != 429)
        }
    }

    @Test func `a principal has so many calls under way and no more`() async throws {
        try await ScriptedUpstream.with(.silent) { upstream in
            let document = TestGateway.document {
                $0.upstream = UpstreamRule(url: upstream.url)
                $0.limits.concurrency.requestsPerPrincipal = 1
            }
            try await TestGateway.with(document) { gateway in
                let first = try gateway.client()
                first.send(Requests.modernPost())
                _ = try await upstream.nextRequest()
                let second = try gateway.client()
                let refused = try second.exchange(Requests.modernPost())
                #expect(refused.status == 429)
                #expect(refused.body.contains("concurrency_limit"))
                first.close()
                await upstream.nextClose()
                second.send(Requests.modernPost())
                _ = try await upstream.nextRequest()
            }
        }
    }

    @Test func `bytes beyond a minute's worth are refused until they are earned`() async throws {
        let document = TestGateway.document { $0.limits.bytesPerMinute = 600 }
        try await TestGateway.with(document) { gateway in
            let client = try gateway.client()
            let opening = Requests.post(Self.opening)
            let statuses = try (1...4).map { _ in try client.exchange(opening).status }
            #expect(statuses.first == 200)
            #expect(statuses.last == 429)
        }
    }

    // MARK: Lockdown

    @Test func `a lockdown closes the gate to all but its list, and opens again`() async throws {
        let desk = try AddressPrefix(parsing: "127.0.1.0/24")
        let closed = TestGateway.document { $0.lockdown = LockdownRule(networks: [desk]) }
        try await TestGateway.with(closed) { gateway in
            let outside = try gateway.client(from: "127.0.2.7").exchange(Requests.post())
            #expect(outside.status == 403)
            #expect(outside.body.contains("lockdown"))
            let inside = try gateway.client(from: "127.0.1.7")
            #expect(try inside.exchange(Requests.get()).status == 200)
            await gateway.activate(TestGateway.document(), number: 2)
            let again = try gateway.client(from: "127.0.2.7")
            #expect(try again.exchange(Requests.get()).status == 200)
        }
    }

    @Test func `a lockdown whose time is over is none`() async throws {
        let over = Timestamp(millisecondsSince1970: 1)
        let document = TestGateway.document {
            $0.lockdown = LockdownRule(networks: [], expires: over)
        }
        try await TestGateway.with(document) { gateway in
            let client = try gateway.client()
            #expect(try client.exchange(Requests.get()).status == 200)
        }
    }
}

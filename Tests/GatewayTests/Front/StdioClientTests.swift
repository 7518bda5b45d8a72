import Foundation
import NIOCore
import Policy
import Telemetry
import Testing

@testable import Gateway

/// One client over standard input and output: what it may send, and what it is told.
@Suite(.timeLimit(.minutes(1))) struct StdioClientTests {
    private func error(_ message: [String: Any]) -> [String: Any] {
        message["error"] as? [String: Any] ?? [:]
    }

    private func reason(_ message: [String: Any]) -> String? {
        (error(message)["data"] as? [String: Any])?["reason"] as? String
    }

    // MARK: Calls

    @Test func `nobody can connect, and each line is answered by one`() async throws {
        try await StdioPeer.with { peer, gateway in
            #expect(gateway.port == 0)
            peer.send(Lines.call(), Lines.list(id: "2"))
            var ids: Set<Int> = []
            for _ in 0..<2 {
                let message = try peer.message()
                #expect(message["result"] != nil)
                ids.insert(message["id"] as? Int ?? 0)
            }
            #expect(ids == [1, 2])
            peer.closeInput()
            #expect(try peer.line() == nil)
        }
    }

    @Test func `a legacy client may send everything at once and is served in order`() async throws {
        try await StdioPeer.with { peer, _ in
            peer.send(Lines.initialize, Lines.initialized, Lines.legacyList(id: #""a""#))
            let first = try peer.message()
            let result = first["result"] as? [String: Any]
            #expect(first["id"] as? Int == 0)
            #expect(result?["protocolVersion"] as? String == "2025-06-18")
            let second = try peer.message()
            #expect(second["id"] as? String == "a")
            #expect(second["result"] != nil)
        }
    }

    @Test(arguments: ["-7", #""""#, #""\u0041\n\"""#, #""🏰""#, "9007199254740993"])
    func `an id comes back byte for byte`(id: String) async throws {
        try await StdioPeer.with { peer, _ in
            peer.send(Lines.call(id: id), Lines.call("no_such_tool", id: id))
            for _ in 0..<2 {
                let line = try #require(try peer.line())
                #expect(line.contains(#""id":\#(id),"#), "\(line)")
            }
        }
    }

    @Test func `what is under way when the input ends is finished`() async throws {
        try await Self.behindTheGate(.silent) { peer, upstream in
            peer.send(Lines.call(id: "7"))
            let (_, channel) = try await upstream.nextRequest()
            peer.closeInput()
            try await channel.say(Responses.json())
            #expect(try peer.line() == Responses.result)
            #expect(try peer.line() == nil)
        }
    }

    @Test func `a gate that is to end finishes what is under way and takes no more`()
        async throws
    {
        try await Self.behindTheGate(.silent) { peer, upstream in
            peer.send(Lines.call(id: "7"))
            let (_, channel) = try await upstream.nextRequest()
            peer.serving.cancel()
            try await channel.say(Responses.json())
            #expect(try peer.line() == Responses.result)
            #expect(try peer.line() == nil)
            try await peer.serving.value
        }
    }

    @Test func `a refused notification is answered by nothing`() async throws {
        let document = TestGateway.document {
            $0.limits.perAddress = RateRule(requestsPerMinute: 1, burst: 1)
        }
        try await StdioPeer.with(document) { peer, _ in
            peer.send(Lines.initialized, Lines.initialized, Lines.call(id: "2"))
            let answer = try peer.message()
            #expect(answer["id"] as? Int == 2)
            peer.closeInput()
            #expect(try peer.line() == nil)
        }
    }

    @Test func `a cancelled call is left, and nothing more is said of it`() async throws {
        try await Self.behindTheGate(.silent) { peer, upstream in
            peer.send(Lines.call(id: "1"))
            _ = try await upstream.nextRequest()
            peer.send(Lines.cancel("2"), Lines.cancel("1"))
            await upstream.nextClose()
            peer.send(Lines.call(id: "7"))
            let (_, channel) = try await upstream.nextRequest()
            try await channel.say(Responses.json())
            #expect(try peer.line() == Responses.result)
            peer.closeInput()
            #expect(try peer.line() == nil)
        }
    }

    @Test func `every call has its answer, also when the server has none`() async throws {
        try await Self.behindTheGate(.silent) { peer, upstream in
            peer.send(Lines.call(id: #""x""#))
            let (_, channel) = try await upstream.nextRequest()
            try await channel.say(Responses.eventStreamHead)
            try await channel.close().get()
            let message = try peer.message()
            #expect(message["id"] as? String == "x")
            #expect(error(message)["code"] as? Int == -32_603)
        }
    }

    @Test func `events of a stream are lines, and a line end within one ends no line`()
        async throws
    {
        try await Self.behindTheGate(.silent) { peer, upstream in
            peer.send(Lines.call(id: "7"))
            let (_, channel) = try await upstream.nextRequest()
            let progress =
                "data: {\"jsonrpc\":\"2.0\",\ndata: \"method\":\"notifications/progress\"}\n\n"
            try await channel.say(
                Responses.eventStreamHead + Responses.chunk(progress)
                    + Responses.chunk("data: no message\n\n")
                    + Responses.chunk("data: \(Responses.result)\n\n") + "0\r\n\r\n"
            )
            #expect(
                try peer.line() == #"{"jsonrpc":"2.0", "method":"notifications/progress"}"#
            )
            #expect(try peer.line() == Responses.result)
        }
    }

    @Test func `a legacy session is carried along, listened to and ended`() async throws {
        let answer = Responses.json(
            #"{"jsonrpc":"2.0","id":0,"result":{"protocolVersion":"2025-06-18"}}"#,
            fields: ["Mcp-Session-Id: s-1"]
        )
        try await Self.behindTheGate(.silent) { peer, upstream in
            peer.send(Lines.initialize, Lines.initialized)
            let (_, opening) = try await upstream.nextRequest()
            try await opening.say(answer)
            #expect(try peer.message()["id"] as? Int == 0)
            let (told, telling) = try await upstream.nextRequest()
            #expect(told.contains("Mcp-Session-Id: s-1\r\n"))
            #expect(told.contains("MCP-Protocol-Version: 2025-06-18\r\n"))
            try await telling.say("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
            let (asked, stream) = try await upstream.nextRequest()
            #expect(asked.hasPrefix("GET "))
            let question = #"{"jsonrpc":"2.0","id":"q","method":"roots/list"}"#
            try await stream.say(
                Responses.eventStreamHead + Responses.chunk("data: \(question)\n\n")
            )
            #expect(try peer.line() == question)
            peer.closeInput()
            while true {
                let (text, channel) = try await upstream.nextRequest()
                try await channel.say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                guard !text.hasPrefix("DELETE ") else { break }
            }
        }
    }

    // MARK: Bad lines

    /// Lines that are refused, and the reasons.
    static let hostile: [String: (line: String, reason: String)] = [
        "no JSON": ("GET / HTTP/1.1", "malformed_json"),
        "a batch": ("[\(Lines.call())]", "invalid_message"),
        "a member twice": (
            #"{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call"}"#, "duplicate_member"
        ),
        "nested too deep": (String(repeating: "[", count: 1_000), "too_deep"),
        "a NUL": ("{\0}", "malformed_json"),
        "another version of JSON-RPC": (
            #"{"jsonrpc":"1.0","id":1,"method":"tools/list"}"#, "invalid_message"
        ),
        "an id that is none": (
            #"{"jsonrpc":"2.0","id":{},"method":"tools/list"}"#, "invalid_message"
        ),
        "too large": (String(repeating: " ", count: 70_000) + "{}", "body_too_large"),
        "a version that nobody speaks": (
            Lines.call(id: "1").replacing("2026-07-28", with: "2099-01-01"), "version_unsupported"
        ),
        "a version that no field can hold": (
            Lines.call(id: "1").replacing("2026-07-28", with: #"x\r\nX-API-Key: k"#),
            "header_mismatch"
        ),
        "a method that no field can hold": (
            Lines.call(id: "1").replacing("tools/call", with: #"tools/call\r\nX-A: b"#),
            "header_mismatch"
        ),
    ]

    @Test(arguments: hostile.keys.sorted())
    func `a bad line is refused for what it is, and the next one is served`(
        name: String
    ) async throws {
        let (line, expected) = try #require(Self.hostile[name])
        let document = TestGateway.document { $0.limits.bodyBytesMax = 65_536 }
        try await StdioPeer.with(document) { peer, gateway in
            peer.send(line, Lines.call(id: "2"))
            let refusal = try peer.message()
            #expect(reason(refusal) == expected, "\(refusal)")
            let next = try peer.message()
            #expect(next["id"] as? Int == 2)
            #expect(next["result"] != nil)
            #expect(gateway.snapshot().totals.denials == 1)
        }
    }

    @Test(arguments: ["a tool with spaces ", "værktøj", "=?base64?eA==?=", #"a\r\nX-Evil: 1"#])
    func `a name of any text reaches the server as it is, and ends no field`(
        name: String
    ) async throws {
        try await Self.behindTheGate(.answering(Responses.json())) { peer, upstream in
            peer.send(Lines.call(name, id: "7"))
            #expect(try peer.line() == Responses.result)
            let (text, _) = try await upstream.nextRequest()
            let parts = text.components(separatedBy: "\r\n\r\n")
            #expect(parts.count == 2)
            #expect(!parts[0].contains("X-Evil"))
            #expect(parts[1] == Lines.call(name, id: "7"))
        }
    }

    // MARK: Rules

    @Test func `a client over the rate is told so under its own id`() async throws {
        let document = TestGateway.document {
            $0.limits.perAddress = RateRule(requestsPerMinute: 1, burst: 1)
        }
        try await StdioPeer.with(document) { peer, _ in
            peer.send(Lines.call(id: "1"))
            #expect(try peer.message()["result"] != nil)
            peer.send(Lines.call(id: "2"))
            let refusal = try peer.message()
            #expect(refusal["id"] as? Int == 2)
            #expect(reason(refusal) == "address_rate_limited")
        }
    }

    @Test func `rules for networks and credentials are not for it, a lockdown is`() async throws {
        var document = TestGateway.document {
            $0.browser.allowedHosts = ["gate.example"]
            $0.limits.concurrency.connectionsPerAddress = 1
        }
        let loopback = try AddressPrefix(parsing: "127.0.0.0/8")
        document.denylist = [AddressEntry(prefix: loopback)]
        try await StdioPeer.with(document) { peer, gateway in
            peer.send(Lines.call(id: "1"))
            #expect(try peer.message()["result"] != nil)
            document.lockdown = LockdownRule(networks: [])
            await gateway.activate(document, number: 2)
            peer.send(Lines.call(id: "2"))
            let refusal = try peer.message()
            #expect(refusal["id"] as? Int == 2)
            #expect(refusal["error"] != nil)
            await gateway.activate(TestGateway.document(), number: 3)
            peer.send(Lines.call(id: "3"))
            #expect(try peer.message()["result"] != nil)
        }
    }

    private static func behindTheGate(
        _ script: ScriptedUpstream.Script,
        _ body: (StdioPeer, ScriptedUpstream) async throws -> Void
    ) async throws {
        try await ScriptedUpstream.with(script) { upstream in
            let document = TestGateway.document { $0.upstream = UpstreamRule(url: upstream.url) }
            try await StdioPeer.with(document) { peer, _ in try await body(peer, upstream) }
        }
    }
}

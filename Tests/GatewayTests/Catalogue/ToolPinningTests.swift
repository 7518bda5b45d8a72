import NIOCore
import Policy
import Telemetry
import Testing

@testable import Gateway

/// Tools that are not what they were when they were first seen.
@Suite(.timeLimit(.minutes(1))) struct ToolPinningTests {
    private static let first = Lists.answer([Lists.tool("a", "reads"), Lists.tool("b")])
    private static let second = Lists.answer([Lists.tool("a", "reads and sends"), Lists.tool("b")])
    private static let withoutFirst = Lists.answer([Lists.tool("b")])

    /// A gateway whose only caller may do everything, and a server that says what it is told.
    private struct Scene {
        let gateway: TestGateway
        let upstream: ScriptedUpstream
        let client: RawClient

        func list(_ answer: String) async throws -> RawResponse {
            client.send(Lists.request(key: Requests.key))
            try await upstream.nextRequest().channel.say(answer)
            return try client.readResponse()
        }

        func listed(_ body: String) async throws -> String {
            try await list(Responses.json(body)).body
        }

        func events() -> [SecurityEvent] {
            _ = gateway.snapshot()
            return gateway.telemetry.events(after: 0, limit: 1_000).events.filter {
                $0.kind == .toolChanged
            }
        }
    }

    private static func with(
        _ pinning: ToolRules.Pinning,
        _ body: (Scene) async throws -> Void
    ) async throws {
        try await Lists.with(nil, pinning: pinning) { gateway, upstream in
            try await body(
                Scene(gateway: gateway, upstream: upstream, client: try gateway.client())
            )
        }
    }

    @Test func `a changed tool passes with a warning, once`() async throws {
        try await Self.with(.warn) { scene in
            #expect(try await scene.listed(Self.first) == Self.first)
            #expect(scene.events().isEmpty)
            for _ in 0..<3 { #expect(try await scene.listed(Self.second) == Self.second) }
            // What it watches it sees once the client has its answer; a further one shows that.
            _ = try await scene.listed(Self.withoutFirst)
            let events = scene.events()
            #expect(events.map(\.reason) == [.toolChanged])
            #expect(events.map(\.severity) == [.warning])
            #expect(events.first?.detail == "tool a is not what it was pinned as")
            #expect(
                scene.gateway.tools.changed.map(\.difference)
                    == [[#"description: "reads" → "reads and sends""#]]
            )
        }
    }

    @Test func `a tool that only looks different on the wire is unchanged`() async throws {
        let respelled =
            #"{"jsonrpc":"2.0","id":8,"result":{"tools":[{"inputSchema":{"type":"obje\u0063t"},"#
            + #""description":"reads","name":"a","_meta":{"version":2}},\#(Lists.tool("b"))]}}"#
        try await Self.with(.block) { scene in
            _ = try await scene.listed(Self.first)
            #expect(try await scene.listed(respelled) == respelled)
            #expect(scene.gateway.tools.changedCount == 0)
        }
    }

    @Test func `a changed tool is neither shown nor called until it is approved`() async throws {
        try await Self.with(.block) { scene in
            #expect(try await scene.listed(Self.first) == Self.first)
            #expect(try await scene.listed(Self.second) == Self.withoutFirst)
            let asked = scene.upstream.requestCount
            let refused = try scene.client.exchange(Lists.call("a", key: Requests.key))
            #expect(refused.status == 200)
            #expect(refused.body.contains("There is no such tool"))
            let escaped = try scene.client.exchange(Lists.call(#"\u0061"#, key: Requests.key))
            #expect(escaped.body.contains("There is no such tool"))
            #expect(scene.upstream.requestCount == asked)
            let pin = try #require(scene.gateway.tools.changed.first)
            let digest = try #require(pin.pending?.digest)
            #expect(scene.gateway.tools.approve(tool: "a", server: "", digest: digest))
            #expect(try await scene.listed(Self.second) == Self.second)
            scene.client.send(Lists.call("a", key: Requests.key))
            try await scene.upstream.nextRequest().channel.say(Responses.json())
            #expect(try scene.client.readResponse().body == Responses.result)
        }
    }

    @Test func `a call of a changed tool is recorded as that`() async throws {
        try await Self.with(.block) { scene in
            _ = try await scene.listed(Self.first)
            _ = try await scene.listed(Self.second)
            _ = try scene.client.exchange(Lists.call("a", key: Requests.key))
            _ = try await scene.listed(Self.first)
            let denials = scene.gateway.snapshot().denialsByReason
            #expect(denials.contains { $0.reason == .toolChanged && $0.count == 1 })
        }
    }

    @Test func `other tools and the same name on another server are called as before`()
        async throws
    {
        try await ScriptedUpstream.with(.silent) { upstream in
            var document = Lists.document(upstream, pinning: .block)
            document.servers = [
                ServerRule(name: "files", upstream: UpstreamRule(url: upstream.url))
            ]
            try await TestGateway.with(document) { gateway in
                let client = try gateway.client()
                for answer in [Self.first, Self.second] {
                    client.send(Lists.request(key: Requests.key))
                    try await upstream.nextRequest().channel.say(Responses.json(answer))
                    _ = try client.readResponse()
                }
                for (tool, target) in [("b", "/mcp"), ("a", "/servers/files/mcp")] {
                    client.send(Lists.call(tool, key: Requests.key, target: target))
                    try await upstream.nextRequest().channel.say(Responses.json())
                    #expect(try client.readResponse().body == Responses.result)
                }
            }
        }
    }

    @Test func `a tool that turns back is shown again`() async throws {
        try await Self.with(.block) { scene in
            for body in [Self.first, Self.second] { _ = try await scene.listed(body) }
            #expect(try await scene.listed(Self.first) == Self.first)
            #expect(scene.gateway.tools.changedCount == 0)
        }
    }

    @Test func `of a name that comes twice in a list, neither is shown`() async throws {
        let twice = Lists.answer([
            Lists.tool("a", "reads"), Lists.tool("a", "sends"), Lists.tool("b"),
        ])
        try await Self.with(.block) { scene in
            for _ in 0..<2 {
                let shown = try await scene.listed(twice)
                #expect(shown == Self.withoutFirst)
            }
        }
    }

    @Test func `lists on event streams are watched while the stream lasts`() async throws {
        try await Self.with(.warn) { scene in
            _ = try await scene.listed(Self.first)
            scene.client.send(Lists.request(key: Requests.key))
            let channel = try await scene.upstream.nextRequest().channel
            try await channel.say(
                Responses.eventStreamHead + Responses.chunk("data: \(Self.second)\n\n")
            )
            _ = try scene.client.readHead()
            #expect(try scene.client.readChunk() == "data: \(Self.second)\n\n")
            try await channel.say(Responses.chunk(": still here\n\n"))
            #expect(try scene.client.readChunk() == ": still here\n\n")
            #expect(scene.gateway.tools.changedCount == 1)
        }
    }

    @Test func `a changed tool is left out of event streams and of what they repeat`()
        async throws
    {
        try await Self.with(.block) { scene in
            _ = try await scene.listed(Self.first)
            let stream = Lists.stream("data: \(Self.second)\n\n")
            let expected = "data: \(Self.withoutFirst)\n\n"
            #expect(try await scene.list(stream).body == expected)
            let get = Requests.head("GET", accept: "text/event-stream", fields: [])
            scene.client.send(get + "\r\n")
            try await scene.upstream.nextRequest().channel.say(stream)
            #expect(try scene.client.readResponse().body == expected)
        }
    }

    /// Texts of tools that hide something, and what the event says of it.
    private static let hidden: [(name: String, tool: String, words: String)] = [
        ("direction override", Lists.tool("a", #"x\u202ey"#), "tool a has direction overrides"),
        ("zero width", Lists.tool("a", "x\u{200B}y"), "tool a has invisible characters"),
        ("tags", Lists.tool("a", "x\u{E0041}"), "tool a has hidden tag characters"),
        ("escape", Lists.tool("a", #"\u001b[2J"#), "tool a has control characters"),
        (
            "escape in the name", Lists.tool(#"\u001b[2J"#),
            #"tool \u{1B}[2J has control characters, unusual name"#
        ),
        ("look-alike name", Lists.tool("\u{430}"), "tool \u{430} has unusual name"),
    ]

    @Test(arguments: hidden)
    func `texts that hide something are told of, in words that hide nothing`(
        name: String,
        tool: String,
        words: String
    ) async throws {
        try await Self.with(.block) { scene in
            for _ in 0..<2 { _ = try await scene.listed(Lists.answer([tool])) }
            let events = scene.events()
            #expect(events.map(\.reason) == [.toolSuspicious])
            #expect(events.map(\.detail) == [words])
        }
    }

    @Test func `a name of any length makes an event of bounded length`() async throws {
        let name = String(repeating: "\u{202E}", count: 3_000)
        try await Self.with(.block) { scene in
            let shown = try await scene.listed(Lists.answer([Lists.tool(name)]))
            #expect(shown.contains(name))
            let lengths = scene.events().map { $0.detail?.unicodeScalars.count ?? 0 }
            #expect(lengths.count == 1 && lengths.allSatisfy { 1...200 ~= $0 })
        }
    }

    /// Lists that nothing can be compared with.
    private static let unreadable: [(name: String, answer: String)] = [
        ("not JSON", Responses.json("[")),
        ("encoded", Responses.json(first, fields: ["Content-Encoding: gzip"])),
        ("two lists", Responses.json(Lists.answer([], tail: #","tools":[]"#))),
        ("another type", Responses.json(first).replacing("application/json", with: "text/plain")),
        ("on a stream", Lists.stream("data: [\n\n")),
        ("too long", Responses.json(first + String(repeating: " ", count: 4 << 20))),
    ]

    @Test(arguments: unreadable)
    func `a list that cannot be compared passes with a warning`(
        name: String,
        answer: String
    ) async throws {
        try await Self.with(.warn) { scene in
            #expect(try await scene.list(answer).status == 200)
            _ = try await scene.listed(Self.first)
            #expect(scene.events().map(\.reason) == [.toolsUnreadable])
        }
    }

    @Test func `a server with more tools than can be pinned keeps the rest to itself`()
        async throws
    {
        let names = (0...ToolPinTable.toolsPerServerMax).map { "t\($0)" }
        let crowd = Lists.answer(names.map { Lists.tool($0) })
        try await Self.with(.block) { scene in
            let shown = try await scene.listed(crowd)
            #expect(shown == Lists.answer(names.dropLast().map { Lists.tool($0) }))
            let last = names[ToolPinTable.toolsPerServerMax]
            let refused = try scene.client.exchange(Lists.call(last, key: Requests.key))
            #expect(refused.body.contains("There is no such tool"))
            #expect(scene.events().map(\.reason) == [.toolsUnpinned])
        }
    }

    @Test func `nobody watches where pinning is off`() async throws {
        try await Self.with(.off) { scene in
            for body in [Self.first, Self.second] {
                let shown = try await scene.listed(body)
                #expect(shown == body)
            }
            #expect(scene.gateway.tools.pins.isEmpty)
        }
    }

    @Test func `a caller with rules sees neither what it may not call nor what has changed`()
        async throws
    {
        let before = Lists.answer(["read_a", "read_b", "write"].map { Lists.tool($0) })
        let after = Lists.answer([
            Lists.tool("read_a", "changed"), Lists.tool("read_b"), Lists.tool("write"),
        ])
        try await Lists.with(nil, pinning: .block) { gateway, upstream in
            let client = try gateway.client()
            var shown: [String] = []
            for body in [before, after] {
                client.send(Lists.request())
                try await upstream.nextRequest().channel.say(Responses.json(body))
                shown.append(try client.readResponse().body)
            }
            #expect(
                shown
                    == [["read_a", "read_b"], ["read_b"]].map { names in
                        Lists.answer(names.map { Lists.tool($0) })
                    }
            )
        }
    }
}

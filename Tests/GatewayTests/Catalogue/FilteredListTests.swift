import MCP
import NIOCore
import Policy
import Testing

@testable import Gateway

/// A caller sees only what it may call.
@Suite(.timeLimit(.minutes(1))) struct FilteredListTests {
    private static let both = Lists.answer([Lists.tool("read_file"), Lists.tool("write_file")])
    private static let readOnly = Lists.answer([Lists.tool("read_file")])

    @Test func `tools that the caller may not call are left out, and every other byte stays`()
        async throws
    {
        try await Lists.with(Responses.json(Self.both, fields: ["X-Own: 1"])) { gateway, _ in
            let client = try gateway.client()
            for _ in 0..<2 {
                let response = try client.exchange(Lists.request())
                #expect(response.status == 200)
                #expect(response.body == Self.readOnly)
                #expect(response["x-own"] == "1")
                #expect(response["content-length"] == "\(Self.readOnly.utf8.count)")
            }
        }
    }

    @Test func `a caller without rules is sent every byte as it came`() async throws {
        let odd = Responses.json("not JSON at all", fields: ["Content-Encoding: gzip"])
        for pinning in [ToolRules.Pinning.off, .warn] {
            for answer in [Responses.json(Self.both), odd, Lists.stream("data: \(Self.both)\n\n")] {
                try await Lists.with(answer, pinning: pinning) { gateway, _ in
                    let response = try gateway.client().exchange(Lists.request(key: Requests.key))
                    #expect(answer.contains(response.body))
                    #expect(response.status == 200 && !response.body.isEmpty)
                }
            }
        }
    }

    @Test func `no encoding is offered to the server for an answer that must be read`()
        async throws
    {
        try await Lists.with(Responses.json(Self.both)) { gateway, upstream in
            let client = try gateway.client()
            _ = try client.exchange(Lists.request())
            #expect(try await !upstream.nextRequest().text.contains("Accept-Encoding"))
            _ = try client.exchange(Lists.request(key: Requests.key))
            #expect(try await upstream.nextRequest().text.contains("Accept-Encoding: gzip, br"))
        }
    }

    @Test func `lists on an event stream are filtered and other events pass`() async throws {
        let note = #"{"jsonrpc":"2.0","method":"notifications/progress","params":{}}"#
        let answer = Lists.stream(
            "id: 1\ndata:\n\n",
            "event: message\ndata: \(note)\n\n: comment\n\n",
            "id: 2\nevent: message\ndata: \(Self.both)\n\n"
        )
        let expected =
            "id: 1\ndata: \n\nevent: message\ndata: \(note)\n\n"
            + "id: 2\nevent: message\ndata: \(Self.readOnly)\n\n"
        try await Lists.with(answer) { gateway, _ in
            let response = try gateway.client().exchange(Lists.request())
            #expect(response["content-type"] == "text/event-stream")
            #expect(response.body == expected)
        }
    }

    @Test func `lists that come byte by byte are filtered alike`() async throws {
        let wrapped = Self.both.replacing(",", with: ",\r\ndata: ")
        try await Lists.with(nil) { gateway, upstream in
            for answer in [Responses.json(Self.both), Lists.stream("data: \(wrapped)\r\n\r\n")] {
                let client = try gateway.client()
                client.send(Lists.request())
                let channel = try await upstream.nextRequest().channel
                for byte in answer.utf8 { try await channel.say(String(UnicodeScalar(byte))) }
                let body = try client.readResponse().body
                #expect(body.contains("read_file") && !body.contains("write_file"))
            }
        }
    }

    @Test func `an event goes on while its stream lasts`() async throws {
        try await Lists.with(nil) { gateway, upstream in
            let client = try gateway.client()
            client.send(Lists.request())
            let channel = try await upstream.nextRequest().channel
            try await channel.say(
                Responses.eventStreamHead + Responses.chunk("data: \(Self.both)\n\n")
            )
            _ = try client.readHead()
            #expect(try client.readChunk() == "data: \(Self.readOnly)\n\n")
        }
    }

    @Test func `a stream that repeats a lost answer is filtered too`() async throws {
        try await Lists.with(Lists.stream("id: 2\ndata: \(Self.both)\n\n")) { gateway, _ in
            let get = Requests.head(
                "GET",
                key: Lists.key,
                accept: "text/event-stream",
                fields: ["Last-Event-ID: 1"]
            )
            let response = try gateway.client().exchange(get + "\r\n")
            #expect(response.body == "id: 2\ndata: \(Self.readOnly)\n\n")
        }
    }

    @Test func `nobody else may cache what one caller was shown`() async throws {
        let hint = #","ttlMs":60000,"cacheScope":"public""#
        let tools = Lists.answer([Lists.tool("read_file")], tail: hint)
        let prompts =
            #"{"jsonrpc":"2.0","id":7,"result":{"prompts":[{"name":"p"}],"cacheScope":"public"}}"#
        for (method, answer) in [("tools/list", tools), ("prompts/list", prompts)] {
            try await Lists.with(Responses.json(answer)) { gateway, _ in
                let client = try gateway.client()
                let shown = try client.exchange(Lists.modernRequest(method))
                #expect(shown.body == answer.replacing("public", with: "private"))
                let whole = try client.exchange(Lists.modernRequest(method, key: Requests.key))
                #expect(whole.body == answer)
            }
        }
    }

    @Test func `errors and empty answers pass`() async throws {
        let failure = #"{"jsonrpc":"2.0","id":7,"error":{"code":-32603,"message":"no"}}"#
        let answers = [
            Responses.json(failure),
            Responses.json(failure).replacing("200 OK", with: "404 Not Found"),
            "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 204 No Content\r\n\r\n",
        ]
        for answer in answers {
            try await Lists.with(answer) { gateway, _ in
                let client = try gateway.client()
                let response = try client.exchange(Lists.request())
                #expect(answer.contains("\(response.status) "))
                #expect(answer.hasSuffix(response.body))
                #expect(try client.exchange(Lists.request()).status == response.status)
            }
        }
    }

    /// What a restricted caller must not be sent a byte of.
    private static let unreadable: [(name: String, answer: String)] = [
        ("gzip", Responses.json(both, fields: ["Content-Encoding: gzip"])),
        ("identity as an encoding", Responses.json(both, fields: ["Content-Encoding: identity"])),
        ("plain text", Responses.json(both).replacing("application/json", with: "text/plain")),
        ("JSON lines", Responses.json(both).replacing("/json", with: "/jsonl")),
        ("no type", Responses.json(both).replacing("Content-Type: application/json\r\n", with: "")),
        ("two types", Responses.json(both, fields: ["Content-Type: text/html"])),
        ("an array of answers", Responses.json("[\(both)]")),
        ("two answers", Responses.json(both + both)),
        ("two results", Responses.json(#"{"result":{"tools":[]},\#(both.dropFirst())"#)),
        ("two lists", Responses.json(Lists.answer([], tail: #","tools":[{"name":"write_file"}]"#))),
        ("an escaped second list", Responses.json(Lists.answer([], tail: #","t\u006fols":[]"#))),
        ("a list that is an object", Responses.json(#"{"result":{"tools":{"write_file":1}}}"#)),
        ("a tool without a name", Responses.json(Lists.answer([#"{"title":"write_file"}"#]))),
        ("a name that is no text", Responses.json(Lists.answer([#"{"name":["write_file"]}"#]))),
        ("a result that is a list", Responses.json(#"{"result":[\#(Lists.tool("write_file"))]}"#)),
        ("a broken message", Responses.json(String(both.dropLast()))),
        ("trailing text", Responses.json(both + "write_file")),
        ("a byte order mark", Responses.json("\u{FEFF}" + both)),
        ("nothing but blanks", Responses.json("   ")),
    ]

    @Test(arguments: unreadable)
    func `what cannot be read for certain is not passed on`(
        name: String,
        answer: String
    ) async throws {
        try await Lists.with(answer) { gateway, _ in
            let client = try gateway.client()
            for _ in 0..<2 {
                let response = try client.exchange(Lists.request())
                #expect(response.status == 502)
                #expect(response.body.contains("upstream_invalid"))
                #expect(!response.body.contains("write_file"))
            }
        }
    }

    @Test(
        arguments: unreadable.filter { $0.answer.contains("Type: application/json\r\nContent-L") }
    )
    func `what cannot be read on an event stream ends it`(
        name: String,
        answer: String
    ) async throws {
        guard let body = answer.firstRange(of: "\r\n\r\n").map({ answer[$0.upperBound...] }),
            name != "nothing but blanks"
        else { return }
        try await Lists.with(nil) { gateway, upstream in
            let client = try gateway.client()
            client.send(Lists.request())
            let channel = try await upstream.nextRequest().channel
            let good = Responses.chunk("data: {}\n\n")
            try await channel.say(Responses.eventStreamHead + good)
            #expect(try client.readHead().status == 200)
            #expect(try client.readChunk() == "data: {}\n\n")
            try await channel.say(Responses.chunk("data: \(body)\n\n"))
            #expect(try client.isAtEnd())
            await upstream.nextClose()
        }
    }

    @Test func `an answer that grows beyond all bounds is given up before it ends`() async throws {
        try await Lists.with(nil) { gateway, upstream in
            let client = try gateway.client()
            client.send(Lists.request())
            let channel = try await upstream.nextRequest().channel
            let length = Catalogue.byteCountMax + 1
            try await channel.say(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(length * 2)"
                    + "\r\n\r\n" + String(repeating: " ", count: length)
            )
            #expect(try client.readResponse().status == 502)
            await upstream.nextClose()
            #expect(client.send(Lists.request()))
            try await upstream.nextRequest().channel.say(Responses.json(Self.both))
            #expect(try client.readResponse().body == Self.readOnly)
        }
    }

    @Test func `a client that leaves while its list is collected leaves nothing behind`()
        async throws
    {
        try await Lists.with(nil) { gateway, upstream in
            for _ in 0..<20 {
                let client = try gateway.client()
                client.send(Lists.modernRequest())
                let channel = try await upstream.nextRequest().channel
                let filling = String(repeating: " ", count: Catalogue.byteCountMax - 1)
                try await channel.say(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                        + "Content-Length: \(filling.utf8.count + 1)\r\n\r\n" + filling
                )
                client.close()
                await upstream.nextClose()
            }
            let client = try gateway.client()
            client.send(Lists.request())
            try await upstream.nextRequest().channel.say(Responses.json(Self.both))
            #expect(try client.readResponse().body == Self.readOnly)
        }
    }

    @Test func `a server that breaks off within a list is an unusable answer`() async throws {
        try await Lists.with(nil) { gateway, upstream in
            let client = try gateway.client()
            client.send(Lists.request())
            let channel = try await upstream.nextRequest().channel
            try await channel.say(String(Responses.json(Self.both).dropLast(3)))
            try await channel.close().get()
            #expect(try client.readResponse().status == 502)
        }
    }

    @Test func `the built-in tools are filtered alike`() async throws {
        let access = AccessRules(tools: PatternRules(deny: ["get_*"]))
        let document = Lists.document(nil, access: access)
        try await TestGateway.with(document) { gateway in
            let client = try gateway.client()
            let whole = try client.exchange(Lists.modernRequest(key: Requests.key))
            let shown = try client.exchange(Lists.modernRequest())
            #expect(whole.body.contains("get_server_time"))
            #expect(shown.body.contains("list_auth_failures"))
            #expect(!shown.body.contains("get_server_time"))
        }
    }

    @Test func `a child's tools are filtered alike`() async throws {
        let child = ScriptedChild.rule(
            #"answer(m, tools=[{"name": "read_file"}, {"name": "write_file"}])"#
        )
        var document = Lists.document(nil)
        document.upstream = child
        try await TestGateway.with(document) { gateway in
            let client = try gateway.client()
            let session = try Sessions.open(client, key: Lists.key)
            let list = #"{"jsonrpc":"2.0","id":7,"method":"tools/list"}"#
            let response = try client.exchange(
                Sessions.post(list, session: session, key: Lists.key)
            )
            #expect(response.body.contains("read_file"))
            #expect(!response.body.contains("write_file"))
        }
    }
}

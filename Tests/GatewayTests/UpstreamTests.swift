import NIOCore
import Policy
import Telemetry
import Testing

@testable import Gateway

/// What goes to an upstream, what comes back, and what the client is told when nothing does.
@Suite(.timeLimit(.minutes(1))) struct UpstreamTests {
    private static func document(_ upstream: ScriptedUpstream) -> PolicyDocument {
        TestGateway.document { $0.upstream = UpstreamRule(url: upstream.url) }
    }

    private static func with(
        _ script: ScriptedUpstream.Script = .silent,
        settings: GatewaySettings = .testing(),
        _ body: (TestGateway, ScriptedUpstream) async throws -> Void
    ) async throws {
        try await ScriptedUpstream.with(script) { upstream in
            try await TestGateway.with(document(upstream), settings: settings) { gateway in
                try await body(gateway, upstream)
            }
        }
    }

    // MARK: Requests

    @Test func `the request is framed anew and says nothing about the client`() async throws {
        try await Self.with(.answering(Responses.json())) { gateway, upstream in
            let client = try gateway.client()
            let fields = [
                "Cookie: a=b", "X-Forwarded-For: 1.2.3.4", "X_Custom: dropped", "X-Custom: kept",
                "Connection: keep-alive, TE", "Mcp-Param-Region: eu",
                "Origin: http://localhost", "TE: trailers", "Transfer-Encoding: chunked",
            ]
            let body = Requests.toolCall
            let text =
                Requests.head("POST", "/mcp?x=1", fields: fields) + "\r\n"
                + Responses.chunk(body) + "0\r\nX-T: t\r\n\r\n"
            #expect(try client.exchange(text).status == 200)
            let request = try await upstream.nextRequest().text
            #expect(request.hasPrefix("POST /inner HTTP/1.1\r\nHost: 127.0.0.1:"))
            #expect(request.hasSuffix("\r\n\r\n" + body))
            #expect(request.contains("Content-Length: \(body.utf8.count)\r\n"))
            for kept in ["X-Custom: kept", "Mcp-Param-Region: eu", "Accept: application/json"] {
                #expect(request.contains(kept))
            }
            for dropped in [
                Requests.key, "Cookie", "1.2.3.4", "X_Custom", "Origin", "trailers",
                "chunked", "X-T",
            ] {
                #expect(!request.contains(dropped), "\(dropped)")
            }
        }
    }

    @Test func `one upstream connection serves many requests`() async throws {
        try await Self.with(.answering(Responses.json())) { gateway, upstream in
            let client = try gateway.client()
            for _ in 0..<20 { #expect(try client.exchange(Requests.post()).status == 200) }
            #expect(upstream.connectionCount == 1)
            #expect(upstream.requestCount == 20)
        }
    }

    @Test func `an upstream that closes after each answer costs no request`() async throws {
        let script = ScriptedUpstream.Script.answering(
            Responses.json(fields: ["Connection: close"])
        )
        try await Self.with(script) { gateway, upstream in
            let client = try gateway.client()
            for _ in 0..<5 { #expect(try client.exchange(Requests.post()).status == 200) }
            #expect(upstream.connectionCount == 5)
        }
    }

    @Test func `a large body arrives whole`() async throws {
        try await Self.with(.answering(Responses.json())) {
            gateway,
            upstream in
            let client = try gateway.client()
            let filler = String(repeating: "x", count: 500_000)
            let body =
                #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","#
                + #""arguments":{"text":"\#(filler)"}}}"#
            #expect(try client.exchange(Requests.post(body)).status == 200)
            let request = try await upstream.nextRequest().text
            #expect(request.hasSuffix(body))
        }
    }

    // MARK: Responses

    @Test func `the response is framed anew and says nothing about the server`() async throws {
        let script = ScriptedUpstream.Script.answering(
            Responses.json(fields: [
                "Server: leaky/1.0", "WWW-Authenticate: Basic", "Set-Cookie: a=b",
                "Access-Control-Allow-Origin: *", "Cache-Control: public", "Keep-Alive: timeout=5",
                "Connection: keep-alive", "Mcp-Session-Id: s-1", "X-Custom: kept",
            ])
        )
        try await Self.with(script) { gateway, _ in
            let client = try gateway.client()
            let response = try client.exchange(Requests.post())
            #expect(response.body == Responses.result)
            #expect(response["mcp-session-id"] == "s-1")
            #expect(response["x-custom"] == "kept")
            #expect(response["cache-control"] == "no-store")
            let all = response.fields.joined(separator: "\n")
            for dropped in ["leaky", "Basic", "a=b", "Access-Control", "public", "Keep-Alive"] {
                #expect(!all.contains(dropped), "\(dropped)")
            }
        }
    }

    @Test(arguments: [
        ("empty 202", "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n", 202, ""),
        ("204", "HTTP/1.1 204 No Content\r\n\r\n", 204, ""),
        ("404 passes", "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno", 404, "no"),
        (
            "chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n",
            200, "ab"
        ),
        (
            "early hints",
            "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na", 200,
            "a"
        ),
    ])
    func `each kind of framing is read`(
        name: String,
        answer: String,
        status: Int,
        body: String
    ) async throws {
        try await Self.with(.answering(answer)) { gateway, _ in
            let client = try gateway.client()
            for _ in 0..<2 {
                let response = try client.exchange(Requests.post())
                #expect(response.status == status, "\(name)")
                #expect(response.body == body, "\(name)")
            }
        }
    }

    @Test func `a response that ends with its connection becomes chunked`() async throws {
        try await Self.with { gateway, upstream in
            let client = try gateway.client()
            client.send(Requests.post())
            let channel = try await upstream.nextRequest().channel
            try await channel.say("HTTP/1.1 200 OK\r\n\r\nhello")
            try await channel.close().get()
            let response = try client.readResponse()
            #expect(response["transfer-encoding"] == "chunked")
            #expect(response.body == "hello")
        }
    }

    @Test func `an old client gets a stream that ends with the connection`() async throws {
        let script = ScriptedUpstream.Script.answering(
            Responses.eventStreamHead + Responses.chunk("data: 1\n\n") + "0\r\n\r\n"
        )
        try await Self.with(script) { gateway, _ in
            let client = try gateway.client()
            let response = try client.exchange(Requests.post(version: "HTTP/1.0"))
            #expect(response["transfer-encoding"] == nil)
            #expect(response.body == "data: 1\n\n")
        }
    }

    @Test func `each event reaches the client before the next is sent`() async throws {
        try await Self.with { gateway, upstream in
            let client = try gateway.client()
            client.send(Requests.post())
            let channel = try await upstream.nextRequest().channel
            try await channel.say(Responses.eventStreamHead)
            #expect(try client.readHead()["content-type"] == "text/event-stream")
            for turn in 0..<5 {
                let event = "data: \(turn)\n\n"
                try await channel.say(Responses.chunk(event))
                #expect(try client.readChunk() == event)
            }
            try await channel.say("0\r\n\r\n")
            #expect(try client.readChunk().isEmpty)
            #expect(try client.exchange(Requests.get()).status == 200)
        }
    }

    @Test func `a client that does not read stops the upstream from being read`() async throws {
        try await Self.with { gateway, upstream in
            let client = try RawClient(port: gateway.port, receiveBufferBytes: 4_096)
            client.send(Requests.post())
            let channel = try await upstream.nextRequest().channel
            try await channel.say("HTTP/1.1 200 OK\r\nContent-Length: 200000000\r\n\r\n")
            _ = try client.readHead()
            let bytes = ByteBuffer(repeating: 0x61, count: 60_000_000)
            channel.writeAndFlush(bytes, promise: nil)
            // The loop turns a thousand times and would read up to 64 KiB at each turn.
            let other = try gateway.client()
            for _ in 0..<1_000 { #expect(try other.exchange(Requests.get()).status == 200) }
            let unsent = try await channel.getOption(.bufferedWritableBytes).get()
            #expect(unsent > 40_000_000)
            client.reset()
            await upstream.nextClose()
        }
    }

    // MARK: Failures

    @Test func `an upstream that is not there is 502`() async throws {
        let document = TestGateway.document {
            $0.upstream = UpstreamRule(url: "http://127.0.0.1:1/mcp")
        }
        try await TestGateway.with(document) { gateway in
            let client = try gateway.client()
            for _ in 0..<2 {
                let response = try client.exchange(Requests.post())
                #expect(response.status == 502)
                #expect(response.body.contains(#""reason":"upstream_unreachable""#))
                #expect(response.body.contains(#""id":7"#))
            }
        }
    }

    @Test func `an upstream that says nothing is 504`() async throws {
        try await Self.with(settings: .testing { $0.times.responseHead = .milliseconds(100) }) {
            gateway,
            upstream in
            let client = try gateway.client()
            let response = try client.exchange(Requests.post())
            #expect(response.status == 504)
            #expect(response.body.contains(#""reason":"upstream_timeout""#))
            await upstream.nextClose()
        }
    }

    @Test(arguments: [
        ("garbage", "\u{1}\u{2}\u{3}\r\n\r\n"),
        ("other protocol", "SSH-2.0-OpenSSH_9.2\r\n\r\n"),
        ("redirect", "HTTP/1.1 307 T\r\nLocation: http://evil/\r\nContent-Length: 0\r\n\r\n"),
        ("switch", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"),
        ("endless hints", String(repeating: "HTTP/1.1 103 E\r\n\r\n", count: 20)),
        ("two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
        (
            "both framings",
            "HTTP/1.1 200 O\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
        ),
        ("huge head", "HTTP/1.1 200 OK\r\nX: \(String(repeating: "a", count: 40_000))\r\n\r\n"),
    ])
    func `an upstream that talks nonsense is 502`(name: String, answer: String) async throws {
        try await Self.with(.answering(answer)) { gateway, _ in
            let client = try gateway.client()
            let response = try client.exchange(Requests.post())
            #expect(response.status == 502, "\(name)")
            #expect(response.body.contains(#""reason":"upstream_invalid""#), "\(name)")
            #expect(response["location"] == nil)
        }
    }

    @Test func `an upstream that hangs up before it answers is 502`() async throws {
        try await Self.with { gateway, upstream in
            let client = try gateway.client()
            client.send(Requests.post())
            try await upstream.nextRequest().channel.close().get()
            let response = try client.readResponse()
            #expect(response.status == 502)
            #expect(response.body.contains("upstream_unreachable"))
            #expect(upstream.requestCount == 1)
        }
    }

    @Test(arguments: [
        ("length", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"),
        ("chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"),
    ])
    func `half an answer never looks whole`(name: String, half: String) async throws {
        try await Self.with { gateway, upstream in
            let client = try gateway.client()
            client.send(Requests.post())
            let channel = try await upstream.nextRequest().channel
            try await channel.say(half)
            _ = try client.readHead()
            try await channel.close().get()
            let rest = String(decoding: try client.readToEnd(), as: UTF8.self)
            #expect(rest.contains("half"), "\(name)")
            #expect(!rest.contains("0\r\n\r\n"), "\(name)")
        }
    }

    @Test func `a bad chunk in an answer ends the client's connection`() async throws {
        try await Self.with { gateway, upstream in
            let client = try gateway.client()
            client.send(Requests.post())
            let channel = try await upstream.nextRequest().channel
            try await channel.say(Responses.eventStreamHead)
            _ = try client.readHead()
            try await channel.say("zz\r\n")
            #expect(try client.isAtEnd())
        }
    }

    @Test func `an answer that is bad from its first packet is 502`() async throws {
        let bad = Responses.eventStreamHead + "zz\r\n"
        try await Self.with(.answering(bad)) { gateway, _ in
            let client = try gateway.client()
            let response = try client.exchange(Requests.post())
            #expect(response.status == 502)
            #expect(response["content-type"] == "application/json")
        }
    }

    @Test func `a cancellation by id does not reach an upstream in the stateless era`()
        async throws
    {
        try await Self.with(.answering(Responses.json())) { gateway, upstream in
            let client = try gateway.client()
            let body =
                #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7,"#
                + #""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","#
                + #""io.modelcontextprotocol/clientCapabilities":{}}}}"#
            let fields = [
                "MCP-Protocol-Version: 2026-07-28", "Mcp-Method: notifications/cancelled",
            ]
            #expect(try client.exchange(Requests.post(body, fields: fields)).status == 202)
            #expect(upstream.requestCount == 0)
        }
    }

    @Test func `bytes that nobody asked for end an idle upstream connection`() async throws {
        try await Self.with(.answering(Responses.json())) { gateway, upstream in
            let client = try gateway.client()
            #expect(try client.exchange(Requests.post()).status == 200)
            let channel = try await upstream.nextRequest().channel
            try await channel.say(Responses.json("{\"stolen\":1}"))
            await upstream.nextClose()
            #expect(try client.exchange(Requests.post()).body == Responses.result)
        }
    }

    @Test func `silence within a stream ends it`() async throws {
        try await Self.with(settings: .testing { $0.times.streamIdle = .milliseconds(100) }) {
            gateway,
            upstream in
            let client = try gateway.client()
            client.send(Requests.post())
            let channel = try await upstream.nextRequest().channel
            try await channel.say(Responses.eventStreamHead)
            _ = try client.readHead()
            #expect(try client.isAtEnd())
            await upstream.nextClose()
        }
    }

    @Test func `an unused upstream connection is closed`() async throws {
        let settings = GatewaySettings.testing { $0.times.upstreamIdle = .milliseconds(50) }
        try await Self.with(.answering(Responses.json()), settings: settings) { gateway, upstream in
            let client = try gateway.client()
            #expect(try client.exchange(Requests.post()).status == 200)
            await upstream.nextClose()
            #expect(try client.exchange(Requests.post()).status == 200)
            #expect(upstream.connectionCount == 2)
        }
    }

    // MARK: Clients that leave

    @Test(arguments: [true, false])
    func `a client that leaves cancels a call of the stateless era`(isReset: Bool) async throws {
        try await Self.with { gateway, upstream in
            let client = try gateway.client()
            client.send(Requests.modernPost())
            _ = try await upstream.nextRequest()
            if isReset { client.reset() } else { client.close() }
            await upstream.nextClose()
            #expect(gateway.snapshot().totals.requests == 1)
        }
    }

    @Test func `a client that leaves within a stream cancels a call of the stateless era`()
        async throws
    {
        try await Self.with { gateway, upstream in
            let client = try gateway.client()
            client.send(Requests.modernPost())
            let channel = try await upstream.nextRequest().channel
            try await channel.say(Responses.eventStreamHead + Responses.chunk("data: 1\n\n"))
            _ = try client.readHead()
            client.reset()
            await upstream.nextClose()
        }
    }

    @Test func `a client that leaves does not cancel a call of the legacy era`() async throws {
        try await Self.with { gateway, upstream in
            let client = try gateway.client()
            client.send(Requests.post())
            let channel = try await upstream.nextRequest().channel
            client.reset()
            while gateway.snapshot().openConnections > 0 { await Task.yield() }
            try await channel.say(Responses.json())
            let second = try gateway.client()
            second.send(Requests.post())
            let next = try await upstream.nextRequest().channel
            #expect(next === channel, "the finished connection went back to the pool")
            try await next.say(Responses.json())
            #expect(try second.readResponse().status == 200)
        }
    }

    @Test func `a lost client's answer is not read without end`() async throws {
        try await Self.with { gateway, upstream in
            let client = try gateway.client()
            client.send(Requests.post())
            let channel = try await upstream.nextRequest().channel
            client.reset()
            while gateway.snapshot().openConnections > 0 { await Task.yield() }
            try await channel.say("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n")
            let piece = ByteBuffer(repeating: 0x61, count: 3_000_000)
            channel.writeAndFlush(piece, promise: nil)
            await upstream.nextClose()
        }
    }

    @Test func `a client that leaves a legacy event stream ends it`() async throws {
        try await Self.with { gateway, upstream in
            let client = try gateway.client()
            client.send(Requests.head("GET") + "\r\n")
            let (text, channel) = try await upstream.nextRequest()
            #expect(text.hasPrefix("GET /inner HTTP/1.1\r\n"))
            try await channel.say(Responses.eventStreamHead)
            _ = try client.readHead()
            client.close()
            await upstream.nextClose()
        }
    }

    @Test func `a pipelined request waits for the answer before it`() async throws {
        try await Self.with { gateway, upstream in
            let client = try gateway.client()
            client.send(Requests.post() + Requests.get())
            let channel = try await upstream.nextRequest().channel
            #expect(!client.isReadable(withinMilliseconds: 50))
            try await channel.say(Responses.json())
            #expect(try client.readResponse().body == Responses.result)
            #expect(try client.readResponse().body == "ok")
        }
    }
}

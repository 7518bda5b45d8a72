import NIOCore
import Policy
import Telemetry
import Testing

@testable import Gateway

/// HTTP/2 as attackers speak it: none of it reaches the upstream, and none of it is free.
@Suite(.timeLimit(.minutes(1))) struct HTTP2AttackTests {
    private static let call = FrameClient.call

    private static func altered(_ name: String, _ value: String?) -> [(String, String)] {
        call.compactMap { $0.0 == name ? value.map { (name, $0) } : $0 }
    }

    /// Field blocks of a POST with a sound body that the gateway must not forward.
    private static let blocks: [String: [(String, String)]] = [
        "no method": altered(":method", nil),
        "no path": altered(":path", nil),
        "no scheme": altered(":scheme", nil),
        "an empty path": altered(":path", ""),
        "the scheme of plain text": altered(":scheme", "http"),
        "a path with a space": altered(":path", "/mcp HTTP/1.1"),
        "a path with a line end": altered(":path", "/mcp HTTP/1.1\r\nX-Evil: yes\r\n\r\nGET /"),
        "a path with a lone line feed": altered(":path", "/mcp\nx: y"),
        "a path with NUL": altered(":path", "/mcp\0"),
        "a path without a slash": altered(":path", "mcp"),
        "a method with a space": altered(":method", "POST /admin"),
        "a method with a line end": altered(":method", "POST / HTTP/1.1\r\nX: y\r\n\r\nGET"),
        "a tunnel": [(":method", "CONNECT"), (":authority", "127.0.0.1:22")],
        "an extended tunnel": [(":method", "CONNECT"), (":protocol", "websocket")]
            + call.dropFirst(),
        "an authority with a line end": altered(":authority", "127.0.0.1\r\nX-Evil: yes"),
        "an authority with a user": altered(":authority", "evil@127.0.0.1"),
        "a host that is not the authority": call + [("host", "evil.test")],
        "two hosts": altered(":authority", nil) + [("host", "127.0.0.1"), ("host", "127.0.0.1")],
        "no host at all": altered(":authority", nil),
        "two paths": [(":path", "/mcp")] + call,
        "two methods": [(":method", "POST")] + call,
        "two authorities": [(":authority", "127.0.0.1")] + call,
        "a pseudo-field behind a field": altered(":path", nil) + [(":path", "/mcp")],
        "a pseudo-field nobody knows": [(":evil", "yes")] + call,
        "a status in a request": [(":status", "200")] + call,
        "a name with a capital": call + [("X-Evil", "yes")],
        "a name with a space": call + [("x evil", "yes")],
        "a name with a colon": call + [("x:evil", "yes")],
        "a name with a line end": call + [("x-a: b\r\ntransfer-encoding", "chunked")],
        "an empty name": call + [("", "yes")],
        "a value with a line end": call + [("x-evil", "a\r\ntransfer-encoding: chunked")],
        "a value with a lone return": call + [("x-evil", "a\rb")],
        "a value with NUL": call + [("x-evil", "a\0b")],
        "a connection field": call + [("connection", "x-api-key")],
        "transfer-encoding": call + [("transfer-encoding", "chunked")],
        "keep-alive": call + [("keep-alive", "5")],
        "proxy-connection": call + [("proxy-connection", "close")],
        "upgrade": call + [("upgrade", "h2c")],
        "te beyond trailers": call + [("te", "gzip")],
        "a length that is too small": call + [("content-length", "5")],
        "a length that is too large": call + [("content-length", "5000")],
        "two lengths": call + [("content-length", "69"), ("content-length", "69")],
        "a length with a sign": call + [("content-length", "+69")],
        "a length beyond all numbers": call + [("content-length", "99999999999999999999")],
        "a length as a list": call + [("content-length", "69, 69")],
        "a name that hides another": call + [("x_api_key", "other")],
        "two keys": call + [("x-api-key", "other")],
        "a key in the query": altered(":path", "/mcp?api_key=abc"),
        "too many fields": call + (0..<80).map { ("x-\($0)", "y") },
    ]

    private func withSilentUpstream(
        settings: GatewaySettings = .testing(),
        _ body: (TestGateway, ScriptedUpstream) async throws -> Void
    ) async throws {
        try await ScriptedUpstream.with(.silent) { upstream in
            let document = TestGateway.document { $0.upstream = UpstreamRule(url: upstream.url) }
            try await TestGateway.withTLS(document, settings: settings) { gateway, _ in
                try await body(gateway, upstream)
            }
        }
    }

    @Test(arguments: blocks.keys.sorted())
    func `a field block that breaks the rules goes nowhere`(name: String) async throws {
        let block = try #require(Self.blocks[name])
        try await withSilentUpstream(settings: .testing { $0.times.linger = .milliseconds(50) }) {
            gateway,
            upstream in
            try await FrameClient.with(gateway) { client in
                let answer = try await client.exchange(block, body: Requests.toolCall, stream: 1)
                let isRefused = (answer.status ?? 400) / 100 == 4
                #expect(isRefused, "\(answer)")
                #expect(answer.status != nil || answer.reset != nil || answer.isCut, "\(answer)")
            }
            #expect(upstream.requestCount == 0)
            #expect(gateway.snapshot().totals.denials >= 1)
        }
    }

    // MARK: Floods

    /// Frames that cost the sender little; after them the connection must be gone.
    private static let floods: [String: @Sendable (FrameClient) -> Void] = [
        "rapid reset": { client in
            for stream in stride(from: UInt32(1), to: 2_000, by: 2) {
                client.headers(FrameClient.health, stream: stream, isEnd: true)
                client.reset(stream)
            }
        },
        "continuation without end": { client in
            let piece = FrameClient.block([("x", "y")])
            client.send(.headers, stream: 1, FrameClient.block(FrameClient.health))
            for _ in 0..<1_000 { client.send(.continuation, stream: 1, piece) }
        },
        "empty continuation": { client in
            client.send(.headers, stream: 1, FrameClient.block(FrameClient.health))
            for _ in 0..<1_000 { client.send(.continuation, stream: 1) }
        },
        "pings": { client in
            for number in UInt64(0)..<1_000 { client.send(.ping, ByteBuffer(integer: number)) }
        },
        "settings": { client in
            for _ in 0..<1_000 { client.settings([(4, 65_535)]) }
        },
        "priorities": { client in
            for _ in 0..<1_000 {
                client.send(.priority, stream: 3, ByteBuffer(bytes: [0, 0, 0, 1, 16]))
            }
        },
        "empty data": { client in
            client.headers(FrameClient.call, stream: 1, isEnd: false)
            for _ in 0..<1_000 { client.data("", stream: 1, isEnd: false) }
        },
        "resets by faults": { client in
            for stream in stride(from: UInt32(1), to: 400, by: 2) {
                client.headers(FrameClient.call, stream: stream, isEnd: false)
                client.send(.windowUpdate, stream: stream, ByteBuffer(integer: UInt32(0)))
            }
        },
        "a header list beyond the bound": { client in
            let piece = String(repeating: "y", count: 4_000)
            client.headers(
                FrameClient.health + (0..<8).map { ("x-\($0)", piece) },
                stream: 1,
                isEnd: true
            )
        },
        "more streams than allowed": { client in
            for stream in stride(from: UInt32(1), to: 400, by: 2) {
                client.headers(FrameClient.call, stream: stream, isEnd: false)
            }
        },
        "a frame beyond its bound": { client in
            client.send(.data, stream: 1, ByteBuffer(repeating: 0, count: 70_000))
        },
        "a window beyond its bound": { client in
            for _ in 0..<3 {
                client.send(.windowUpdate, ByteBuffer(integer: UInt32(0x7FFF_FFFF)))
            }
        },
        "a stream of the server's": { client in
            client.headers(FrameClient.health, stream: 2, isEnd: true)
        },
        "streams in the wrong order": { client in
            client.headers(FrameClient.health, stream: 9, isEnd: true)
            client.headers(FrameClient.health, stream: 3, isEnd: true)
        },
        "data on a stream that never was": { client in
            client.data("x", stream: 7, isEnd: true)
        },
        "a push by the client": { client in
            var promise = ByteBuffer(integer: UInt32(2))
            promise.writeImmutableBuffer(FrameClient.block(FrameClient.health))
            client.headers(FrameClient.call, stream: 1, isEnd: false)
            client.send(.pushPromise, flags: 4, stream: 1, promise)
        },
        "an index that HPACK does not have": { client in
            client.send(.headers, flags: 5, stream: 1, ByteBuffer(bytes: [0xFF, 0xFF, 0xFF, 0x07]))
        },
        "a table beyond its bound": { client in
            client.send(.headers, flags: 5, stream: 1, ByteBuffer(bytes: [0x3F, 0xFF, 0xFF, 0x3F]))
        },
    ]

    @Test(arguments: floods.keys.sorted())
    func `a flood ends its connection and nothing else`(name: String) async throws {
        let flood = try #require(Self.floods[name])
        try await withSilentUpstream(settings: .testing { $0.times.linger = .milliseconds(50) }) {
            gateway,
            upstream in
            try await FrameClient.with(gateway) { client in
                flood(client)
                try await client.readToEnd()
            }
            while gateway.snapshot().openConnections > 0 { await Task.yield() }
            #expect(gateway.snapshot().denialsByReason.contains { $0.reason == .malformedHTTP })
            try await FrameClient.with(gateway) { client in
                let answer = try await client.exchange(FrameClient.health, stream: 1)
                #expect(answer.status == 200)
            }
            #expect(upstream.requestCount == 0)
        }
    }

    @Test func `bytes that are no HTTP/2 end the connection`() async throws {
        try await withSilentUpstream(settings: .testing { $0.times.linger = .milliseconds(50) }) {
            gateway,
            _ in
            try await TLSClient.with(gateway, TLSClient.Offer(protocols: ["h2"])) { client in
                client.send(Requests.post())
                #expect(!(await client.readToEnd().contains("HTTP/1.1 ")))
            }
        }
    }

    @Test func `a preface that never ends is cut at its deadline`() async throws {
        try await withSilentUpstream(
            settings: .testing {
                $0.times.head = .milliseconds(50)
                $0.times.linger = .milliseconds(50)
            }
        ) { gateway, _ in
            try await TLSClient.with(gateway, TLSClient.Offer(protocols: ["h2"])) { client in
                client.send("PRI * HT")
                _ = await client.readToEnd()
            }
            while gateway.snapshot().openConnections > 0 { await Task.yield() }
        }
    }

    @Test func `a window that never opens costs a bounded time`() async throws {
        try await ScriptedUpstream.with(
            .answering(
                "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
                    + String(repeating: "a", count: 100_000)
            )
        ) { upstream in
            let document = TestGateway.document { $0.upstream = UpstreamRule(url: upstream.url) }
            try await TestGateway.withTLS(
                document,
                settings: .testing { $0.times.stalledWrite = .milliseconds(100) }
            ) { gateway, _ in
                try await FrameClient.with(gateway, settings: [(4, 0)]) { client in
                    let answer = try await client.exchange(body: Requests.toolCall, stream: 1)
                    #expect(answer.status == 200)
                    #expect(answer.body.isEmpty)
                    #expect(answer.reset == 8)
                    #expect(try await client.exchange(FrameClient.health, stream: 3).status == 200)
                }
            }
        }
    }

    @Test func `a body that drips is cut at its deadline and leaves other streams`() async throws {
        try await withSilentUpstream(settings: .testing { $0.times.body = .milliseconds(100) }) {
            gateway,
            _ in
            try await FrameClient.with(gateway) { client in
                client.headers(FrameClient.call, stream: 1, isEnd: false)
                client.data("{", stream: 1, isEnd: false)
                let late = try await client.answer(on: 1)
                #expect(late.status == 408)
                let other = try await client.exchange(FrameClient.health, stream: 3)
                #expect(other.status == 200)
            }
        }
    }
}

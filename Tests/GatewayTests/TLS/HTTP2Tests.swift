import NIOCore
import Policy
import Telemetry
import Testing

@testable import Gateway

/// HTTP/2 as well-meant clients speak it, through a real socket and real TLS.
@Suite(.timeLimit(.minutes(1))) struct HTTP2Tests {
    private static let answer =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
        + "Server: secret/1.0\r\nX-Upstream: yes\r\n\r\n{}"

    private static func document(upstream: ScriptedUpstream) -> PolicyDocument {
        TestGateway.document { $0.upstream = UpstreamRule(url: upstream.url) }
    }

    @Test func `a request is judged and answered as in HTTP/1.1`() async throws {
        try await ScriptedUpstream.with(.answering(Self.answer)) { upstream in
            try await TestGateway.withTLS(Self.document(upstream: upstream)) { gateway, _ in
                try await FrameClient.with(gateway) { client in
                    let answer = try await client.exchange(body: Requests.toolCall, stream: 1)
                    #expect(answer.status == 200)
                    #expect(answer.body == "{}")
                    #expect(answer.fields["x-upstream"] == "yes")
                    #expect(answer.fields["server"] == nil)
                    #expect(answer.fields["connection"] == nil)
                    let refused = try await client.exchange(
                        FrameClient.call.filter { $0.0 != "x-api-key" },
                        body: Requests.toolCall,
                        stream: 3
                    )
                    #expect(refused.status == 401)
                    #expect(refused.fields["www-authenticate"] != nil)
                }
                let request = try await upstream.nextRequest().text
                #expect(request.hasPrefix("POST /inner HTTP/1.1\r\n"))
                #expect(request.hasSuffix(Requests.toolCall))
                #expect(upstream.requestCount == 1)
            }
        }
    }

    @Test func `a body may come with its length or without, in any pieces`() async throws {
        try await ScriptedUpstream.with(.answering(Self.answer)) { upstream in
            try await TestGateway.withTLS(Self.document(upstream: upstream)) { gateway, _ in
                try await FrameClient.with(gateway) { client in
                    let length = ("content-length", "\(Requests.toolCall.utf8.count)")
                    for (stream, extra) in [(UInt32(1), [length]), (3, [])] {
                        client.headers(FrameClient.call + extra, stream: stream, isEnd: false)
                        let half = Requests.toolCall.count / 2
                        let (first, second) = (
                            Requests.toolCall.prefix(half), Requests.toolCall.dropFirst(half)
                        )
                        client.data(String(first), stream: stream, isEnd: false)
                        client.data(String(second), stream: stream, isEnd: false)
                        client.data("", stream: stream, isEnd: true)
                        let answer = try await client.answer(on: stream)
                        #expect(answer.status == 200)
                    }
                }
            }
        }
    }

    /// How the end of a GET may come behind its fields.
    private static let ends: [String: @Sendable (FrameClient) -> Void] = [
        "an empty frame": { $0.data("", stream: 1, isEnd: true) },
        "two empty frames": { client in
            for isEnd in [false, true] { client.data("", stream: 1, isEnd: isEnd) }
        },
        "trailers": { $0.headers([("x-checksum", "0")], stream: 1, isEnd: true) },
    ]

    @Test(arguments: ends.keys.sorted())
    func `a request without a body may end behind its fields`(name: String) async throws {
        let end = try #require(Self.ends[name])
        try await TestGateway.withTLS { gateway, _ in
            try await FrameClient.with(gateway) { client in
                client.headers(FrameClient.health, stream: 1, isEnd: false)
                end(client)
                let answer = try await client.answer(on: 1)
                #expect(answer.status == 200)
            }
        }
    }

    @Test func `a GET with a body is refused as in HTTP/1.1`() async throws {
        try await TestGateway.withTLS { gateway, _ in
            try await FrameClient.with(gateway) { client in
                client.headers(FrameClient.health, stream: 1, isEnd: false)
                client.data("", stream: 1, isEnd: false)
                client.data("x", stream: 1, isEnd: true)
                let answer = try await client.answer(on: 1)
                #expect(answer.status == 400)
                #expect(answer.body.contains("takes no body"))
            }
        }
    }

    @Test func `a GET that never ends is cut at its deadline`() async throws {
        try await TestGateway.withTLS(settings: .testing { $0.times.head = .milliseconds(50) }) {
            gateway,
            _ in
            try await FrameClient.with(gateway) { client in
                client.headers(FrameClient.health, stream: 1, isEnd: false)
                let answer = try await client.answer(on: 1)
                #expect(answer.status == nil)
                #expect(answer.reset != nil)
            }
        }
    }

    @Test func `an answer without a length ends where it ends`() async throws {
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
        let open = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc"
        for script in [chunked, open] {
            try await ScriptedUpstream.with(.answering(script)) { upstream in
                try await TestGateway.withTLS(Self.document(upstream: upstream)) { gateway, _ in
                    try await FrameClient.with(gateway) { client in
                        client.headers(FrameClient.call, stream: 1, isEnd: false)
                        client.data(Requests.toolCall, stream: 1, isEnd: true)
                        let (_, channel) = try await upstream.nextRequest()
                        if script == open { try await channel.close().get() }
                        let answer = try await client.answer(on: 1)
                        #expect(answer.status == 200)
                        #expect(answer.body == "abc")
                        #expect(answer.reset == nil)
                    }
                }
            }
        }
    }

    @Test func `streams are served side by side`() async throws {
        try await ScriptedUpstream.with(.silent) { upstream in
            try await TestGateway.withTLS(Self.document(upstream: upstream)) { gateway, _ in
                try await FrameClient.with(gateway) { client in
                    client.headers(FrameClient.call, stream: 1, isEnd: false)
                    client.data(Requests.toolCall, stream: 1, isEnd: true)
                    let (_, channel) = try await upstream.nextRequest()
                    #expect(try await client.exchange(FrameClient.health, stream: 3).status == 200)
                    try await channel.say(Self.answer)
                    #expect(try await client.answer(on: 1).body == "{}")
                }
            }
        }
    }

    @Test func `an early answer tells the client to stop sending`() async throws {
        try await TestGateway.withTLS(TestGateway.document { $0.limits.bodyBytesMax = 1_024 }) {
            gateway,
            _ in
            try await FrameClient.with(gateway) { client in
                client.headers(FrameClient.call, stream: 1, isEnd: false)
                client.data(String(repeating: "a", count: 4_096), stream: 1, isEnd: false)
                var answer = try await client.answer(on: 1)
                #expect(answer.status == 413)
                #expect(answer.body.contains("body_too_large"))
                answer = try await client.answer(on: 1)
                #expect(answer.reset == 0)
            }
        }
    }

    @Test func `a stream that the client resets ends its call`() async throws {
        try await ScriptedUpstream.with(.silent) { upstream in
            try await TestGateway.withTLS(Self.document(upstream: upstream)) { gateway, _ in
                try await FrameClient.with(gateway) { client in
                    let modern = Requests.modernFields.map { field in
                        let parts = field.split(separator: ": ")
                        return (parts[0].lowercased(), String(parts[1]))
                    }
                    client.headers(FrameClient.call + modern, stream: 1, isEnd: false)
                    client.data(Requests.modernToolCall, stream: 1, isEnd: true)
                    _ = try await upstream.nextRequest()
                    client.reset(1)
                    await upstream.nextClose()
                    #expect(try await client.exchange(FrameClient.health, stream: 3).status == 200)
                }
            }
        }
    }

    // MARK: The connection

    @Test func `a connection counts once, whatever its streams`() async throws {
        try await ScriptedUpstream.with(.silent) { upstream in
            try await TestGateway.withTLS(
                Self.document(upstream: upstream),
                settings: .testing { $0.connectionsPerAddressMax = 1 }
            ) { gateway, _ in
                try await FrameClient.with(gateway) { client in
                    for stream in stride(from: UInt32(1), to: 20, by: 2) {
                        client.headers(FrameClient.call, stream: stream, isEnd: false)
                        client.data(Requests.toolCall, stream: stream, isEnd: true)
                        _ = try await upstream.nextRequest()
                    }
                    #expect(gateway.snapshot().openConnections == 1)
                    #expect(try gateway.client().isAtEnd())
                    #expect(try await client.exchange(FrameClient.health, stream: 21).status == 200)
                }
                while gateway.snapshot().openConnections > 0 { await Task.yield() }
                try await FrameClient.with(gateway) { client in
                    let answer = try await client.exchange(FrameClient.health, stream: 1)
                    #expect(answer.status == 200)
                }
            }
        }
    }

    @Test func `a connection without streams is asked to leave, then closed`() async throws {
        try await TestGateway.withTLS(
            settings: .testing {
                $0.times.idle = .milliseconds(50)
                $0.times.linger = .milliseconds(50)
            }
        ) { gateway, _ in
            try await FrameClient.with(gateway) { client in
                #expect(try await client.exchange(FrameClient.health, stream: 1).status == 200)
                try await client.readToEnd()
                #expect(client.goAwayCode == 0)
            }
        }
    }

    @Test func `pings do not keep a connection without streams`() async throws {
        try await TestGateway.withTLS(
            settings: .testing {
                $0.times.head = .milliseconds(100)
                $0.times.linger = .milliseconds(50)
            }
        ) { gateway, _ in
            try await FrameClient.with(gateway) { client in
                for number in UInt64(0)..<50 {
                    client.send(.ping, ByteBuffer(integer: number))
                }
                try await client.readToEnd()
                #expect(client.goAwayCode == 0)
            }
        }
    }

    @Test func `an idle connection is asked to leave when a new policy denies its address`()
        async throws
    {
        try await TestGateway.withTLS(settings: .testing { $0.times.linger = .milliseconds(50) }) {
            gateway,
            _ in
            try await FrameClient.with(gateway) { client in
                let answer = try await client.exchange(FrameClient.health, stream: 1)
                #expect(answer.status == 200)
                await gateway.activate(TestGateway.document { $0.denylist = .loopback }, number: 2)
                try await client.readToEnd()
                #expect(client.goAwayCode == 0)
            }
            while gateway.snapshot().openConnections > 0 { await Task.yield() }
        }
    }

    @Test func `a call under way is answered before its denied connection ends`() async throws {
        try await ScriptedUpstream.with(.silent) { upstream in
            try await TestGateway.withTLS(
                Self.document(upstream: upstream),
                settings: .testing { $0.times.linger = .milliseconds(50) }
            ) { gateway, _ in
                try await FrameClient.with(gateway) { client in
                    client.headers(FrameClient.call, stream: 1, isEnd: false)
                    client.data(Requests.toolCall, stream: 1, isEnd: true)
                    let (_, channel) = try await upstream.nextRequest()
                    var denied = Self.document(upstream: upstream)
                    denied.denylist = .loopback
                    await gateway.activate(denied, number: 2)
                    try await channel.say(Self.answer)
                    #expect(try await client.answer(on: 1).body == "{}")
                    try await client.readToEnd()
                    #expect(client.goAwayCode == 0)
                }
            }
        }
    }

    @Test func `a policy that denies somebody else leaves a connection alone`() async throws {
        try await TestGateway.withTLS { gateway, _ in
            try await FrameClient.with(gateway) { client in
                let before = try await client.exchange(FrameClient.health, stream: 1)
                #expect(before.status == 200)
                let other = AddressPrefix(uncheckedNetwork: .v4(10 << 24), length: 8)
                let document = TestGateway.document {
                    $0.denylist = [AddressEntry(prefix: other)]
                }
                await gateway.activate(document, number: 2)
                let after = try await client.exchange(FrameClient.health, stream: 3)
                #expect(after.status == 200)
                #expect(client.goAwayCode == nil)
            }
        }
    }

    @Test func `a drain tells the client and lets its calls finish`() async throws {
        try await ScriptedUpstream.with(.silent) { upstream in
            try await CertificateFolder.with { folder in
                let gateway = try await TestGateway.start(
                    Self.document(upstream: upstream),
                    settings: .testing {
                        $0.tls = folder.settings
                        $0.times.linger = .milliseconds(50)
                    }
                )
                try await FrameClient.with(gateway) { client in
                    client.headers(FrameClient.call, stream: 1, isEnd: false)
                    client.data(Requests.toolCall, stream: 1, isEnd: true)
                    let (_, channel) = try await upstream.nextRequest()
                    async let drained: Void = gateway.running.drain(within: .seconds(20))
                    while client.goAwayCode == nil {
                        guard let frame = await client.nextFrame() else { break }
                        if frame.kind == .goAway { break }
                    }
                    try await channel.say(Self.answer)
                    #expect(try await client.answer(on: 1).body == "{}")
                    try await client.readToEnd()
                    await drained
                }
            }
        }
    }
}

extension [AddressEntry] {
    fileprivate static let loopback = AddressPrefix.loopback.map { AddressEntry(prefix: $0) }
}

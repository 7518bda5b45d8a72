import NIOCore
import Policy
import Telemetry
import Testing

@testable import Gateway

/// Time limits, bounds, policy changes, start and end.
@Suite(.timeLimit(.minutes(1))) struct LifecycleTests {
    // MARK: Time

    @Test func `a head that drips is cut at its deadline`() async throws {
        try await TestGateway.with(settings: .testing { $0.times.head = .milliseconds(150) }) {
            gateway in
            let client = try gateway.client()
            for byte in Array(Requests.get().utf8).prefix(200) {
                client.send([byte])
                if client.isReadable(withinMilliseconds: 5) { break }
            }
            let response = try client.readResponse()
            #expect(response.status == 408)
            #expect(response.closes)
        }
    }

    @Test func `a body that does not come is cut at its deadline`() async throws {
        try await TestGateway.with(settings: .testing { $0.times.body = .milliseconds(100) }) {
            gateway in
            let client = try gateway.client()
            client.send(Requests.head(fields: ["Content-Length: 100"]) + "\r\n{")
            let response = try client.readResponse()
            #expect(response.status == 408)
            #expect(response.body.contains("request_timeout"))
            #expect(try client.isAtEnd())
        }
    }

    @Test func `a silent connection is closed without a word`() async throws {
        try await TestGateway.with(settings: .testing { $0.times.head = .milliseconds(50) }) {
            gateway in
            let client = try gateway.client()
            #expect(try client.isAtEnd())
        }
        try await TestGateway.with(settings: .testing { $0.times.idle = .milliseconds(50) }) {
            gateway in
            let client = try gateway.client()
            #expect(try client.exchange(Requests.get()).status == 200)
            #expect(try client.isAtEnd())
        }
    }

    // MARK: Bounds

    @Test func `one address may hold so many connections and no more`() async throws {
        try await TestGateway.with(settings: .testing { $0.connectionsPerAddressMax = 3 }) {
            gateway in
            let held = try (0..<3).map { _ in try gateway.client() }
            for client in held { #expect(try client.exchange(Requests.get()).status == 200) }
            let refused = try gateway.client()
            #expect(try refused.isAtEnd())
            let other = try gateway.client(from: "127.0.0.2")
            #expect(try other.exchange(Requests.get()).status == 200)
            held[0].close()
            while gateway.snapshot().openConnections > 3 { await Task.yield() }
            let next = try gateway.client()
            #expect(try next.exchange(Requests.get()).status == 200)
        }
    }

    @Test func `all addresses together may hold so many connections`() async throws {
        try await TestGateway.with(settings: .testing { $0.connectionsMax = 2 }) { gateway in
            let first = try gateway.client(from: "127.0.0.2")
            let second = try gateway.client(from: "127.0.0.3")
            #expect(try first.exchange(Requests.get()).status == 200)
            #expect(try second.exchange(Requests.get()).status == 200)
            let third = try gateway.client(from: "127.0.0.4")
            #expect(try third.isAtEnd())
        }
    }

    // MARK: Policy

    @Test func `a new ban ends an idle connection and refuses the next`() async throws {
        try await TestGateway.with { gateway in
            let client = try gateway.client(from: "127.0.0.9")
            #expect(try client.exchange(Requests.get()).status == 200)
            await gateway.activate(TestGateway.document(), number: 1, bans: [try Self.ban()])
            #expect(try client.isAtEnd())
            let again = try gateway.client(from: "127.0.0.9")
            #expect(try again.exchange(Requests.get()).body.contains("banned"))
        }
    }

    private static func ban() throws -> BanRecord {
        BanRecord(
            prefix: try AddressPrefix(parsing: "127.0.0.9/32"),
            reason: "test",
            author: Author(uid: 0, name: "test"),
            created: GatewayClock.wall(),
            expires: GatewayClock.wall().advanced(bySeconds: 60)
        )
    }

    @Test func `a ban cuts a stream and lets another answer finish`() async throws {
        try await ScriptedUpstream.with(.silent) { upstream in
            let document = TestGateway.document { $0.upstream = UpstreamRule(url: upstream.url) }
            try await TestGateway.with(document) { gateway in
                let streaming = try gateway.client(from: "127.0.0.9")
                streaming.send(Requests.post())
                let stream = try await upstream.nextRequest().channel
                try await stream.say(Responses.eventStreamHead)
                _ = try streaming.readHead()
                let calling = try gateway.client(from: "127.0.0.9")
                calling.send(Requests.post())
                let call = try await upstream.nextRequest().channel
                await gateway.activate(document, number: 1, bans: [try Self.ban()])
                #expect(try streaming.isAtEnd())
                try await call.say(Responses.json())
                let answer = try calling.readResponse()
                #expect(answer.status == 200)
                #expect(answer.closes)
            }
        }
    }

    @Test func `a revoked key ends the stream that it opened`() async throws {
        try await ScriptedUpstream.with(.silent) { upstream in
            let document = TestGateway.document { $0.upstream = UpstreamRule(url: upstream.url) }
            try await TestGateway.with(document) { gateway in
                let client = try gateway.client()
                client.send(Requests.post())
                let stream = try await upstream.nextRequest().channel
                try await stream.say(Responses.eventStreamHead)
                _ = try client.readHead()
                await gateway.activate(document, number: 2)
                try await stream.say(Responses.chunk("data: 1\n\n"))
                #expect(try client.readChunk() == "data: 1\n\n")
                var revoked = document
                revoked.authentication.keys[0].state = .revoked
                await gateway.activate(revoked, number: 3)
                #expect(try client.isAtEnd())
            }
        }
    }

    @Test func `a new upstream serves the next request on the same connection`() async throws {
        try await ScriptedUpstream.with(.answering(Responses.json("\"old\""))) { old in
            try await ScriptedUpstream.with(.answering(Responses.json("\"new\""))) { new in
                let first = TestGateway.document { $0.upstream = UpstreamRule(url: old.url) }
                let second = TestGateway.document { $0.upstream = UpstreamRule(url: new.url) }
                try await TestGateway.with(first) { gateway in
                    let client = try gateway.client()
                    #expect(try client.exchange(Requests.post()).body == "\"old\"")
                    await gateway.activate(second, number: 2)
                    #expect(try client.exchange(Requests.post()).body == "\"new\"")
                    await old.nextClose()
                }
            }
        }
    }

    @Test func `a hundred edits under load cost no request and no connection`() async throws {
        try await ScriptedUpstream.with(.answering(Responses.json())) { upstream in
            let document = TestGateway.document { $0.upstream = UpstreamRule(url: upstream.url) }
            let settings = GatewaySettings.testing { $0.eventLoopCount = 2 }
            try await TestGateway.with(document, settings: settings) { gateway in
                let port = gateway.port
                async let served = Self.load(port: port, clients: 4, requests: 250)
                for number in 2..<102 {
                    var edited = document
                    edited.limits.bodyBytesMax += number
                    await gateway.activate(edited, number: UInt64(number))
                }
                let count = try await served
                #expect(count == 1_000)
            }
        }
    }

    /// - Returns: How many requests were answered with 200 on connections that stayed open.
    private static func load(port: Int, clients: Int, requests: Int) async throws -> Int {
        let open = try (0..<clients).map { _ in try RawClient(port: port) }
        var served = 0
        for _ in 0..<requests {
            for client in open { client.send(Requests.post()) }
            for client in open where try client.readResponse().status == 200 { served += 1 }
            await Task.yield()
        }
        return served
    }

    // MARK: Start and end

    @Test func `a port in use is named`() async throws {
        try await TestGateway.with { gateway in
            let error = await #expect(throws: GatewayError.self) {
                let port = gateway.port
                _ = try await TestGateway.start(settings: .testing { $0.port = port })
            }
            #expect(error?.code == .portInUse)
            #expect(error?.message.contains("127.0.0.1:\(gateway.port)") == true)
        }
    }

    @Test(arguments: [
        ("192.0.2.1", 0, GatewayError.Code.addressUnavailable),
        ("no.such.host.invalid", 0, .addressUnavailable),
        ("127.0.0.1", 70_000, .settingsInvalid),
    ])
    func `an unusable address is named`(
        host: String,
        port: Int,
        code: GatewayError.Code
    ) async throws {
        let error = await #expect(throws: GatewayError.self) {
            let settings = GatewaySettings.testing {
                $0.host = host
                $0.port = port
            }
            _ = try await TestGateway.start(settings: settings)
        }
        #expect(error?.code == code)
    }

    @Test func `a drain lets the answer in flight finish and then closes`() async throws {
        try await ScriptedUpstream.with(.silent) { upstream in
            let document = TestGateway.document { $0.upstream = UpstreamRule(url: upstream.url) }
            let gateway = try await TestGateway.start(document)
            let idle = try gateway.client()
            #expect(try idle.exchange(Requests.get()).status == 200)
            let busy = try gateway.client()
            busy.send(Requests.post())
            let channel = try await upstream.nextRequest().channel
            async let drained: Void = gateway.running.drain(within: .seconds(30))
            #expect(try idle.isAtEnd())
            #expect(throws: RawClient.Failure.self) { _ = try gateway.client() }
            try await channel.say(Responses.json())
            let answer = try busy.readResponse()
            #expect(answer.status == 200)
            #expect(answer.closes)
            #expect(try busy.isAtEnd())
            busy.close()
            idle.close()
            await drained
        }
    }

    @Test func `a drain ends what does not finish in time`() async throws {
        try await ScriptedUpstream.with(.silent) { upstream in
            let document = TestGateway.document { $0.upstream = UpstreamRule(url: upstream.url) }
            let gateway = try await TestGateway.start(document)
            let client = try gateway.client()
            client.send(Requests.post())
            let stream = try await upstream.nextRequest().channel
            try await stream.say(Responses.eventStreamHead)
            _ = try client.readHead()
            await gateway.running.drain(within: .milliseconds(50))
            #expect(try client.isAtEnd())
        }
    }

    @Test func `a policy activated after the end is confirmed at once`() async throws {
        let gateway = try await TestGateway.start()
        await gateway.running.drain(within: .zero)
        await gateway.activate(TestGateway.document(), number: 2)
        #expect(gateway.policy.current.snapshot.number == RevisionNumber(2))
    }

    @Test func `without guards nobody is asked for anything`() async throws {
        try await ScriptedUpstream.with(.answering(Responses.json())) { upstream in
            let document = TestGateway.document { $0.upstream = UpstreamRule(url: upstream.url) }
            try await TestGateway.with(document, settings: .testing { $0.isGuarded = false }) {
                gateway in
                let client = try gateway.client()
                let request = Requests.post("not JSON", host: "evil", key: nil, accept: nil)
                #expect(try client.exchange(request).status == 200)
            }
        }
    }

    @Test func `the built-in server answers when there is no upstream`() async throws {
        try await TestGateway.with { gateway in
            let client = try gateway.client()
            let body =
                #"{"jsonrpc":"2.0","id":"d","method":"server/discover","params":{"_meta":{"#
                + #""io.modelcontextprotocol/protocolVersion":"2026-07-28","#
                + #""io.modelcontextprotocol/clientCapabilities":{}}}}"#
            let fields = ["MCP-Protocol-Version: 2026-07-28", "Mcp-Method: server/discover"]
            let response = try client.exchange(Requests.post(body, fields: fields))
            #expect(response.status == 200)
            #expect(response.body.contains("supportedVersions"))
        }
    }
}

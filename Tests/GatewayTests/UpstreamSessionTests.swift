import NIOCore
import Policy
import Testing

@testable import Gateway

/// Sessions of HTTP upstreams belong to whoever opened them.
@Suite(.timeLimit(.minutes(1))) struct UpstreamSessionTests {
    private static let opened = Responses.json(fields: ["Mcp-Session-Id: s-1"])

    private static func with(
        _ body: (TestGateway, ScriptedUpstream) async throws -> Void
    ) async throws {
        try await ScriptedUpstream.with(.answering(opened)) { upstream in
            var document = TestGateway.document {
                $0.upstream = UpstreamRule(url: upstream.url)
                $0.servers = [
                    ServerRule(name: "other", upstream: UpstreamRule(url: upstream.url))
                ]
            }
            document.authentication.keys.append(TestGateway.key(Sessions.otherKey, id: "k0000002"))
            try await TestGateway.with(document) { try await body($0, upstream) }
        }
    }

    @Test func `the one who opened a session can use it`() async throws {
        try await Self.with { gateway, upstream in
            let client = try gateway.client()
            #expect(
                try client.exchange(Sessions.post(Sessions.initialize, session: nil)).status == 200
            )
            #expect(try client.exchange(Sessions.post(session: "s-1")).status == 200)
            #expect(upstream.requestCount == 2)
        }
    }

    @Test func `nobody else can, by any method or path, and the upstream hears nothing of it`()
        async throws
    {
        try await Self.with { gateway, upstream in
            let owner = try gateway.client()
            _ = try owner.exchange(Sessions.post(Sessions.initialize, session: nil))
            let thief = try gateway.client()
            let key = Sessions.otherKey
            let fields = ["Mcp-Session-Id: s-1"]
            for attempt in [
                Sessions.post(session: "s-1", key: key),
                Sessions.post(Sessions.initialize, session: "s-1", key: key),
                Sessions.get(session: "s-1", key: key),
                Sessions.delete(session: "s-1", key: key),
                Sessions.post(session: "invented"),
                Requests.post(Requests.toolCall, "/servers/other/mcp", fields: fields),
            ] {
                let response = try thief.exchange(attempt)
                #expect(response.status == 404)
                #expect(response.body.contains("session_unknown"))
            }
            #expect(upstream.requestCount == 1)
        }
    }

    @Test func `a session that was deleted is over for its owner too`() async throws {
        try await Self.with { gateway, _ in
            let client = try gateway.client()
            _ = try client.exchange(Sessions.post(Sessions.initialize, session: nil))
            #expect(try client.exchange(Sessions.delete(session: "s-1")).status == 200)
            #expect(try client.exchange(Sessions.post(session: "s-1")).status == 404)
        }
    }

    @Test func `the place in a stream is passed on`() async throws {
        try await Self.with { gateway, upstream in
            let client = try gateway.client()
            _ = try client.exchange(Sessions.post(Sessions.initialize, session: nil))
            _ = try await upstream.nextRequest()
            let fields = ["Mcp-Session-Id: s-1", "Last-Event-ID: e-42"]
            let head = Requests.head("GET", accept: "text/event-stream", fields: fields)
            #expect(try client.exchange(head + "\r\n").status == 200)
            let request = try await upstream.nextRequest().text
            #expect(request.contains("Last-Event-ID: e-42"))
            #expect(request.contains("Mcp-Session-Id: s-1"))
        }
    }
}

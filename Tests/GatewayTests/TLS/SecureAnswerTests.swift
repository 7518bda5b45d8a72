import NIOCore
import Policy
import Testing

@testable import Gateway

/// What every answer over TLS carries, whoever gives it and in whichever version of HTTP.
@Suite(.timeLimit(.minutes(2))) struct SecureAnswerTests {
    private static let expected = [
        "strict-transport-security": "max-age=31536000",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "content-security-policy": "default-src 'none'",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
    ]

    /// A request that both versions of HTTP can say.
    private struct Probe: Sendable {
        var status: Int
        var method = "POST"
        var path = "/mcp"
        var key: String? = Requests.key
        var type = "application/json"
        var fields: [(String, String)] = []
        var body: String? = Requests.toolCall

        private var allFields: [(String, String)] {
            var all = fields + [("accept", "application/json, text/event-stream")]
            if let key { all.append(("x-api-key", key)) }
            if body != nil { all.append(("content-type", type)) }
            return all
        }

        var text: String {
            var lines = ["\(method) \(path) HTTP/1.1", "Host: 127.0.0.1", "Connection: close"]
            lines += allFields.map { "\($0): \($1)" }
            if let body { lines.append("Content-Length: \(body.utf8.count)") }
            return lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? "")
        }

        var frameFields: [(String, String)] {
            [
                (":method", method), (":scheme", "https"), (":authority", "127.0.0.1"),
                (":path", path),
            ] + allFields
        }
    }

    private static let opening =
        #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"#
        + #""2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}"#

    private static let ownAnswers: [String: Probe] = [
        "the gate is well": Probe(status: 200, method: "GET", path: "/health", body: nil),
        "a built-in answer": Probe(status: 200, body: opening),
        "about the gate as a resource": Probe(
            status: 200,
            method: "GET",
            path: "/.well-known/oauth-protected-resource",
            key: nil,
            body: nil
        ),
        "a preflight": Probe(
            status: 204,
            method: "OPTIONS",
            key: nil,
            fields: [
                ("origin", "https://app.example"), ("access-control-request-method", "POST"),
            ],
            body: nil
        ),
        "no message": Probe(status: 400, body: "{"),
        "no key": Probe(status: 401, key: nil),
        "a wrong key": Probe(status: 401, key: "guess"),
        "a token of nobody": Probe(
            status: 401,
            key: nil,
            fields: [("authorization", "Bearer a.b.c")]
        ),
        "a foreign page": Probe(status: 403, fields: [("origin", "https://evil.example")]),
        "no such path": Probe(status: 404, path: "/nothing"),
        "no such method": Probe(status: 405, method: "PUT"),
        "too large a body": Probe(status: 413, body: String(repeating: "a", count: 2_000)),
        "a bad type": Probe(status: 415, type: "text/html"),
    ]

    private static let leaky =
        "X-Frame-Options: leaky\r\nStrict-Transport-Security: leaky\r\nServer: leaky\r\n"
        + "Set-Cookie: leaky=1\r\nCache-Control: leaky\r\n"

    private static let relayed = [
        "a whole answer": "HTTP/1.1 200 OK\r\n\(leaky)Content-Type: application/json\r\n"
            + "Content-Length: 2\r\n\r\n{}",
        "an answer in pieces": "HTTP/1.1 200 OK\r\n\(leaky)Content-Type: text/event-stream\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n2\r\n\n\n\r\n0\r\n\r\n",
        "an error": "HTTP/1.1 500 Internal Server Error\r\n\(leaky)Content-Length: 0\r\n\r\n",
        "no answer": "no HTTP at all\r\n\r\n",
    ]

    private static func document(
        _ change: (inout PolicyDocument) -> Void = { _ in }
    ) -> PolicyDocument {
        TestGateway.document {
            $0.limits.bodyBytesMax = 1_024
            $0.authentication.tokens = TokenForge.rules
            $0.browser.crossOrigin = CrossOriginRules(
                isEnabled: true,
                origins: ["https://app.example"]
            )
            change(&$0)
        }
    }

    // MARK: The same for both versions

    @Test(arguments: ownAnswers.keys.sorted())
    func `every answer of the gate's own keeps clients on TLS`(name: String) async throws {
        let probe = try #require(Self.ownAnswers[name])
        try await TestGateway.withTLS(Self.document()) { gateway, _ in
            let plain = try await Self.head(ofAnswerTo: probe.text, gateway)
            #expect(plain.status == probe.status, "\(plain)")
            Self.expectFields(of: plain)
            let framed = try await Self.framed(probe, gateway)
            #expect(framed.status == probe.status, "\(framed)")
            Self.expectFields(of: framed)
        }
    }

    @Test(arguments: relayed.keys.sorted())
    func `every answer that comes from the upstream does too`(name: String) async throws {
        let script = try #require(Self.relayed[name])
        try await ScriptedUpstream.with(.answering(script)) { upstream in
            let document = Self.document { $0.upstream = UpstreamRule(url: upstream.url) }
            try await TestGateway.withTLS(document) { gateway, _ in
                let probe = Probe(status: 200)
                for answer in [
                    try await Self.head(ofAnswerTo: probe.text, gateway),
                    try await Self.framed(probe, gateway),
                ] {
                    #expect(name == "no answer" ? answer.status == 502 : answer.status != nil)
                    Self.expectFields(of: answer)
                    #expect(!answer.fields.contains { $0.contains("leaky") }, "\(answer)")
                }
            }
        }
    }

    @Test(arguments: [
        ("a line end alone", "GET / HTTP/1.1\nHost: x\n\n", 400),
        ("two hosts", "GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (
            "two lengths", "POST /mcp HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            400
        ),
        ("another version", "GET /health HTTP/3.0\r\nHost: x\r\n\r\n", 505),
        (
            "a head without end", "GET / HTTP/1.1\r\nX: " + String(repeating: "a", count: 40_000),
            431
        ),
    ])
    func `what is no request is refused with them`(
        name: String,
        text: String,
        status: Int
    ) async throws {
        try await TestGateway.withTLS(Self.document()) { gateway, _ in
            let answer = try await Self.head(ofAnswerTo: text, gateway)
            #expect(answer.status == status, "\(name): \(answer)")
            Self.expectFields(of: answer)
        }
    }

    @Test(arguments: ownAnswers.keys.sorted())
    func `without TLS no answer speaks of it`(name: String) async throws {
        let probe = try #require(Self.ownAnswers[name])
        try await TestGateway.with(Self.document()) { gateway in
            let client = try gateway.client()
            client.send(probe.text)
            let text = String(decoding: try client.readToEnd(), as: UTF8.self)
            #expect(text.hasPrefix("HTTP/1.1 \(probe.status) "), "\(text)")
            #expect(!text.lowercased().contains("strict-transport-security"))
        }
    }

    // MARK: Answers

    /// A status and the fields, names in lower case.
    private struct Head {
        var status: Int?
        var fields: [String]
    }

    private static func expectFields(of head: Head) {
        for (name, value) in expected {
            let found = head.fields.filter { $0.hasPrefix("\(name):") }
            #expect(found == ["\(name): \(value)"], "\(head)")
        }
    }

    private static func head(
        ofAnswerTo request: String,
        _ gateway: TestGateway
    ) async throws -> Head {
        let offer = TLSClient.Offer(protocols: ["http/1.1"])
        let text = try await TLSClient.with(gateway, offer) { client in
            client.send(request)
            return await client.readToEnd()
        }
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
            .prefix { !$0.isEmpty }
        let fields = lines.dropFirst().map { line in
            let name = line.prefix { $0 != ":" }
            return name.lowercased() + line.dropFirst(name.count)
        }
        return Head(status: lines.first.flatMap { Int($0.dropFirst(9).prefix(3)) }, fields: fields)
    }

    private static func framed(_ probe: Probe, _ gateway: TestGateway) async throws -> Head {
        var head = Head(fields: [])
        try await FrameClient.with(gateway) { client in
            let answer = try await client.exchange(probe.frameFields, body: probe.body, stream: 1)
            head = Head(
                status: answer.status,
                fields: answer.fields.map { "\($0.key): \($0.value)" }
            )
        }
        return head
    }
}

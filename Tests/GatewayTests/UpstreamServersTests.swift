import NIOCore
import Policy
import Testing

@testable import Gateway

/// Several servers, each on a path of its own.
@Suite(.timeLimit(.minutes(1))) struct UpstreamServersTests {
    private static func answer(_ name: String) -> ScriptedUpstream.Script {
        .answering(Responses.json(#"{"jsonrpc":"2.0","id":7,"result":{"from":"\#(name)"}}"#))
    }

    @Test func `each path leads to its own server and no other path to any`() async throws {
        try await ScriptedUpstream.with(Self.answer("files")) { files in
            try await ScriptedUpstream.with(Self.answer("mail")) { mail in
                let document = TestGateway.document {
                    $0.servers = [
                        ServerRule(name: "files", upstream: UpstreamRule(url: files.url)),
                        ServerRule(name: "mail", upstream: UpstreamRule(url: mail.url)),
                    ]
                }
                try await TestGateway.with(document) { gateway in
                    let client = try gateway.client()
                    func body(_ path: String) throws -> RawResponse {
                        try client.exchange(Requests.post(Requests.toolCall, path))
                    }
                    #expect(try body("/servers/files/mcp").body.contains("files"))
                    #expect(try body("/servers/mail/mcp").body.contains("mail"))
                    for path in [
                        "/servers/mcp", "/servers//mcp", "/servers/mails/mcp", "/servers/MAIL/mcp",
                        "/servers/mail/mcp/", "/servers/mail", "/servers/../mcp",
                        "/servers/%6dail/mcp",
                        "/servers/mail/files/mcp",
                    ] {
                        #expect(try body(path).status == 404, "\(path)")
                    }
                    // On the main path the built-in tools answer still.
                    #expect(try body("/mcp").status == 400)
                }
            }
        }
    }

    @Test func `a server that moves takes its new calls with it and finishes the old ones`()
        async throws
    {
        try await ScriptedUpstream.with(.silent) { old in
            try await ScriptedUpstream.with(Self.answer("new")) { new in
                func document(_ upstream: ScriptedUpstream) -> PolicyDocument {
                    TestGateway.document {
                        $0.servers = [
                            ServerRule(name: "files", upstream: UpstreamRule(url: upstream.url))
                        ]
                    }
                }
                try await TestGateway.with(document(old)) { gateway in
                    let early = try gateway.client()
                    early.send(Requests.post(Requests.toolCall, "/servers/files/mcp"))
                    let (_, channel) = try await old.nextRequest()
                    await gateway.activate(document(new), number: 2)
                    let late = try gateway.client().exchange(
                        Requests.post(Requests.toolCall, "/servers/files/mcp")
                    )
                    #expect(late.body.contains("new"))
                    try await channel.say(Responses.json())
                    #expect(try early.readResponse().status == 200)
                    await old.nextClose()
                }
            }
        }
    }
}

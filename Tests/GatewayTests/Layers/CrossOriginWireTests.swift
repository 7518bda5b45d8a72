import Policy
import Testing

@testable import Gateway

/// What pages of other origins may do.
@Suite struct CrossOriginWireTests {
    private static let page = "https://app.example"

    private static func document(
        _ change: (inout CrossOriginRules) -> Void = { _ in }
    ) -> PolicyDocument {
        TestGateway.document {
            $0.browser.crossOrigin = CrossOriginRules(isEnabled: true, origins: [page])
            change(&$0.browser.crossOrigin)
            $0.limits.perAddress = RateRule(requestsPerMinute: 1, burst: 1)
        }
    }

    private static func preflight(_ origin: String, _ target: String = "/mcp") -> String {
        Requests.head(
            "OPTIONS",
            target,
            key: nil,
            accept: nil,
            fields: [
                "Origin: \(origin)", "Access-Control-Request-Method: POST",
                "Access-Control-Request-Headers: authorization, mcp-param-region",
            ]
        ) + "\r\n"
    }

    @Test func `a preflight is answered without a credential and costs no allowance`()
        async throws
    {
        try await TestGateway.with(Self.document()) { gateway in
            let client = try gateway.client()
            for _ in 1...5 {
                let response = try client.exchange(Self.preflight(Self.page))
                #expect(response.status == 204)
                #expect(response["access-control-allow-origin"] == Self.page)
                #expect(response["vary"] == "Origin")
                #expect(response["access-control-allow-methods"] == "GET, POST, DELETE")
                let allowed = try #require(response["access-control-allow-headers"])
                #expect(allowed.contains("mcp-session-id"))
                #expect(allowed.contains("mcp-param-region"))
                #expect(response["access-control-allow-credentials"] == nil)
            }
        }
    }

    @Test(arguments: ["https://evil.example", "null", "https://app.example.evil.example", ""])
    func `a foreign origin's preflight gets 403 and may read nothing`(
        origin: String
    ) async throws {
        try await TestGateway.with(Self.document()) { gateway in
            let response = try gateway.client().exchange(Self.preflight(origin))
            #expect(response.status == 403)
            #expect(response["access-control-allow-origin"] == nil)
        }
    }

    @Test func `a page may read answers, refusals too`() async throws {
        try await TestGateway.with(Self.document()) { gateway in
            let fields = ["Origin: \(Self.page)"]
            let client = try gateway.client()
            let served = try client.exchange(Requests.post(fields: fields))
            #expect(served["access-control-allow-origin"] == Self.page)
            let exposed = try #require(served["access-control-expose-headers"])
            #expect(exposed.contains("Mcp-Session-Id"))
            let refused = try client.exchange(Requests.post(key: nil, fields: fields))
            #expect(refused.status == 401)
            #expect(refused["access-control-allow-origin"] == Self.page)
        }
    }

    @Test func `any origin is answered with a star and never with credentials`() async throws {
        let document = Self.document {
            $0.origins = []
            $0.allowsAnyOrigin = true
        }
        try await TestGateway.with(document) { gateway in
            let response = try gateway.client().exchange(Self.preflight("https://any.example"))
            #expect(response.status == 204)
            #expect(response["access-control-allow-origin"] == "*")
            #expect(response["access-control-allow-credentials"] == nil)
        }
    }

    @Test func `without cross-origin rules a preflight is one more method that is not allowed`()
        async throws
    {
        try await TestGateway.with { gateway in
            let client = try gateway.client()
            let response = try client.exchange(Self.preflight("http://localhost:3000"))
            #expect(response.status == 405)
            #expect(response["access-control-allow-origin"] == nil)
        }
    }

    @Test func `a path that is not there is not there for a preflight either`() async throws {
        try await TestGateway.with(Self.document()) { gateway in
            let response = try gateway.client().exchange(Self.preflight(Self.page, "/other"))
            #expect(response.status == 404)
        }
    }
}

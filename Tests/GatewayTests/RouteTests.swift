import Testing

@testable import Gateway

@Suite struct RouteTests {
    @Test func `health answers ok and nothing else`() async throws {
        try await TestGateway.with { gateway in
            let client = try gateway.client()
            let response = try client.exchange(Requests.get())
            #expect(response.status == 200)
            #expect(response.body == "ok")
            #expect(response["server"] == nil)
            #expect(response["x-content-type-options"] == "nosniff")
            #expect(response["cache-control"] == "no-store")
        }
    }

    @Test(arguments: [
        ("GET", "/", 404), ("GET", "/mcp/", 404), ("GET", "/MCP", 404), ("GET", "/healthz", 404),
        ("POST", "/mcp/stream", 404), ("GET", "/%6dcp", 404), ("GET", "//mcp", 404),
        ("PUT", "/mcp", 405), ("OPTIONS", "/mcp", 405), ("HEAD", "/mcp", 405),
        ("TRACE", "/mcp", 405), ("post", "/mcp", 405), ("DELETE", "/health", 405),
    ])
    func `every other path and method is refused`(
        method: String,
        target: String,
        status: Int
    ) async throws {
        try await TestGateway.with { gateway in
            let client = try gateway.client()
            client.send(Requests.head(method, target) + "\r\n")
            let response = try client.readHead()
            #expect(response.status == status)
            #expect((response["allow"] != nil) == (status == 405))
        }
    }
}

import Foundation
import Testing

/// What callers are told when the gate says no, as curl shows it.
@Suite struct AnswerTests {
    private static let json = "Content-Type: application/json"
    private static let key = "X-API-Key: \(TestGate.key)"

    /// One request that must be refused, and how.
    struct Refusal: Sendable, CustomTestStringConvertible {
        var name: String
        var path = "/mcp"
        var fields = [AnswerTests.json, AnswerTests.key]
        var body = "{}"
        var status: Int
        var reason: String

        var testDescription: String { name }
    }

    @Test(arguments: [
        Refusal(name: "no key", fields: [json], status: 401, reason: "credentials_missing"),
        Refusal(
            name: "wrong key",
            fields: [json, "Authorization: Bearer guess"],
            status: 401,
            reason: "credentials_invalid"
        ),
        Refusal(name: "no JSON", body: "{nope", status: 400, reason: "malformed_json"),
        Refusal(name: "batch", body: "[]", status: 400, reason: "invalid_message"),
        Refusal(
            name: "two methods",
            body: #"{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call"}"#,
            status: 400,
            reason: "duplicate_member"
        ),
        Refusal(
            name: "nested too deep",
            body: String(repeating: "[", count: 1_000),
            status: 400,
            reason: "too_deep"
        ),
        Refusal(
            name: "body over the limit",
            body: String(repeating: " ", count: 5_000),
            status: 413,
            reason: "body_too_large"
        ),
        Refusal(
            name: "chunked body over the limit",
            fields: [json, key, "Transfer-Encoding: chunked"],
            body: String(repeating: " ", count: 5_000),
            status: 413,
            reason: "body_too_large"
        ),
        Refusal(
            name: "no JSON type",
            fields: [key, "Content-Type: text/plain"],
            status: 415,
            reason: "content_type_unsupported"
        ),
        Refusal(
            name: "foreign origin",
            fields: [json, key, "Origin: https://evil.example"],
            status: 403,
            reason: "origin_not_allowed"
        ),
        Refusal(
            name: "foreign host",
            fields: [json, key, "Host: evil.example"],
            status: 403,
            reason: "host_not_allowed"
        ),
        Refusal(name: "another path", path: "/admin", status: 404, reason: "not_found"),
    ])
    func `a refusal names its reason`(refusal: Refusal) async throws {
        try await TestFolder.with { folder in
            let small = ["MAX_PAYLOAD_SIZE": "4096"]
            try await TestGate.with(folder, environment: small) { gate in
                let answer = try await post(refusal, to: gate)
                #expect(answer.status == refusal.status)
                #expect(answer.reason == refusal.reason, "\(answer.body)")
                #expect((answer.fields["www-authenticate"] != nil) == (refusal.status == 401))
                #expect(!answer.body.contains(TestGate.key))
            }
        }
    }

    @Test func `a flood is told when to come back, a good key behind it is served`() async throws {
        try await TestFolder.with { folder in
            let slow = ["MAX_REQUESTS_PER_MINUTE": "5"]
            try await TestGate.with(folder, environment: slow) { gate in
                var answers: [CurlAnswer] = []
                for _ in 1...8 { answers.append(try await gate.call(key: nil)) }
                #expect(answers.prefix(5).allSatisfy { $0.status == 401 })
                #expect(answers.dropFirst(5).allSatisfy { $0.status == 429 })
                #expect(answers[5].reason == "address_rate_limited")
                #expect(answers[7].reason == "address_blocked")
                let wait = answers[7].fields["retry-after"].flatMap { Int($0) }
                #expect((1...60).contains(wait ?? 0))
                #expect(try await gate.call().status == 200)
            }
        }
    }

    @Test func `health says ok and nothing else`() async throws {
        try await TestFolder.with { folder in
            try await TestGate.with(folder) { gate in
                let url = "http://127.0.0.1:\(gate.port)/health"
                let answer = try await Programs.run("curl", ["--silent", url])
                #expect(answer.output.trimmingCharacters(in: .newlines) == "ok")
            }
        }
    }

    private func post(_ refusal: Refusal, to gate: TestGate) async throws -> CurlAnswer {
        let fields = refusal.fields + ["Accept: application/json, text/event-stream", "Expect:"]
        let url = "http://127.0.0.1:\(gate.port)\(refusal.path)"
        let options = ["--silent", "--include", "--max-time", "20", "--data-binary", refusal.body]
        return CurlAnswer(
            try await Programs.run("curl", options + fields.flatMap { ["-H", $0] } + [url])
        )
    }
}

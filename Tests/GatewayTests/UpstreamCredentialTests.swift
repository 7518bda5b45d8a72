import Foundation
import NIOCore
import Policy
import Testing

@testable import Gateway

/// The secret that the gate adds for an upstream.
@Suite(.timeLimit(.minutes(1))) struct UpstreamCredentialTests {
    private static func with(
        _ contents: String?,
        field: String = "Authorization",
        prefix: String = "Bearer ",
        _ body: (TestGateway, ScriptedUpstream, String) async throws -> Void
    ) async throws {
        let path = "/tmp/gatehouse-secret-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try contents?.write(toFile: path, atomically: true, encoding: .utf8)
        try await ScriptedUpstream.with(.answering(Responses.json())) { upstream in
            let credential = UpstreamCredential(
                field: field,
                prefix: prefix,
                source: "file:\(path)"
            )
            let document = TestGateway.document {
                $0.upstream = UpstreamRule(url: upstream.url, credential: credential)
            }
            try await TestGateway.with(document) { try await body($0, upstream, path) }
        }
    }

    @Test func `goes to the upstream instead of the client's own`() async throws {
        try await Self.with("s3cret\n") { gateway, upstream, _ in
            let client = try gateway.client()
            let fields = ["Mcp-Param-X: kept"]
            #expect(try client.exchange(Requests.post(fields: fields)).status == 200)
            let request = try await upstream.nextRequest().text
            #expect(request.contains("\r\nAuthorization: Bearer s3cret\r\n"))
            #expect(request.contains("Mcp-Param-X: kept"))
            #expect(!request.contains(Requests.key))
        }
    }

    @Test func `takes the place of a field that the client sent under its name`() async throws {
        try await Self.with("s3cret", field: "X-Inner-Token", prefix: "") { gateway, upstream, _ in
            let client = try gateway.client()
            let fields = ["x-inner-token: forged", "X-Inner-Token: forged"]
            #expect(try client.exchange(Requests.post(fields: fields)).status == 200)
            let request = try await upstream.nextRequest().text
            #expect(request.contains("X-Inner-Token: s3cret\r\n"))
            #expect(!request.contains("forged"))
        }
    }

    @Test(
        arguments: [
            ("no file", nil), ("an empty file", ""), ("a line end alone", "\n"),
            ("two lines", "a\nb\n"), ("a field of its own", "a\r\nX-Evil: 1"), ("a NUL", "a\u{0}b"),
            ("more than text", "sécret"), ("too much", String(repeating: "x", count: 9000)),
        ] as [(String, String?)]
    )
    func `without a usable one nothing is sent`(name: String, contents: String?) async throws {
        try await Self.with(contents) { gateway, upstream, _ in
            let client = try gateway.client()
            let response = try client.exchange(Requests.post())
            #expect(response.status == 503, "\(name)")
            #expect(!response.body.contains("credential"), "\(name)")
            #expect(upstream.requestCount == 0, "\(name)")
        }
    }

    @Test(arguments: ["Host", "content-length", "Transfer-Encoding", "A B", "A:B", "", "X\r\nY"])
    func `cannot stand in a field that frames or routes the request`(field: String) {
        #expect(UpstreamField(field, value: Secret("x")) == nil)
    }

    @Test func `is read again when its file has changed`() throws {
        let path = "/tmp/gatehouse-secret-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let credential = UpstreamCredential(prefix: "", source: "file:\(path)")
        let secrets = UpstreamSecrets()
        let start = MonotonicTime(nanoseconds: 0)
        func value(afterSeconds seconds: Int64) -> String? {
            secrets.value(of: credential, at: start.advanced(bySeconds: seconds))?.revealed()
        }
        #expect(value(afterSeconds: 0) == nil)
        try "one".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(value(afterSeconds: 1) == "one")
        try "three".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(value(afterSeconds: 1) == "one")
        #expect(value(afterSeconds: 2) == "three")
        try FileManager.default.removeItem(atPath: path)
        #expect(value(afterSeconds: 4) == nil)
    }

    @Test func `is read from the environment, and from nothing that blocks or is no file`() {
        let secrets = UpstreamSecrets()
        let start = MonotonicTime(nanoseconds: 0)
        func value(_ source: String) -> String? {
            secrets.value(of: UpstreamCredential(prefix: "", source: source), at: start)?.revealed()
        }
        setenv("GATEHOUSE_TEST_SECRET", "from-environment", 1)
        #expect(value("env:GATEHOUSE_TEST_SECRET") == "from-environment")
        for source in ["env:GATEHOUSE_NO_SUCH", "file:/dev/zero", "file:/tmp", "/etc/hostname", ""]
        {
            #expect(value(source) == nil, "\(source)")
        }
    }
}

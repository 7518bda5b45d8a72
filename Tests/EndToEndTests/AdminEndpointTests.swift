import Foundation
import Testing

/// The admin endpoint as scripts use it, with curl.
@Suite struct AdminEndpointTests {
    @Test func `status and policy are read with curl`() async throws {
        try await TestFolder.with { folder in
            try await TestGate.with(folder) { gate in
                let status = try await curl(gate, "/v1/status")
                #expect(status.status == 200)
                let facts =
                    try JSONSerialization.jsonObject(with: Data(status.body.utf8))
                    as? [String: Any]
                #expect(facts?["processID"] as? Int32 == gate.processID)
                let policy = try await curl(gate, "/v1/policy")
                #expect(policy.fields["etag"] == #""1""#)
                #expect(!policy.body.contains(TestGate.key))
            }
        }
    }

    @Test func `an edit on an older revision is refused as a problem`() async throws {
        try await TestFolder.with { folder in
            try await TestGate.with(folder) { gate in
                let edit = #"{"edit":{"setAuthenticationRequired":false},"reason":"late"}"#
                let options = [
                    "-H", #"If-Match: "1""#, "-H", "Content-Type: application/json",
                    "--data-binary", edit,
                ]
                _ = try await gate.command("deny", "add", "10.9.0.0/16")
                let late = try await curl(gate, "/v1/policy/edits", options)
                #expect(late.status == 412)
                #expect(late.fields["content-type"] == "application/problem+json")
                let now = try await curl(gate, "/v1/policy")
                #expect(now.fields["etag"] == #""2""#)
                #expect(try await gate.call(key: nil).status == 401)
            }
        }
    }

    @Test(.enabled(if: getuid() == 0, "only root can become somebody else"))
    func `another user gets nothing, whatever the modes of the files`() async throws {
        try await TestFolder.with { folder in
            try await TestGate.with(folder) { gate in
                chmod(folder.path, 0o755)
                let closed = try await asNobody(gate)
                #expect(closed.status != 0, "the socket's mode keeps them out")
                chmod(gate.socket, 0o666)
                let judged = CurlAnswer(try await asNobody(gate))
                #expect(judged.status == 403)
                #expect(judged.body.contains("uid 65534"))
                let ours = try await curl(gate, "/v1/status")
                #expect(ours.status == 200)
            }
        }
    }

    private func curl(
        _ gate: TestGate,
        _ path: String,
        _ options: [String] = []
    ) async throws -> CurlAnswer {
        CurlAnswer(try await Programs.run("curl", arguments(gate, path) + options))
    }

    private func asNobody(_ gate: TestGate) async throws -> Programs.Outcome {
        let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups", "curl"]
        return try await Programs.run("setpriv", nobody + arguments(gate, "/v1/status"))
    }

    private func arguments(_ gate: TestGate, _ path: String) -> [String] {
        [
            "--silent", "--include", "--max-time", "20", "--unix-socket", gate.socket,
            "http://localhost\(path)",
        ]
    }
}

import Admin
import Glibc
import Policy
import Telemetry
import Testing

/// The endpoint as curl sees it.
@Suite struct AdminServerTests {
    private func serving(_ body: (_ socketPath: String) async throws -> Void) async throws {
        let clock = StandingClock()
        let service = InMemoryAdminService(InMemoryGate(now: { clock.now }))
        try await AdminStand.serving(service, body)
    }

    private static let officeEdit = """
        {"edit": {"addEntry": {"list": "allowlist", "entry": {"prefix": "10.0.0.0/8"}}}, \
        "reason": "office"}
        """

    @Test func `the policy carries its number as ETag`() async throws {
        try await serving { path in
            let answer = try await Curl.run(path, "/v1/policy")
            #expect(answer.status == 200)
            #expect(answer.headers["etag"] == "\"1\"")
            #expect(answer.headers["content-type"] == "application/json")
            #expect(answer.headers["cache-control"] == "no-store")
            #expect(answer.body.hasPrefix("{\"author\":"))
        }
    }

    @Test func `an edit by hand takes an If-Match and gives the next ETag`() async throws {
        try await serving { path in
            let answer = try await Curl.json(
                path,
                "/v1/policy/edits",
                Self.officeEdit,
                ["-H", "If-Match: \"1\""]
            )
            #expect(answer.status == 200)
            #expect(answer.headers["etag"] == "\"2\"")
            #expect(answer.body.contains("\"revision\":2"))
            let policy = try await Curl.run(path, "/v1/policy")
            #expect(policy.body.contains("10.0.0.0/8"))
        }
    }

    @Test func `an edit without If-Match is 428 and says how`() async throws {
        try await serving { path in
            let answer = try await Curl.json(path, "/v1/policy/edits", Self.officeEdit)
            #expect(answer.status == 428)
            #expect(answer.headers["content-type"] == "application/problem+json")
            #expect(answer.body.contains("If-Match"))
            #expect(try await Curl.run(path, "/v1/policy").headers["etag"] == "\"1\"")
        }
    }

    @Test func `a conflict is 412 with the revision in force`() async throws {
        try await serving { path in
            let answer = try await Curl.json(
                path,
                "/v1/policy/edits",
                Self.officeEdit,
                ["-H", "If-Match: \"7\""]
            )
            #expect(answer.status == 412)
            #expect(answer.headers["etag"] == "\"1\"")
            #expect(answer.body.contains("\"code\":\"revision_conflict\""))
            #expect(answer.body.contains("\"current\":1"))
            #expect(answer.body.contains("\"status\":412"))
        }
    }

    @Test(arguments: ["7", "W/\"1\"", "*", "\"1\", \"2\"", "\"01\"", "\"-1\"", "\"\"", "\""])
    func `an If-Match that is not one revision in quotes is refused`(
        value: String
    ) async throws {
        try await serving { path in
            let answer = try await Curl.json(
                path,
                "/v1/policy/edits",
                Self.officeEdit,
                ["-H", "If-Match: \(value)"]
            )
            #expect(answer.status == 400)
        }
    }

    @Test func `an invalid policy is 422 and lists each problem with its path`() async throws {
        try await serving { path in
            let answer = try await Curl.json(
                path,
                "/v1/policy/edits",
                "{\"edit\": {\"setUpstream\": {\"url\": \"ftp://x\"}}}",
                ["-H", "If-Match: \"1\""]
            )
            #expect(answer.status == 422)
            #expect(answer.body.contains("\"path\":\"upstream.url\""))
        }
    }

    @Test func `a new key answers 201 with the secret`() async throws {
        try await serving { path in
            let answer = try await Curl.json(path, "/v1/keys", "{\"name\": \"ci\"}")
            #expect(answer.status == 201)
            #expect(answer.body.contains("\"secret\":\"mcpk_"))
            let policy = try await Curl.run(path, "/v1/policy")
            #expect(!policy.body.contains("mcpk_"))
        }
    }

    @Test func `a ban is added, listed and lifted by hand`() async throws {
        try await serving { path in
            let added = try await Curl.json(
                path,
                "/v1/bans",
                "{\"prefix\": \"2001:db8::/32\", \"seconds\": 3600}"
            )
            #expect(added.status == 201)
            #expect(try await Curl.run(path, "/v1/bans").body.contains("2001:db8::/32"))
            let lifted = try await Curl.run(
                path,
                "/v1/bans?prefix=2001:db8::/32",
                ["-X", "DELETE"]
            )
            #expect(lifted.status == 200)
            let again = try await Curl.run(
                path,
                "/v1/bans?prefix=2001%3Adb8%3A%3A%2F32",
                ["-X", "DELETE"]
            )
            #expect(again.status == 404)
        }
    }

    struct Refusal: CustomTestStringConvertible {
        var name: String
        var target = "/v1/status"
        var arguments: [String] = []
        var status: Int
        var testDescription: String { name }
    }

    static let refusals: [Refusal] = [
        Refusal(name: "an Origin", arguments: ["-H", "Origin: http://localhost"], status: 403),
        Refusal(name: "a null Origin", arguments: ["-H", "oRiGiN: null"], status: 403),
        Refusal(name: "a browser", arguments: ["-H", "Sec-Fetch-Site: none"], status: 403),
        Refusal(name: "a browser's mode", arguments: ["-H", "sec-fetch-mode: cors"], status: 403),
        Refusal(name: "a foreign Host", arguments: ["-H", "Host: evil.example"], status: 403),
        Refusal(name: "a Host with a port", arguments: ["-H", "Host: localhost:80"], status: 403),
        Refusal(
            name: "a Host with a dot",
            arguments: ["-H", "Host: localhost.evil.example"],
            status: 403
        ),
        Refusal(
            name: "a Kelvin sign in the Host",
            arguments: ["-H", "Host: gate\u{212A}house"],
            status: 403
        ),
        Refusal(name: "an unknown path", target: "/v1/secrets", status: 404),
        Refusal(name: "the root", target: "/", status: 404),
        Refusal(name: "no version", target: "/status", status: 404),
        Refusal(name: "a slash at the end", target: "/v1/status/", status: 404),
        Refusal(name: "two slashes", target: "//v1/status", status: 404),
        Refusal(name: "an encoded path", target: "/v1/%73tatus", status: 404),
        Refusal(
            name: "dots in the path",
            target: "/v1/keys/../status",
            arguments: ["--path-as-is"],
            status: 404
        ),
        Refusal(name: "a revision that is text", target: "/v1/policy/revisions/x", status: 404),
        Refusal(name: "a signed revision", target: "/v1/policy/revisions/+1", status: 404),
        Refusal(name: "a revision with a zero", target: "/v1/policy/revisions/01", status: 404),
        Refusal(
            name: "a revision beyond 64 bits",
            target: "/v1/policy/revisions/18446744073709551616",
            status: 404
        ),
        Refusal(
            name: "a key id with a slash",
            target: "/v1/keys/aaaa%2Faaa/rotate",
            arguments: ["--json", "{\"graceSeconds\":0}"],
            status: 404
        ),
        Refusal(name: "another method", arguments: ["-X", "DELETE"], status: 405),
        Refusal(name: "TRACE", arguments: ["-X", "TRACE"], status: 405),
        Refusal(name: "an unknown parameter", target: "/v1/status?verbose=1", status: 400),
        Refusal(name: "a parameter twice", target: "/v1/events?after=1&after=2", status: 400),
        Refusal(name: "a parameter without value", target: "/v1/events?after", status: 400),
        Refusal(name: "a signed cursor", target: "/v1/events?after=-1", status: 400),
        Refusal(name: "a full-width cursor", target: "/v1/events?after=%EF%BC%91", status: 400),
        Refusal(name: "a broken escape", target: "/v1/events?after=%4", status: 400),
        Refusal(name: "bad UTF-8", target: "/v1/events?after=%FF", status: 400),
        Refusal(name: "a limit of zero", target: "/v1/policy/revisions?limit=0", status: 400),
        Refusal(name: "a limit too large", target: "/v1/events?limit=1001", status: 400),
        Refusal(
            name: "a resumption by text",
            target: "/v1/stream",
            arguments: ["-H", "Last-Event-ID: latest"],
            status: 400
        ),
        Refusal(
            name: "a host bit in a ban",
            target: "/v1/bans?prefix=10.0.0.5/8",
            arguments: ["-X", "DELETE"],
            status: 400
        ),
        Refusal(
            name: "a form",
            target: "/v1/keys",
            arguments: ["-d", "{\"name\":\"ci\"}"],
            status: 415
        ),
        Refusal(
            name: "plain text",
            target: "/v1/keys",
            arguments: ["-d", "{\"name\":\"ci\"}", "-H", "Content-Type: text/plain"],
            status: 415
        ),
    ]

    @Test(arguments: refusals)
    func `is refused with a problem document`(refusal: Refusal) async throws {
        try await serving { path in
            let answer = try await Curl.run(path, refusal.target, refusal.arguments)
            #expect(answer.status == refusal.status)
            #expect(answer.headers["content-type"] == "application/problem+json")
            #expect(answer.body.contains("\"status\":\(refusal.status)"))
            #expect(answer.body.contains("\"code\":\""))
        }
    }

    static let hostileHeads: [(name: String, head: String, status: String)] = [
        ("two Hosts", "GET /v1/status HTTP/1.1\r\nHost: localhost\r\nHost: evil.example", "403"),
        ("two equal Hosts", "GET /v1/status HTTP/1.1\r\nHost: localhost\r\nhost: localhost", "403"),
        ("no Host", "GET /v1/status HTTP/1.1\r\nAccept: */*", "403"),
        ("no Host in HTTP/1.0", "GET /v1/status HTTP/1.0\r\nAccept: */*", "403"),
        ("a method in lower case", "get /v1/status HTTP/1.1\r\nHost: localhost", "400"),
        ("a space before the colon", "GET /v1/status HTTP/1.1\r\nHost : localhost", "400"),
        (
            "two lengths",
            "POST /v1/keys HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2",
            "400"
        ),
        (
            "a length and chunks",
            "POST /v1/keys HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n"
                + "Transfer-Encoding: chunked",
            "400"
        ),
        (
            "two content types",
            "POST /v1/keys HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Type: text/plain\r\nContent-Length: 0",
            "415"
        ),
    ]

    @Test(arguments: hostileHeads)
    func `is refused as it stands on the wire`(
        name: String,
        head: String,
        status: String
    ) async throws {
        try await serving { path in
            let connection = SocketConnection(path)
            defer { connection.close() }
            let answer = await connection.exchange("\(head)\r\nConnection: close\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
        }
    }

    @Test func `405 names the methods of the path`() async throws {
        try await serving { path in
            let answer = try await Curl.run(path, "/v1/bans", ["-X", "PUT"])
            #expect(answer.headers["allow"] == "GET, POST, DELETE")
        }
    }

    struct HostileBody: CustomTestStringConvertible {
        var name: String
        var body: String
        var testDescription: String { name }
    }

    static let hostileBodies: [HostileBody] = [

        HostileBody(name: "an open brace", body: "{"),
        HostileBody(name: "an array", body: "[]"),
        HostileBody(name: "a text", body: "\"name\""),
        HostileBody(name: "null", body: "null"),
        HostileBody(name: "two documents", body: "{\"name\":\"a\"}{\"name\":\"b\"}"),
        HostileBody(name: "a member twice", body: "{\"name\":\"a\",\"name\":\"b\"}"),
        HostileBody(name: "a member twice, escaped", body: "{\"name\":\"a\",\"n\\u0061me\":\"b\"}"),
        HostileBody(name: "an unknown member", body: "{\"name\":\"a\",\"role\":\"root\"}"),
        HostileBody(name: "another case", body: "{\"Name\":\"a\"}"),
        HostileBody(name: "a missing member", body: "{\"reason\":\"x\"}"),
        HostileBody(name: "a number for a text", body: "{\"name\":7}"),
        HostileBody(name: "null for a text", body: "{\"name\":null}"),
        HostileBody(name: "a lone surrogate", body: "{\"name\":\"\\ud800\"}"),
        HostileBody(name: "a raw control character", body: "{\"name\":\"a\u{1}\"}"),
        HostileBody(name: "a byte order mark", body: "\u{FEFF}{\"name\":\"a\"}"),
        HostileBody(name: "a comment", body: "{\"name\":\"a\"/**/}"),
        HostileBody(name: "a comma too many", body: "{\"name\":\"a\",}"),
        HostileBody(name: "single quotes", body: "{'name':'a'}"),
        HostileBody(name: "not a number", body: "{\"name\":NaN}"),
        HostileBody(name: "a date that is none", body: "{\"name\":\"a\",\"expires\":\"soon\"}"),
        HostileBody(name: "a number for a date", body: "{\"name\":\"a\",\"expires\":1}"),
        HostileBody(
            name: "a hundred thousand brackets",
            body: "{\"name\":" + String(repeating: "[", count: 100_000)
        ),
    ]

    @Test(arguments: hostileBodies)
    func `makes no key`(hostile: HostileBody) async throws {
        try await serving { path in
            let answer = try await Curl.json(path, "/v1/keys", hostile.body)
            #expect(answer.status == 400)
            #expect(answer.headers["content-type"] == "application/problem+json")
            #expect(try await Curl.run(path, "/v1/policy").headers["etag"] == "\"1\"")
        }
    }

    @Test func `a body over 8 MiB is 413 and the server goes on`() async throws {
        try await serving { path in
            let folder = try ScratchFolder()
            defer { folder.remove() }
            let file = folder.socketPath("secret")
            let bytes = [UInt8](repeating: UInt8(ascii: " "), count: 8_388_609)
            let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL, 0o600)
            _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            close(descriptor)
            let answer = try await Curl.json(path, "/v1/keys", "@\(file)")
            #expect(answer.status == 413)
            #expect(try await Curl.run(path, "/v1/status").status == 200)
        }
    }

    @Test func `an unexpected failure tells the peer nothing about itself`() async throws {
        try await AdminStand.serving(FailingAdminService()) { path in
            let answer = try await Curl.run(path, "/v1/status")
            #expect(answer.status == 500)
            #expect(answer.body.contains("\"code\":\"internal_failure\""))
        }
    }
}

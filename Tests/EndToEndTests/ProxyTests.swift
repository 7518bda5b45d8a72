import Foundation
import Testing

/// Whose call it is behind real proxies, and how hard it is to be somebody else.
///
/// The gate trusts 127.0.0.1, where the proxies connect from, and lets in 127.0.5.0/24 and ::1.
@Suite(.serialized, .timeLimit(.minutes(3))) struct ProxyTests {
    private static let trust = [
        "BEHIND_PROXY": "true", "TRUST_PROXY_HEADERS": "true", "TRUSTED_PROXIES": "127.0.0.1/32",
    ]
    private static let rules = trust.merging([
        "HTTP_IP_WHITELIST": "127.0.5.0/24, ::1/128"
    ]) { $1 }
    private static let insider = "127.0.5.5"
    private static let outsider = "127.0.6.6"

    /// One request, and whether it must pass.
    private struct Attempt: Sendable {
        var name: String
        /// The proxy that it goes through; nil for none.
        var through: String?
        var from = ProxyTests.outsider
        var fields: [String] = []
        var passes = false
    }

    private func status(
        _ url: String,
        from source: String? = nil,
        _ fields: [String] = [],
        _ options: [String] = []
    ) async throws -> Int? {
        let outcome = try await Programs.run(
            "curl",
            ["--silent", "--max-time", "15", "--output", "/dev/null", "-w", "%{http_code}"]
                + (source.map { ["--interface", $0] } ?? []) + options
                + fields.flatMap { ["-H", $0] } + [url]
        )
        return Int(outcome.output)
    }

    private func expect(
        _ expected: Int,
        _ url: String,
        from source: String? = nil,
        _ fields: [String] = [],
        _ options: [String] = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let found = try await status(url, from: source, fields, options)
        #expect(found == expected, "\(fields)", sourceLocation: sourceLocation)
    }

    // MARK: Fields of HTTP

    private static let nginx: [(name: String, host: String, location: String)] = [
        (
            "appends", "127.0.0.1",
            forwarding("X-Forwarded-For $proxy_add_x_forwarded_for", to: "gate")
        ),
        ("replaces", "127.0.0.1", forwarding("X-Forwarded-For $remote_addr", to: "gate")),
        (
            "second", "127.0.0.1",
            forwarding("X-Forwarded-For $proxy_add_x_forwarded_for", to: "appends")
        ),
        ("IPv6", "[::1]", forwarding("X-Forwarded-For $proxy_add_x_forwarded_for", to: "gate")),
        ("garbles", "127.0.0.1", forwarding("X-Forwarded-For unknown", to: "gate")),
        (
            "forwarded", "127.0.0.1",
            forwarding(#"Forwarded "$http_forwarded, for=$remote_addr""#, to: "gate")
        ),
    ]

    private static func forwarding(_ field: String, to next: String) -> String {
        """
        proxy_pass http://127.0.0.1:{\(next)};
        proxy_set_header Host localhost;
        proxy_set_header \(field);
        """
    }

    private static func servers(
        before gate: TestGate
    ) -> [(name: String, host: String, location: String)] {
        nginx.map { server in
            let location = server.location.replacingOccurrences(of: "{gate}", with: "\(gate.port)")
            return (server.name, server.host, location)
        }
    }

    private static let attempts = [
        Attempt(name: "honest, appended", through: "appends", from: insider, passes: true),
        Attempt(name: "honest, replaced", through: "replaces", from: insider, passes: true),
        Attempt(name: "honest, two proxies", through: "second", from: insider, passes: true),
        Attempt(
            name: "honest, behind a proxy of its own",
            through: "appends",
            from: insider,
            fields: ["X-Forwarded-For: unknown, 10.0.0.1"],
            passes: true
        ),
        Attempt(name: "no claim", through: "appends"),
        Attempt(name: "no claim, two proxies", through: "second"),
        Attempt(
            name: "the leftmost address",
            through: "appends",
            fields: ["X-Forwarded-For: 127.0.5.5"]
        ),
        Attempt(
            name: "the leftmost address, two proxies",
            through: "second",
            fields: ["X-Forwarded-For: 127.0.5.5"]
        ),
        Attempt(
            name: "an address and a proxy behind it",
            through: "appends",
            fields: ["X-Forwarded-For: 127.0.5.5, 127.0.0.1"]
        ),
        Attempt(
            name: "an address in a second field",
            through: "appends",
            fields: ["X-Forwarded-For: 10.0.0.1", "X-Forwarded-For: 127.0.5.5"]
        ),
        Attempt(
            name: "a claim that is replaced",
            through: "replaces",
            fields: ["X-Forwarded-For: 127.0.5.5"]
        ),
        Attempt(
            name: "fields of other makers",
            through: "appends",
            fields: [
                "X-Real-IP: 127.0.5.5", "CF-Connecting-IP: 127.0.5.5", "True-Client-IP: 127.0.5.5",
                "X-Client-IP: 127.0.5.5", "Forwarded: for=127.0.5.5",
            ]
        ),
        Attempt(name: "nobody readable is named", through: "garbles", from: insider),
        Attempt(name: "straight, X-Forwarded-For", fields: ["X-Forwarded-For: 127.0.5.5"]),
        Attempt(name: "straight, Forwarded", fields: ["Forwarded: for=127.0.5.5"]),
        Attempt(name: "straight, X-Real-IP", fields: ["X-Real-IP: 127.0.5.5"]),
        Attempt(
            name: "straight, naming somebody else",
            from: insider,
            fields: ["X-Forwarded-For: 127.0.6.6"],
            passes: true
        ),
    ]

    @Test(.enabled(if: FrontProxy.isInstalled("nginx"), "needs nginx"))
    func `behind nginx, a client is whom the last trusted proxy saw, whatever it claims`()
        async throws
    {
        try await TestFolder.with { folder in
            try await TestGate.with(folder, environment: Self.rules) { gate in
                try await FrontProxy.withNginx(folder, servers: Self.servers(before: gate)) {
                    proxy in
                    for attempt in Self.attempts {
                        let url =
                            attempt.through.map { proxy.url($0, "/health") }
                            ?? "http://127.0.0.1:\(gate.port)/health"
                        let status = try await status(url, from: attempt.from, attempt.fields)
                        let expected: Set<Int?> = attempt.passes ? [200] : [400, 403]
                        #expect(expected.contains(status), "\(attempt.name): \(status ?? 0)")
                    }
                    let six = proxy.url("IPv6", "/health", host: "[::1]")
                    try await expect(200, six, ["X-Forwarded-For: 10.0.0.1"])
                }
            }
        }
    }

    @Test(.enabled(if: FrontProxy.isInstalled("nginx"), "needs nginx"))
    func `RFC 7239 names the client where the policy says so, and X-Forwarded-For no longer does`()
        async throws
    {
        try await TestFolder.with { folder in
            try await TestGate.with(folder, environment: Self.rules) { gate in
                try await setProxyRules(of: gate, field: "forwarded")
                try await FrontProxy.withNginx(folder, servers: Self.servers(before: gate)) {
                    proxy in
                    let url = proxy.url("forwarded", "/health")
                    for (source, field, expected) in [
                        (Self.insider, "Forwarded: for=10.0.0.1", 200),
                        (Self.outsider, "Forwarded: for=127.0.5.5", 403),
                        (Self.outsider, #"Forwarded: for="127.0.5.5:80";proto=https"#, 403),
                        (Self.outsider, #"Forwarded: for="127.0.5.5"#, 400),
                        (Self.outsider, "X-Forwarded-For: 127.0.5.5", 400),
                    ] {
                        try await expect(expected, url, from: source, [field])
                    }
                }
            }
        }
    }

    @Test(.enabled(if: FrontProxy.isInstalled("nginx"), "needs nginx"))
    func `limits and bans behind nginx meet the client, not the proxy, and no name evades them`()
        async throws
    {
        let rules = Self.trust.merging(["MAX_REQUESTS_PER_MINUTE": "5"]) { $1 }
        try await TestFolder.with { folder in
            try await TestGate.with(folder, environment: rules) { gate in
                try await FrontProxy.withNginx(folder, servers: Self.servers(before: gate)) {
                    proxy in
                    let url = proxy.url("appends", "/health")
                    var statuses: [Int?] = []
                    for number in 1...8 {
                        let fields = ["User-Agent: \(number)", "X-Forwarded-For: 10.0.0.\(number)"]
                        statuses.append(try await status(url, from: Self.outsider, fields))
                    }
                    #expect(statuses.prefix(5).allSatisfy { $0 == 200 })
                    #expect(statuses.suffix(2).allSatisfy { $0 == 429 })
                    try await expect(200, url, from: Self.insider)
                    _ = try await gate.command("ban", "add", "127.0.7.7")
                    try await expect(403, url, from: "127.0.7.7")
                    try await expect(200, url, from: "127.0.7.8")
                }
            }
        }
    }

    // MARK: PROXY protocol

    private func setProxyRules(
        of gate: TestGate,
        field: String = "x-forwarded-for",
        expectsHeaders: Bool = false
    ) async throws {
        let rules =
            #"{"trusted":["127.0.0.1/32"],"field":"\#(field)","#
            + #""isProxyProtocolExpected":\#(expectsHeaders)}"#
        let outcome = try await Programs.run(
            "curl",
            [
                "--silent", "--fail", "--unix-socket", gate.socket, "-H", #"If-Match: "1""#,
                "-H", "Content-Type: application/json", "--data-binary",
                #"{"edit":{"setProxyRules":\#(rules)},"reason":"a test"}"#,
                "http://localhost/v1/policy/edits",
            ]
        )
        #expect(outcome.status == 0, "\(outcome)")
    }

    private static func backends(
        before gate: TestGate
    ) -> [(name: String, host: String, server: String)] {
        let place = "127.0.0.1:\(gate.port)"
        return [
            ("line", "127.0.0.1", "\(place) send-proxy"),
            ("binary", "127.0.0.1", "\(place) send-proxy-v2"),
            ("IPv6", "::1", "\(place) send-proxy-v2"),
            ("none", "127.0.0.1", place),
        ]
    }

    @Test(.enabled(if: FrontProxy.isInstalled("haproxy"), "needs HAProxy"))
    func `behind HAProxy, the PROXY header of either version names the client`() async throws {
        try await TestFolder.with { folder in
            try await TestGate.with(folder, environment: Self.rules) { gate in
                try await setProxyRules(of: gate, expectsHeaders: true)
                let backends = Self.backends(before: gate)
                try await FrontProxy.withHAProxy(folder, backends: backends) { proxy in
                    let claim = ["X-Forwarded-For: 127.0.5.5"]
                    for name in ["line", "binary"] {
                        let url = proxy.url(name, "/health")
                        try await expect(200, url, from: Self.insider)
                        try await expect(403, url, from: Self.outsider)
                        try await expect(403, url, from: Self.outsider, claim)
                    }
                    let six = proxy.url("IPv6", "/health", host: "[::1]")
                    try await expect(200, six)
                    let none = proxy.url("none", "/health")
                    try await expect(0, none, from: Self.insider)
                }
                let isTold = try await eventually {
                    try await gate.command("events").output.contains("proxy_header_invalid")
                }
                #expect(isTold)
            }
        }
    }

    @Test func `curl's own PROXY header is read from a trusted peer and from no other`()
        async throws
    {
        try await TestFolder.with { folder in
            try await TestGate.with(folder, environment: Self.trust) { gate in
                try await setProxyRules(of: gate, expectsHeaders: true)
                let url = "http://127.0.0.1:\(gate.port)/health"
                let header = ["--haproxy-protocol"]
                try await expect(200, url, from: "127.0.0.1", [], header)
                try await expect(400, url, from: Self.outsider, [], header)
                try await expect(200, url, from: Self.outsider)
            }
        }
    }
}

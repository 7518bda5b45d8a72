import Testing

@testable import Policy

/// What the environment says of credentials, proxies and browsers.
@Suite struct SeedLayersTests {
    private static let secret = "kT9vbQ2mZ4xL7nPw"
    private static let everyCredential = [
        "HTTP_API_KEY": secret, "HTTP_BEARER_TOKEN": secret + "2",
        "HTTP_BASIC_USERNAME": "ana", "HTTP_BASIC_PASSWORD": secret + "3",
    ]

    private func seed(_ values: [String: String]) throws -> EnvironmentSeed {
        try EnvironmentSeed.read(values)
    }

    @Test func `takes every credential when no method is named`() throws {
        let seed = try seed(Self.everyCredential)
        #expect(seed.credentials.map(\.scheme) == [.apiKey, .bearer, .basic])
        #expect(seed.credentials.map(\.username) == [nil, nil, "ana"])
        #expect(seed.warnings.isEmpty)
    }

    @Test(arguments: KeyRecord.Scheme.allCases)
    func `takes only the credentials of the method that is named`(
        scheme: KeyRecord.Scheme
    ) throws {
        var values = Self.everyCredential
        values["HTTP_AUTH_METHOD"] = scheme.rawValue
        let seed = try seed(values)
        #expect(seed.credentials.map(\.scheme) == [scheme])
        #expect(seed.warnings.count == 2)
        #expect(!seed.warnings.joined().contains(Self.secret))
    }

    @Test(arguments: [
        ("short", "canary7"), ("long", String(repeating: "canary78", count: 33)),
        ("control", "canary-canary\u{7}"), ("C1 control", "canary-canary\u{9B}"),
        ("the word", "canary-Password1"), ("one letter", "aaaaaaaaaaaa"),
        ("shell text", "${CANARY_PASSWORD_1}"),
    ])
    func `refuses a password and never shows it`(name: String, password: String) throws {
        let values = ["HTTP_BASIC_USERNAME": "ana", "HTTP_BASIC_PASSWORD": password]
        let problems = try #require(throws: SeedProblems.self) { try seed(values) }
        #expect(problems.problems.map(\.variable) == ["HTTP_BASIC_PASSWORD"], "\(name)")
        #expect(!problems.description.lowercased().contains("canary"))
    }

    @Test(arguments: [
        ("colon", "a:b"), ("space", "a b"), ("beyond ASCII", "jürgen"), ("control", "a\u{1B}"),
        ("long", String(repeating: "a", count: 65)),
    ])
    func `refuses a user`(name: String, user: String) throws {
        let values = ["HTTP_BASIC_USERNAME": user, "HTTP_BASIC_PASSWORD": Self.secret]
        let problems = try #require(throws: SeedProblems.self) { try seed(values) }
        #expect(problems.problems.map(\.variable) == ["HTTP_BASIC_USERNAME"], "\(name)")
    }

    @Test(
        arguments: [
            ("nothing", [:], [], 0),
            ("behind alone", ["BEHIND_PROXY": "true"], [], 1),
            ("trust alone", ["TRUST_PROXY_HEADERS": "true"], [], 1),
            (
                "both", ["BEHIND_PROXY": "yes", "TRUST_PROXY_HEADERS": "1"],
                ["127.0.0.0/8", "::1/128"], 0
            ),
            (
                "both and a list",
                [
                    "BEHIND_PROXY": "on", "TRUST_PROXY_HEADERS": "TRUE",
                    "TRUSTED_PROXIES": "10.0.0.1, fd00::/16",
                ],
                ["10.0.0.1/32", "fd00::/16"], 0
            ),
            ("a list alone", ["TRUSTED_PROXIES": "10.0.0.0/8"], ["10.0.0.0/8"], 0),
            (
                "a list and not behind", ["TRUSTED_PROXIES": "10.0.0.1", "BEHIND_PROXY": "false"],
                [],
                1
            ),
            (
                "a list and no trust",
                [
                    "TRUSTED_PROXIES": "10.0.0.1", "TRUST_PROXY_HEADERS": "off",
                    "BEHIND_PROXY": "true",
                ],
                [], 2
            ),
        ] as [(String, [String: String], [String], Int)]
    )
    func `trusts proxies only as far as every switch says`(
        name: String,
        values: [String: String],
        trusted: [String],
        warningCount: Int
    ) throws {
        let seed = try seed(values)
        #expect(seed.document().proxies.trusted.map(\.description) == trusted, "\(name)")
        #expect(seed.warnings.count == warningCount, "\(name): \(seed.warnings)")
    }

    @Test func `shares with the origins that are named`() throws {
        let seed = try seed([
            "HTTP_CORS_ENABLED": "true",
            "HTTP_CORS_ORIGINS": "https://a.example, https://b.example:8443",
        ])
        let rules = seed.document().browser.crossOrigin
        #expect(rules.isEnabled && !rules.allowsAnyOrigin && !rules.allowsCredentials)
        #expect(rules.origins == ["https://a.example", "https://b.example:8443"])
        #expect(seed.warnings.isEmpty)
    }

    @Test func `warns of every origin, and never with credentials`() throws {
        let seed = try seed(["HTTP_CORS_ENABLED": "true", "HTTP_CORS_ORIGINS": "*"])
        let rules = seed.document().browser.crossOrigin
        #expect(rules.allowsAnyOrigin && !rules.allowsCredentials && rules.origins.isEmpty)
        #expect(seed.warnings.count == 1)
    }

    @Test func `origins share nothing until sharing is on`() throws {
        let seed = try seed(["HTTP_CORS_ORIGINS": "*"])
        #expect(seed.document().browser.crossOrigin == CrossOriginRules())
        #expect(seed.warnings.count == 1)
    }

    @Test func `hosts that are named replace the loopback names`() throws {
        let seed = try seed(["ALLOWED_HOSTS": "gate.example,[::1]", "SERVER_HOST": "10.0.0.1"])
        #expect(seed.document().browser.allowedHosts == ["gate.example", "[::1]", "10.0.0.1"])
    }

    @Test func `reads streams and transport`() throws {
        let seed = try seed(["SSE_MAX_CONNECTIONS": "12", "TRANSPORT_TYPE": "stdio"])
        #expect(seed.document().limits.concurrency.streams == 12)
        #expect(seed.transport == .stdio)
    }

    @Test func `forecasts a first start without a secret`() throws {
        let forecast = try seed([
            "HTTP_API_KEY": Self.secret, "MAX_PAYLOAD_SIZE": "2048", "HTTP_AUTH_ENABLED": "off",
        ]).forecast()
        #expect(
            forecast.changes.map(\.subject) == [
                "authentication.isRequired", "limits.bodyBytesMax", "key of HTTP_API_KEY",
            ]
        )
        #expect(forecast.warnings.count == 1)
        #expect(!"\(forecast)".contains(Self.secret))
    }

    @Test func `says where every further variable differs from the policy in force`() throws {
        let seed = try seed([
            "SSE_MAX_CONNECTIONS": "12", "ALLOWED_HOSTS": "gate.example",
            "TRUSTED_PROXIES": "10.0.0.1", "HTTP_CORS_ENABLED": "true",
            "HTTP_CORS_ORIGINS": "https://a.example", "HTTP_BASIC_USERNAME": "ana",
            "HTTP_BASIC_PASSWORD": Self.secret,
        ])
        let sentences = seed.compare(with: PolicyDocument()) { _ in digest(1) }
        #expect(sentences.count == 6)
        #expect(!sentences.joined().contains(Self.secret))
    }
}

import Testing

@testable import Policy

@Suite struct EnvironmentSeedTests {
    private func problems(_ values: [String: String]) -> [SeedProblem] {
        do throws(SeedProblems) {
            _ = try EnvironmentSeed.read(values)
            return []
        } catch {
            return error.problems
        }
    }

    /// For comparisons without a credential.
    private func unasked(_ secret: Secret) -> SecretDigest { digest(0) }

    @Test func `an empty environment seeds the defaults`() throws {
        let seed = try EnvironmentSeed.read(["PATH": "/bin"])
        #expect(seed == EnvironmentSeed())
        #expect(seed.document() == PolicyDocument())
        #expect(seed.compare(with: PolicyDocument(), digest: unasked).isEmpty)
    }

    @Test func `reads every name that operators know`() throws {
        let seed = try EnvironmentSeed.read([
            "SERVER_HOST": "192.0.2.1", "SERVER_PORT": "8443", "HTTP_AUTH_ENABLED": "Yes",
            "HTTP_AUTH_METHOD": "api_key", "HTTP_API_KEY": "kT9vbQ2mZ4xL7nPw",
            "HTTP_RATE_LIMIT_ENABLED": "off", "MAX_REQUESTS_PER_MINUTE": "120",
            "MAX_PAYLOAD_SIZE": "2048", "HTTP_IP_WHITELIST": "10.0.0.0/8, ::1",
            "ENABLE_DEBUG_MESSAGES": "1",
        ])
        let document = seed.document()
        #expect(seed.host == "192.0.2.1")
        #expect(seed.port == 8443)
        #expect(
            seed.credentials == [
                SeedCredential(
                    variable: "HTTP_API_KEY",
                    scheme: .apiKey,
                    secret: Secret("kT9vbQ2mZ4xL7nPw")
                )
            ]
        )
        #expect(document.authentication.isRequired)
        #expect(!document.limits.isRateLimitEnabled)
        #expect(document.limits.perAddress == RateRule(requestsPerMinute: 120, burst: 120))
        #expect(document.limits.perKey == RateRule(requestsPerMinute: 120, burst: 120))
        #expect(document.limits.bodyBytesMax == 2048)
        #expect(document.allowlist.map(\.prefix.description) == ["10.0.0.0/8", "::1/128"])
        #expect(document.isDebugLoggingEnabled)
        #expect(document.browser.allowedHosts.last == "192.0.2.1")
        #expect(document.problems().isEmpty)
    }

    @Test(arguments: [
        ("true", true), ("TRUE", true), ("1", true), ("yes", true), ("On", true),
        ("false", false), ("0", false), ("NO", false), ("off", false),
    ])
    func `reads booleans in any case`(text: String, value: Bool) throws {
        #expect(
            try EnvironmentSeed.read(["HTTP_AUTH_ENABLED": text]).isAuthenticationRequired == value
        )
    }

    @Test(arguments: [
        ("empty boolean", "HTTP_AUTH_ENABLED", ""), ("other word", "HTTP_AUTH_ENABLED", "enabled"),
        ("space", "HTTP_AUTH_ENABLED", " true"), ("number", "HTTP_AUTH_ENABLED", "2"),
        ("letter", "HTTP_RATE_LIMIT_ENABLED", "y"), ("long s", "HTTP_AUTH_ENABLED", "ye\u{17F}"),
        ("basic without a user", "HTTP_AUTH_METHOD", "basic"),
        ("empty method", "HTTP_AUTH_METHOD", ""), ("none", "HTTP_AUTH_METHOD", "none"),
        ("method in capitals", "HTTP_AUTH_METHOD", "Bearer"),
        ("two methods", "HTTP_AUTH_METHOD", "api_key,bearer"),
        ("user alone", "HTTP_BASIC_USERNAME", "ana"),
        ("password alone", "HTTP_BASIC_PASSWORD", "kT9vbQ2mZ4xL7nPw"),
        ("other transport", "TRANSPORT_TYPE", "sse"), ("empty transport", "TRANSPORT_TYPE", ""),
        ("no streams", "SSE_MAX_CONNECTIONS", "0"),
        ("too many streams", "SSE_MAX_CONNECTIONS", "100001"),
        ("host wildcard", "ALLOWED_HOSTS", "*"), ("host with a port", "ALLOWED_HOSTS", "a:80"),
        ("host in capitals", "ALLOWED_HOSTS", "Gate.example"),
        ("origin wildcard beside another", "HTTP_CORS_ORIGINS", "*,https://a.example"),
        ("origin with a path", "HTTP_CORS_ORIGINS", "https://a.example/"),
        ("null origin", "HTTP_CORS_ORIGINS", "null"),
        ("sharing", "HTTP_CORS_ENABLED", "maybe"),
        ("everyone as proxy", "TRUSTED_PROXIES", "0.0.0.0/0"),
        ("half the world as proxy", "TRUSTED_PROXIES", "128.0.0.0/1"),
        ("every IPv6 address as proxy", "TRUSTED_PROXIES", "::/0"),
        ("a wide IPv6 proxy", "TRUSTED_PROXIES", "2001::/15"),
        ("one wide proxy of two", "TRUSTED_PROXIES", "10.0.0.1,0.0.0.0/7"),
        ("proxy name", "TRUSTED_PROXIES", "proxy.example"), ("behind", "BEHIND_PROXY", "nginx"),
        ("trust", "TRUST_PROXY_HEADERS", ""),
        ("port 0", "SERVER_PORT", "0"), ("port too large", "SERVER_PORT", "65536"),
        ("port with sign", "SERVER_PORT", "+80"), ("port with leading zero", "SERVER_PORT", "080"),
        ("port word", "SERVER_PORT", "http"), ("full-width port", "SERVER_PORT", "８０"),
        ("rate 0", "MAX_REQUESTS_PER_MINUTE", "0"), ("unlimited", "MAX_REQUESTS_PER_MINUTE", "-1"),
        ("rate with unit", "MAX_REQUESTS_PER_MINUTE", "60/min"),
        ("empty rate", "MAX_REQUESTS_PER_MINUTE", ""), ("size with unit", "MAX_PAYLOAD_SIZE", "1M"),
        ("size overflow", "MAX_PAYLOAD_SIZE", "99999999999999999999"),
        ("bad network", "HTTP_IP_WHITELIST", "10.0.0.0/33"),
        ("one bad of two", "HTTP_IP_WHITELIST", "10.0.0.0/8,nonsense"),
        ("leading comma", "HTTP_IP_WHITELIST", ",::1"),
        ("trailing comma", "HTTP_IP_WHITELIST", "::1,"),
        ("wildcard", "HTTP_IP_WHITELIST", "*"), ("semicolon", "HTTP_IP_WHITELIST", "::1;::2"),
        ("host with port", "SERVER_HOST", "localhost:80"), ("empty host", "SERVER_HOST", ""),
        ("host with a space", "SERVER_HOST", "local host"),
        ("short address", "SERVER_HOST", "127.1"),
        ("octal host", "SERVER_HOST", "0177.0.0.1"), ("scheme", "SERVER_HOST", "http://a"),
        ("debug", "ENABLE_DEBUG_MESSAGES", "verbose"),
    ])
    func `stops at`(name: String, variable: String, value: String) throws {
        let found = problems([variable: value])
        #expect(found.count == 1, "\(name)")
        let problem = try #require(found.first)
        #expect(problem.variable == variable)
        #expect(
            problem.message.contains("allowed") || problem.message.contains("accepts")
                || problem.message.contains("write") || problem.message.contains("must be")
                || problem.message.contains("set ")
        )
    }

    @Test(arguments: [
        ("short", "canary-12345678"), ("long", String(repeating: "canary78", count: 65)),
        ("space", "canary canary canary"), ("control", "canary-canary-\u{7}canary"),
        ("beyond ASCII", "canary-canary-cänary"), ("template", "your-api-key-here-canary"),
        ("change me", "canary_CHANGE_ME_canary"), ("one letter", "aaaaaaaaaaaaaaaaaaaaaaaa"),
        ("shell text", "$(openssl rand -hex 32)"),
        ("shell text without spaces", "$(openssl_rand_canary)"),
        ("braces", "${CANARY_API_KEY_VALUE}"), ("angle brackets", "<canary-goes-right-here>"),
    ])
    func `refuses a key and never shows it`(name: String, key: String) throws {
        let found = problems(["HTTP_API_KEY": key])
        #expect(found.count == 1, "\(name)")
        let text = try #require(found.first).description
        #expect(
            !text.contains("canary") && !text.contains("CANARY") && !text.contains("rand -hex 32)")
        )
    }

    @Test(arguments: [
        "HTTP_API_KEY", "HTTP_BEARER_TOKEN", "HTTP_BASIC_USERNAME", "HTTP_BASIC_PASSWORD",
        "HTTP_IP_WHITELIST", "ALLOWED_HOSTS", "HTTP_CORS_ORIGINS", "TRUSTED_PROXIES",
    ])
    func `takes an empty value for none`(name: String) throws {
        #expect(try EnvironmentSeed.read([name: ""]) == EnvironmentSeed())
    }

    @Test func `reports every problem at once`() {
        let found = problems([
            "SERVER_PORT": "x", "HTTP_AUTH_ENABLED": "x", "HTTP_IP_WHITELIST": "x,y",
            "HTTP_API_KEY": "x",
        ])
        #expect(found.count == 5)
    }

    @Test func `never lets a hostile value reach a terminal`() throws {
        let found = problems(["HTTP_AUTH_ENABLED": "\u{1B}[2J\u{202E}evil\n"])
        let text = try #require(found.first).description
        #expect(text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
    }

    @Test func `says where the environment differs from the policy in force`() throws {
        let seed = try EnvironmentSeed.read([
            "HTTP_AUTH_ENABLED": "true", "MAX_REQUESTS_PER_MINUTE": "120",
            "HTTP_IP_WHITELIST": "10.0.0.0/8",
        ])
        #expect(seed.compare(with: seed.document(), digest: unasked).isEmpty)
        var policy = seed.document()
        policy.authentication.isRequired = false
        policy.limits.perKey.requestsPerMinute = 60
        policy.allowlist = []
        let sentences = seed.compare(with: policy, digest: unasked)
        #expect(sentences.count == 3)
        #expect(
            sentences.first == "HTTP_AUTH_ENABLED is true in the environment, but the policy in"
                + " force says false"
        )
    }

    @Test func `compares the key by its digest`() throws {
        let seed = try EnvironmentSeed.read(["HTTP_API_KEY": "kT9vbQ2mZ4xL7nPw"])
        var policy = PolicyDocument()
        func drift() -> [String] { seed.compare(with: policy) { _ in digest(1) } }
        #expect(drift() == ["HTTP_API_KEY is not the secret of any key in force"])
        policy.authentication.keys = [key()]
        #expect(drift().isEmpty)
        policy.authentication.keys = [key(state: .revoked)]
        #expect(drift() == ["HTTP_API_KEY belongs to key abcd1234, which is revoked"])
    }

    @Test(arguments: [
        ("0.0.0.0", 3), ("::", 3), ("127.0.0.1", 3), ("localhost", 3), ("::1", 3),
        ("gate.example", 4), ("2001:db8::1", 4),
    ])
    func `a specific host joins the allowed hosts`(host: String, count: Int) throws {
        let document = try EnvironmentSeed.read(["SERVER_HOST": host]).document()
        #expect(document.browser.allowedHosts.count == count)
        #expect(document.problems().isEmpty)
    }
}

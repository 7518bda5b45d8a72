import Testing

@testable import Policy

/// A fixed moment that tests count from.
let noon = Timestamp(millisecondsSince1970: 1_800_000_000_000)

func client(_ text: String) throws -> ClientAddress {
    ClientAddress(try #require(IPAddress(parsing: text)))
}

func entry(
    _ prefix: String,
    reason: String? = nil,
    expires: Timestamp? = nil
) throws -> AddressEntry {
    AddressEntry(prefix: try AddressPrefix(parsing: prefix), reason: reason, expires: expires)
}

func digest(_ number: UInt64) -> SecretDigest {
    SecretDigest(words: (number, 0, 0, 0))
}

func key(
    _ id: String = "abcd1234",
    name: String = "ci",
    state: KeyRecord.State = .enabled,
    expires: Timestamp? = nil,
    secrets: [KeySecret] = [KeySecret(digest: digest(1), created: noon)]
) -> KeyRecord {
    KeyRecord(
        id: KeyID(id),
        name: name,
        state: state,
        created: noon,
        expires: expires,
        secrets: secrets
    )
}

/// A key whose secret is the password of `user`.
func password(
    _ id: String = "pass1234",
    user: String = "ana",
    state: KeyRecord.State = .enabled,
    secrets: [KeySecret] = [derivedSecret(7)]
) -> KeyRecord {
    KeyRecord(
        id: KeyID(id),
        name: user,
        state: state,
        created: noon,
        secrets: secrets,
        scheme: .basic,
        username: user
    )
}

func derivedSecret(_ number: UInt64, retires: Timestamp? = nil) -> KeySecret {
    KeySecret(
        digest: digest(number),
        created: noon,
        retires: retires,
        derivation: PasswordDerivation(salt: "00112233445566778899aabbccddeeff")
    )
}

func network(_ text: String) throws -> AddressPrefix { try AddressPrefix(parsing: text) }

extension PolicyDocument {
    /// A valid document in which no member has its default, as far as that is possible.
    static func everyMemberSet() throws -> Self {
        var document = PolicyDocument(
            allowlist: [try entry("10.0.0.0/8", reason: "office", expires: noon)],
            denylist: [try entry("2001:db8::/32")],
            limits: LimitRules(
                perTool: [ToolRateRule(pattern: "slow_*", rate: RateRule(requestsPerMinute: 6))],
                perUpstream: RateRule(requestsPerMinute: 600),
                concurrency: ConcurrencyRules(connections: 100),
                bytesPerMinute: 1_000_000
            ),
            proxies: ProxyRules(
                trusted: [try network("10.1.0.0/16")],
                isProxyProtocolExpected: true
            ),
            upstream: UpstreamRule(url: "http://127.0.0.1:9000/mcp"),
            servers: [
                ServerRule(
                    name: "files",
                    upstream: UpstreamRule(command: ["/usr/bin/mcp", "-v"], isSharedChild: true)
                ),
                ServerRule(
                    name: "web",
                    upstream: UpstreamRule(
                        url: "http://127.0.0.1:9001/mcp",
                        credential: UpstreamCredential(source: "env:WEB_TOKEN")
                    )
                ),
            ],
            tools: ToolRules(pinning: .block),
            lockdown: LockdownRule(
                networks: [try network("192.0.2.0/24")],
                reason: "incident",
                expires: noon
            ),
            isDebugLoggingEnabled: true
        )
        document.browser.crossOrigin = CrossOriginRules(
            isEnabled: true,
            origins: ["https://app.example"],
            allowsCredentials: true,
            maxAgeSeconds: 60
        )
        document.authentication = try .everyMemberSet()
        return document
    }
}

extension AuthenticationRules {
    fileprivate static func everyMemberSet() throws -> Self {
        let old = KeySecret(digest: digest(2), created: noon, retires: noon)
        let live = KeySecret(digest: digest(1), created: noon)
        var limited = key(state: .disabled, expires: noon, secrets: [live, old])
        limited.access = AccessRules(
            tools: PatternRules(allow: ["get_*"], deny: ["get_secret"]),
            networks: [try network("10.0.0.0/8")],
            rate: RateRule(requestsPerMinute: 6, burst: 2)
        )
        let reading = AccessRules(methods: PatternRules(allow: ["tools/*"]))
        return AuthenticationRules(
            keys: [limited, password()],
            tokens: TokenRules(
                issuer: "https://id.example/",
                audience: "https://gate.example/mcp",
                keySet: "https://id.example/keys?v=1",
                clockSkewSeconds: 5,
                scopes: [TokenScopeRule(scope: "mcp:read", access: reading)]
            ),
            certificates: [
                CertificateRule(name: "build", subject: "DNS:build.example", access: reading)
            ],
            failures: FailureRules(countMax: 3, banSeconds: 0, protected: [])
        )
    }
}

func ban(_ prefix: String, expires: Timestamp? = nil) throws -> BanRecord {
    BanRecord(
        prefix: try AddressPrefix(parsing: prefix),
        reason: "test",
        author: Author(uid: 0, name: "root"),
        created: noon,
        expires: expires
    )
}

extension Ruling {
    var denial: CallDenial? {
        if case .deny(let denial) = self { denial } else { nil }
    }

    var isAllowed: Bool { denial == nil }
}

/// Hands the bytes of a text to a guard.
func withBytes<Result>(_ text: String, _ body: (RawSpan) -> Result) -> Result {
    let bytes = Array(text.utf8)
    return body(bytes.span.bytes)
}

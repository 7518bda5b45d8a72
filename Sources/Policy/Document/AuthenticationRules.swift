/// Who must show what.
///
/// A way of authenticating is open as soon as there is a credential for it.
package struct AuthenticationRules: Equatable, Sendable, Codable {
    /// When false everyone is anonymous, and every screen says so.
    package var isRequired: Bool
    /// API keys, bearer tokens and passwords; at most 100,000.
    package var keys: [KeyRecord]
    /// Whose signed access tokens are accepted; nil for nobody's.
    package var tokens: TokenRules?
    /// Client certificates that stand for a principal; at most 1,000.
    package var certificates: [CertificateRule]
    package var failures: FailureRules

    package init(
        isRequired: Bool = true,
        keys: [KeyRecord] = [],
        tokens: TokenRules? = nil,
        certificates: [CertificateRule] = [],
        failures: FailureRules = FailureRules()
    ) {
        self.isRequired = isRequired
        self.keys = keys
        self.tokens = tokens
        self.certificates = certificates
        self.failures = failures
    }
}

/// Access tokens of an OAuth 2.1 authorization server, signed as RFC 7519 and RFC 9068 say.
package struct TokenRules: Equatable, Sendable, Codable {
    /// The `iss` that a token must carry, byte for byte.
    package var issuer: String
    /// The `aud` that a token must name: this gate as a resource, an absolute URL.
    package var audience: String
    /// Where the public keys are: an `https:` URL, an `http:` URL on loopback, or an absolute path.
    package var keySet: String
    /// How far clocks may differ, 0…300 seconds.
    package var clockSkewSeconds: Int64
    /// What each scope of a token opens; a token without any of them may do nothing.
    ///
    /// At most 1,000, each once.
    package var scopes: [TokenScopeRule]

    package init(
        issuer: String,
        audience: String,
        keySet: String,
        clockSkewSeconds: Int64 = 60,
        scopes: [TokenScopeRule] = []
    ) {
        self.issuer = issuer
        self.audience = audience
        self.keySet = keySet
        self.clockSkewSeconds = clockSkewSeconds
        self.scopes = scopes
    }
}

/// What one scope of an access token opens.
package struct TokenScopeRule: Equatable, Sendable, Codable {
    /// A scope token of RFC 6749, section 3.3; 1…128 bytes.
    package var scope: String
    package var access: AccessRules

    package init(scope: String, access: AccessRules = AccessRules()) {
        self.scope = scope
        self.access = access
    }
}

/// A client certificate that stands for a principal.
package struct CertificateRule: Equatable, Sendable, Codable {
    /// The principal's name in records; 1…64 characters.
    package var name: String
    /// `CN=…`, `DNS:…`, `URI:…` or `EMAIL:…`, at most 256 bytes, compared byte for byte.
    package var subject: String
    package var access: AccessRules

    package init(name: String, subject: String, access: AccessRules = AccessRules()) {
        self.name = name
        self.subject = subject
        self.access = access
    }
}

/// What a principal may do.
package struct AccessRules: Equatable, Hashable, Sendable, Codable {
    package var methods: PatternRules
    package var tools: PatternRules
    /// From where it may call; empty means from anywhere.
    ///
    /// At most 1,000.
    package var networks: [AddressPrefix]
    /// Its own rate; nil means the rate for every key.
    package var rate: RateRule?

    package init(
        methods: PatternRules = PatternRules(),
        tools: PatternRules = PatternRules(),
        networks: [AddressPrefix] = [],
        rate: RateRule? = nil
    ) {
        self.methods = methods
        self.tools = tools
        self.networks = networks
        self.rate = rate
    }
}

/// Names that are allowed and names that are not; a denial wins.
///
/// A pattern is compared byte for byte; `*` in it stands for any number of bytes.
package struct PatternRules: Equatable, Hashable, Sendable, Codable {
    /// Empty means everything; at most 1,000, each of 1…128 bytes.
    package var allow: [String]
    package var deny: [String]

    package init(allow: [String] = [], deny: [String] = []) {
        self.allow = allow
        self.deny = deny
    }
}

/// What follows from failed authentication.
package struct FailureRules: Equatable, Sendable, Codable {
    /// So many failures within the window ban the address; 1…10,000.
    package var countMax: Int
    /// 1…3,600 seconds.
    package var windowSeconds: Int64
    /// The first ban; each further one lasts twice as long.
    ///
    /// 15…86,400 seconds; 0 for no bans.
    package var banSeconds: Int64
    /// No ban lasts longer; 15…604,800 seconds.
    package var banSecondsMax: Int64
    /// Never banned automatically; loopback at first.
    ///
    /// At most 1,000.
    package var protected: [AddressPrefix]

    package init(
        countMax: Int = 10,
        windowSeconds: Int64 = 60,
        banSeconds: Int64 = 60,
        banSecondsMax: Int64 = 3600,
        protected: [AddressPrefix] = AddressPrefix.loopback
    ) {
        self.countMax = countMax
        self.windowSeconds = windowSeconds
        self.banSeconds = banSeconds
        self.banSecondsMax = banSecondsMax
        self.protected = protected
    }
}

extension AddressPrefix {
    /// 127.0.0.0/8 and ::1.
    package static let loopback = [
        AddressPrefix(uncheckedNetwork: .v4(0x7F00_0000), length: 8),
        AddressPrefix(uncheckedNetwork: .v6(0, 1), length: 128),
    ]
}

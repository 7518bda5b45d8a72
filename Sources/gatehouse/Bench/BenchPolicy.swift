import Crypto
import Gateway
import Policy

/// The policies that gates are measured under; none refuses a call of the load.
struct BenchPolicy: Sendable {
    private static let rate = RateRule(requestsPerMinute: 60_000_000, burst: 1_000_000)
    private static let loopback = AddressPrefix(uncheckedNetwork: .v4(127 << 24), length: 8)

    /// The key of the load.
    var key: String
    var upstreamPort: Int

    /// Lists, keys and rates alone: what nginx does too.
    var plain: PolicyDocument {
        PolicyDocument(
            allowlist: [AddressEntry(prefix: Self.loopback)],
            authentication: AuthenticationRules(isRequired: true, keys: [record(0, secret: key)]),
            limits: LimitRules(perAddress: Self.rate, perKey: Self.rate),
            upstream: upstream
        )
    }

    /// A rule for every layer that there is, with `size` prefixes on either list and `size` further
    /// keys; at most 60,000.
    func hardened(size: Int) -> PolicyDocument {
        var document = plain
        document.allowlist += Self.networks(in: 10, count: size)
        document.denylist = Self.networks(in: 11, count: size)
        document.authentication.keys = (0...size).map { number in
            record(number, secret: number == 0 ? key : "\(key)-\(number)", access: Self.access)
        }
        document.authentication.failures.protected = []
        document.browser.crossOrigin = CrossOriginRules(
            isEnabled: true,
            origins: ["https://app.example"]
        )
        document.limits.perTool = [ToolRateRule(pattern: "echo", rate: Self.rate)]
        document.limits.perUpstream = Self.rate
        document.limits.bytesPerMinute = PolicyBounds.bytesPerMinuteMax
        document.limits.concurrency.requestsPerPrincipal = 10_000
        document.proxies.trusted = [AddressPrefix(uncheckedNetwork: .v4(12 << 24), length: 8)]
        document.tools.pinning = .block
        return document
    }

    private var upstream: UpstreamRule {
        UpstreamRule(url: "http://127.0.0.1:\(upstreamPort)/mcp")
    }

    private static let access = AccessRules(
        methods: PatternRules(allow: ["initialize", "ping", "tools/*"]),
        tools: PatternRules(allow: ["echo", "read_*"], deny: ["delete_*"]),
        networks: [loopback],
        rate: rate
    )

    private func record(
        _ number: Int,
        secret: String,
        access: AccessRules = AccessRules()
    ) -> KeyRecord {
        let now = GatewayClock.wall()
        let digits = String(number)
        let digest = SecretDigest(bytes: Array(SHA256.hash(data: Array(secret.utf8))))
        return KeyRecord(
            id: KeyID("bench000".prefix(8 - digits.count) + digits),
            name: "bench \(number)",
            created: now,
            secrets: [digest].compactMap { $0.map { KeySecret(digest: $0, created: now) } },
            access: access
        )
    }

    /// Networks of 256 addresses that follow each other, under `first` as the first octet.
    private static func networks(in first: UInt32, count: Int) -> [AddressEntry] {
        (0..<UInt32(count)).map { number in
            let prefix = AddressPrefix(
                uncheckedNetwork: .v4(first << 24 | number << 8),
                length: 24
            )
            return AddressEntry(prefix: prefix)
        }
    }
}

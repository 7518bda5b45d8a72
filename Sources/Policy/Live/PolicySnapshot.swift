/// A policy revision compiled for the data plane: immutable, shared by reference.
package final class PolicySnapshot: Sendable {
    package let number: RevisionNumber
    package let document: PolicyDocument
    /// Nil when the built-in tools answer.
    package let upstream: UpstreamAddress?
    /// The servers behind the gate, by the path that they are reached on.
    package let servers: UpstreamTable
    /// Nil while the gate is open.
    package let lockdown: LockdownGuard?
    /// Whose word about a client's address is believed.
    package let forwarding: ForwardingGuard
    /// Nil when answers are shared with no other origin.
    package let crossOrigin: CrossOriginGuard?
    /// Nil when no access tokens are accepted.
    package let tokens: TokenAccess?
    /// The rates of single tools; nil when there are none.
    package let toolRates: ToolRates?

    /// Whose failures are never held against their address.
    package let failureExemptions: FailureExemptions

    /// Whether any rule asks what a call is of, whoever calls.
    package let isRulingOnCalls: Bool

    private let denylist: DenylistGuard
    private let allowlist: AllowlistGuard
    private let hosts: HostGuard
    private let origins: OriginGuard
    private let credentials: CredentialTable
    private let certificates: CertificateTable

    /// Compiles a document that `problems()` finds nothing wrong with.
    package init(_ document: PolicyDocument, number: RevisionNumber) {
        self.number = number
        self.document = document
        upstream = document.upstream.flatMap { UpstreamAddress(parsing: $0.url) }
        servers = UpstreamTable(main: document.upstream, servers: document.servers)
        lockdown = document.lockdown.map { LockdownGuard($0) }
        forwarding = ForwardingGuard(document.proxies)
        crossOrigin =
            document.browser.crossOrigin.isEnabled ? CrossOriginGuard(document.browser) : nil
        tokens = document.authentication.tokens.map { TokenAccess($0) }
        toolRates = ToolRates(document.limits.perTool)
        failureExemptions = FailureExemptions(
            document.authentication.failures,
            proxies: document.proxies
        )
        certificates = CertificateTable(document.authentication.certificates)
        isRulingOnCalls =
            toolRates != nil || document.limits.perUpstream != nil
            || document.tools.pinning == .block
        denylist = DenylistGuard(document.denylist)
        allowlist = AllowlistGuard(document.allowlist)
        hosts = HostGuard(document.browser.allowedHosts)
        origins = OriginGuard(document.browser.allowedOrigins)
        credentials = CredentialTable(document.authentication.keys)
    }

    package var isAuthenticationRequired: Bool { document.authentication.isRequired }
    package var perAddress: RateRule { document.limits.perAddress }
    package var perKey: RateRule { document.limits.perKey }
    package var blockSeconds: Int64 { document.limits.blockSeconds }
    package var perUpstream: RateRule? { document.limits.perUpstream }
    package var concurrency: ConcurrencyRules { document.limits.concurrency }
    package var bytesPerMinute: Int64 { document.limits.bytesPerMinute }
    package var failureRules: FailureRules { document.authentication.failures }
    package var isRateLimitEnabled: Bool { document.limits.isRateLimitEnabled }
    package var bodyBytesMax: Int { document.limits.bodyBytesMax }

    /// Asks the guards of the address: ban, denylist, allowlist.
    package func gateRuling(
        on client: ClientAddress,
        bans: BanTable,
        at now: Timestamp
    ) -> Ruling {
        if case .deny(let denial) = BanGuard(bans).ruling(on: client, at: now) {
            return .deny(denial)
        }
        if case .deny(let denial) = denylist.ruling(on: client, at: now) { return .deny(denial) }
        return allowlist.ruling(on: client, at: now)
    }

    /// Asks the guards of the browser's headers: Host, then Origin.
    ///
    /// - Parameters:
    ///   - host: The value of the `Host` field without white space around it, or nil.
    ///   - hostCount: How many `Host` fields there are.
    ///   - origin: The value of the `Origin` field, or nil.
    ///   - originCount: How many `Origin` fields there are, if there may be several.
    /// - Returns: The first guard's denial, or permission.
    package func browserRuling(
        host: RawSpan?,
        hostCount: Int,
        origin: RawSpan?,
        originCount: Int = 1
    ) -> Ruling {
        if case .deny(let denial) = hosts.ruling(on: host, count: hostCount) {
            return .deny(denial)
        }
        return origins.ruling(on: origin, count: originCount)
    }

    /// Asks the guard of the `Host` field; parameters as in `browserRuling`.
    package func hostRuling(on host: RawSpan?, count: Int) -> Ruling {
        hosts.ruling(on: host, count: count)
    }

    /// Asks the guard of the `Origin` field; parameters as in `browserRuling`.
    package func originRuling(on origin: RawSpan?, count: Int) -> Ruling {
        origins.ruling(on: origin, count: count)
    }

    /// Whether a password that matched the stored digest still works for the key.
    package func isPasswordGood(_ digest: SecretDigest, of key: KeyID, at now: Timestamp) -> Bool {
        credentials.isPasswordGood(digest, of: key, at: now)
    }

    /// Finds out whose secret has this digest, and whether it works at `now`.
    ///
    /// A secret is nobody's where its scheme does not belong: a bearer token in `X-API-Key`, and a
    /// password in either.
    package func verify(
        _ digest: SecretDigest,
        shownIn place: KeyGuard.Place = .apiKeyField,
        at now: Timestamp
    ) -> CredentialVerdict {
        credentials.verify(digest, shownIn: place, at: now)
    }

    /// Whether there is any password; where there is none, none need be derived.
    package var acceptsPasswords: Bool { credentials.hasPasswords }

    /// The secrets that a user's password may be, at most two; empty for a user who does not exist.
    ///
    /// The caller takes care that both cost the same time.
    package func passwordCandidates(forUser user: [UInt8]) -> [PasswordCandidate] {
        credentials.candidates(forUser: user)
    }

    /// Whom a client certificate stands for, by its subjects as `CertificateRule.subject` writes
    /// them; nil for nobody.
    package func principal(ofCertificate subjects: [String]) -> CertificatePrincipal? {
        certificates.principal(of: subjects)
    }
}

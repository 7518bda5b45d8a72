/// A policy revision compiled for the data plane: immutable, shared by reference.
package final class PolicySnapshot: Sendable {
    package let number: RevisionNumber
    package let document: PolicyDocument
    /// Nil when the built-in tools answer.
    package let upstream: UpstreamAddress?

    private let denylist: DenylistGuard
    private let allowlist: AllowlistGuard
    private let hosts: HostGuard
    private let origins: OriginGuard
    private let credentials: CredentialTable

    /// Compiles a document that `problems()` finds nothing wrong with.
    package init(_ document: PolicyDocument, number: RevisionNumber) {
        self.number = number
        self.document = document
        upstream = document.upstream.flatMap { UpstreamAddress(parsing: $0.url) }
        denylist = DenylistGuard(document.denylist)
        allowlist = AllowlistGuard(document.allowlist)
        hosts = HostGuard(document.browser.allowedHosts)
        origins = OriginGuard(document.browser.allowedOrigins)
        credentials = CredentialTable(document.authentication.keys)
    }

    package var isAuthenticationRequired: Bool { document.authentication.isRequired }
    package var limits: LimitRules { document.limits }
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

    /// Finds out whose secret has this digest, and whether it works at `now`.
    package func verify(_ digest: SecretDigest, at now: Timestamp) -> CredentialVerdict {
        credentials.verify(digest, at: now)
    }
}

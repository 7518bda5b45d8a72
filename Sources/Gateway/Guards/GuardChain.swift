import MCP
import Policy

/// The guards in their order, asked about one request; cheap before costly, the first denial ends it.
///
/// 1. `gate`: ban, denylist, allowlist.
/// 2. Framing, path and method, which the connection judges itself.
/// 3. `browser`: Host and Origin.
/// 4. `identify`: the credential, then the rate limit that belongs to whoever it proves. A caller
///    who proves nothing spends the address's allowance, so that traffic without a key never
///    costs a good client behind the same address anything, and a blocked address with a valid
///    key still passes.
struct GuardChain {
    /// Who is calling, or why not.
    enum Admission {
        case admitted(Caller)
        case refused(CallDenial, Caller)
    }

    let policy: EnforcedPolicy
    let ledger: UsageLedger
    let client: ClientAddress
    let now: MonotonicTime
    let wallNow: Timestamp
    let generation: UInt64

    private var snapshot: PolicySnapshot { policy.snapshot }

    func gate() -> Ruling {
        snapshot.gateRuling(on: client, bans: policy.bans, at: wallNow)
    }

    func browser(_ head: RequestHead, in bytes: RawSpan) -> Ruling {
        let fields = head.fields
        var host: RawSpan?
        if let field = fields.first(.host) { host = bytes.extracting(field.value) }
        var origin: RawSpan?
        if let field = fields.first(.origin) { origin = bytes.extracting(field.value) }
        return snapshot.browserRuling(
            host: host,
            hostCount: fields.count(of: .host),
            origin: origin,
            originCount: fields.count(of: .origin)
        )
    }

    func identify(
        _ head: RequestHead,
        in bytes: RawSpan,
        cache: inout CredentialCache
    ) -> Admission {
        if let query = head.query, QueryCredential.isPresent(in: query, of: bytes) {
            return anonymous(refusedWith: .credentialsInQuery)
        }
        switch PresentedCredential.find(in: head, of: bytes) {
        case .none:
            return anonymous(refusedWith: snapshot.isAuthenticationRequired ? .missing : nil)
        case .unusable:
            return anonymous(refusedWith: snapshot.isAuthenticationRequired ? .unusable : nil)
        case .key(let range):
            return identify(range, in: bytes, cache: &cache)
        }
    }

    /// The rate limit of the address alone, for what needs no credential.
    func admitAnonymous() -> Admission {
        anonymous(refusedWith: nil)
    }

    private func identify(
        _ key: Range<Int>,
        in bytes: RawSpan,
        cache: inout CredentialCache
    ) -> Admission {
        if let known = cache.identity(for: key, of: bytes, generation: generation, at: wallNow) {
            return admit(known)
        }
        let digest = SecretDigest(hashing: key, of: bytes)
        switch snapshot.verify(digest, at: wallNow) {
        case .verified(let identity):
            cache.store(
                bytes.copy(of: key),
                digest: digest,
                identity: identity,
                generation: generation
            )
            return admit(identity)
        case .refused(let cause, let id):
            guard snapshot.isAuthenticationRequired else { return anonymous(refusedWith: nil) }
            return anonymous(refusedWith: .invalidCredential(cause), namedKey: id)
        }
    }

    private func admit(_ identity: KeyIdentity) -> Admission {
        var caller = Caller(key: identity)
        guard snapshot.isRateLimitEnabled else { return .admitted(caller) }
        let limits = snapshot.limits
        let subject = UsageLedger.Subject.key(identity.id)
        if let denial = spend(subject, rule: limits.perKey, caller: &caller) {
            return .refused(denial, caller)
        }
        return .admitted(caller)
    }

    private func anonymous(
        refusedWith denial: CallDenial?,
        namedKey: KeyID? = nil
    ) -> Admission {
        var caller = Caller(namedKey: namedKey)
        if snapshot.isRateLimitEnabled {
            let subject = UsageLedger.Subject.address(client)
            let rule = snapshot.limits.perAddress
            if let limited = spend(subject, rule: rule, caller: &caller) {
                return .refused(limited, caller)
            }
        }
        return denial.map { .refused($0, caller) } ?? .admitted(caller)
    }

    /// - Returns: Why the subject may not go on; nil when it may.
    private func spend(
        _ subject: UsageLedger.Subject,
        rule: RateRule,
        caller: inout Caller
    ) -> CallDenial? {
        let isKey = if case .key = subject { true } else { false }
        let verdict = ledger.spend(
            subject,
            rule: rule,
            blockSeconds: snapshot.limits.blockSeconds,
            at: now
        )
        if verdict.isBlocked {
            return .limited(
                isKey ? .keyBlocked : .addressBlocked,
                retryAfterSeconds: verdict.retryAfterSeconds ?? 1
            )
        }
        caller.allowance = Allowance(verdict: verdict, rule: rule)
        guard !verdict.isAllowed else { return nil }
        return .limited(
            isKey ? .keyRateLimited : .addressRateLimited,
            retryAfterSeconds: verdict.retryAfterSeconds ?? 1
        )
    }
}

extension CallDenial {
    static let missing = CallDenial(
        status: 401,
        code: .credentialsMissing,
        clientMessage: "Send an API key in X-API-Key or as Authorization: Bearer"
    )
    static let unusable = invalidCredential(.credentialsInvalid)
    static let credentialsInQuery = CallDenial(
        status: 401,
        code: .credentialsInvalid,
        cause: .credentialsInQuery,
        clientMessage: "Credentials are not accepted in the query; use a header"
    )

    /// One answer for every bad credential, whatever is wrong with it.
    static func invalidCredential(_ cause: ReasonCode) -> CallDenial {
        CallDenial(
            status: 401,
            code: .credentialsInvalid,
            cause: cause,
            clientMessage: "The API key is not valid"
        )
    }

    static func limited(_ code: ReasonCode, retryAfterSeconds: Int64) -> CallDenial {
        CallDenial(
            status: 429,
            code: code,
            clientMessage: "Too many requests; wait before the next one",
            retryAfterSeconds: max(1, retryAfterSeconds)
        )
    }
}

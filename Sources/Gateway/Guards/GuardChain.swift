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

    /// Whose ledger and clock the guards go by.
    let loop: LoopContext
    let policy: EnforcedPolicy
    let client: ClientAddress

    private var snapshot: PolicySnapshot { policy.snapshot }

    func gate() -> Ruling {
        snapshot.gateRuling(on: client, bans: policy.bans, at: loop.clock.wallNow)
    }

    func browser(_ head: RequestHead, in bytes: RawSpan, cache: inout HostCache) -> Ruling {
        let fields = head.fields
        // The parser lets no second `Host` through.
        if let host = fields.first(.host), !fields.contains(.origin),
            cache.allows(bytes.extracting(host.value), generation: loop.generation)
        {
            return .allow
        }
        var host: RawSpan?
        if let field = fields.first(.host) { host = bytes.extracting(field.value) }
        var origin: RawSpan?
        if let field = fields.first(.origin) { origin = bytes.extracting(field.value) }
        let ruling = snapshot.browserRuling(
            host: host,
            hostCount: fields.count(of: .host),
            origin: origin,
            originCount: fields.count(of: .origin)
        )
        if case .allow = ruling, let host { cache.store(host, generation: loop.generation) }
        return ruling
    }

    func identify(
        _ head: RequestHead,
        in bytes: RawSpan,
        cache: inout CredentialCache
    ) -> Admission {
        if let query = head.query, KeyGuard.isCredentialInQuery(bytes.extracting(query)) {
            return anonymous(.deny(KeyGuard.inQuery))
        }
        let fields = head.fields
        let presentation = KeyGuard.presentation(
            apiKey: fields.first(.apiKey)?.value,
            apiKeyCount: fields.count(of: .apiKey),
            authorization: fields.first(.authorization)?.value,
            authorizationCount: fields.count(of: .authorization),
            in: bytes
        )
        switch presentation {
        case .missing: return unproven(.deny(KeyGuard.missing))
        case .unreadable: return unproven(.deny(KeyGuard.unreadable))
        case .key(let range): return identify(range, in: bytes, cache: &cache)
        }
    }

    /// The rate limit of the address alone, for what needs no credential.
    func admitAnonymous() -> Admission {
        anonymous(.allow)
    }

    private func identify(
        _ key: Range<Int>,
        in bytes: RawSpan,
        cache: inout CredentialCache
    ) -> Admission {
        if let known = cache.identity(
            for: key,
            of: bytes,
            generation: loop.generation,
            at: loop.clock.wallNow
        ) {
            return admit(known, usage: &cache.usage)
        }
        let digest = SecretDigest(hashing: key, of: bytes)
        let verdict = snapshot.verify(digest, at: loop.clock.wallNow)
        switch verdict {
        case .verified(let identity):
            cache.store(
                bytes.copy(of: key),
                digest: digest,
                identity: identity,
                generation: loop.generation
            )
            return admit(identity, usage: &cache.usage)
        case .refused(_, let id):
            return unproven(KeyGuard.ruling(on: verdict), namedKey: id)
        }
    }

    private func admit(_ identity: KeyIdentity, usage: inout UsagePlace) -> Admission {
        var caller = Caller(key: identity)
        let limited = spend(
            .key(identity.id),
            rule: snapshot.perKey,
            caller: &caller,
            usage: &usage
        )
        return Self.admission(limited, caller)
    }

    /// A caller without a good credential is anonymous, which is enough where none is required.
    private func unproven(_ ruling: Ruling, namedKey: KeyID? = nil) -> Admission {
        guard snapshot.isAuthenticationRequired else { return anonymous(.allow) }
        return anonymous(ruling, namedKey: namedKey)
    }

    private func anonymous(_ ruling: Ruling, namedKey: KeyID? = nil) -> Admission {
        var caller = Caller(namedKey: namedKey)
        var usage = UsagePlace()
        let limited = spend(
            .address(client),
            rule: snapshot.perAddress,
            caller: &caller,
            usage: &usage
        )
        if case .deny = limited { return Self.admission(limited, caller) }
        return Self.admission(ruling, caller)
    }

    private static func admission(_ ruling: Ruling, _ caller: Caller) -> Admission {
        switch ruling {
        case .allow: .admitted(caller)
        case .deny(let denial): .refused(denial, caller)
        }
    }

    /// Takes the request out of the subject's allowance, if the policy limits any.
    private func spend(
        _ subject: UsageLedger.Subject,
        rule: RateRule,
        caller: inout Caller,
        usage: inout UsagePlace
    ) -> Ruling {
        guard snapshot.isRateLimitEnabled else { return .allow }
        let verdict = loop.ledger.spend(
            subject,
            rule: rule,
            blockSeconds: snapshot.blockSeconds,
            at: loop.now,
            place: &usage
        )
        caller.allowance = Allowance(verdict: verdict, rule: rule)
        return RateGuard.ruling(on: verdict, of: subject)
    }
}

import MCP
import NIOCore
import Policy
import Telemetry

/// Who is calling, and whether that is enough.
extension GuardChain {
    /// Who is calling, or why not.
    enum Admission {
        case admitted(Caller)
        case refused(CallDenial, Caller)
    }

    /// What is known of the caller at once.
    enum Identification {
        case settled(Admission)
        /// The password is being judged.
        case password(PasswordAttempt, EventLoopFuture<PasswordVerdict>)
        /// The access token, whose bytes follow, is being judged.
        case token([UInt8], EventLoopFuture<TokenVerdict>)
    }

    /// A password on its way to a verdict.
    struct PasswordAttempt {
        /// As it was sent, for the connection's cache.
        let bytes: [UInt8]
        let candidates: [PasswordCandidate]
    }

    /// Finds the credential of a request and judges it; `certificate` is whom the client's
    /// certificate stands for, which counts where no other credential is shown.
    func identify(
        _ head: RequestHead,
        in bytes: RawSpan,
        certificate: KeyIdentity?,
        cache: inout CredentialCache
    ) -> Identification {
        if let query = head.query, KeyGuard.isCredentialInQuery(bytes.extracting(query)) {
            return .settled(failed(KeyGuard.inQuery))
        }
        let fields = head.fields
        let credential = KeyGuard.credential(
            apiKey: fields.first(.apiKey)?.value,
            apiKeyCount: fields.count(of: .apiKey),
            authorization: fields.first(.authorization)?.value,
            authorizationCount: fields.count(of: .authorization),
            acceptsTokens: snapshot.tokens != nil,
            in: bytes
        )
        if case .missing = credential {
            guard let certificate else { return .settled(unproven(KeyGuard.missing)) }
            return .settled(admit(certificate, cache: &cache))
        }
        if let known = cache.identity(
            for: credential,
            of: bytes,
            generation: loop.generation,
            at: loop.clock.wallNow
        ) {
            return .settled(admit(known, cache: &cache))
        }
        return identify(credential, in: bytes, cache: &cache)
    }

    private func identify(
        _ credential: KeyGuard.Credential,
        in bytes: RawSpan,
        cache: inout CredentialCache
    ) -> Identification {
        switch credential {
        case .missing: return .settled(unproven(KeyGuard.missing))
        case .unreadable: return .settled(failed(KeyGuard.unreadable))
        case .key(let range, let place):
            let digest = SecretDigest(hashing: range, of: bytes)
            let verdict = snapshot.verify(digest, shownIn: place, at: loop.clock.wallNow)
            let proof = CredentialCache.Proof.key(digest, shownIn: place)
            return .settled(settle(verdict, proof, bytes.copy(of: range), cache: &cache))
        case .token(let range):
            return judgeToken(range, in: bytes, cache: &cache)
        case .password(let range):
            return judgePassword(range, in: bytes, cache: &cache)
        }
    }

    private func judgeToken(
        _ range: Range<Int>,
        in bytes: RawSpan,
        cache: inout CredentialCache
    ) -> Identification {
        guard let tokens = loop.tokens else { return .settled(failed(KeyGuard.unreadable)) }
        let prospect = tokens.verify(
            range,
            of: bytes,
            from: client,
            at: loop.now,
            wallNow: loop.clock.wallNow,
            on: loop.eventLoop
        )
        let token = bytes.copy(of: range)
        switch prospect {
        case .known(let verdict): return .settled(settle(verdict, token, cache: &cache))
        case .pending(let future): return .token(token, future)
        case .busy: return .settled(.refused(.verificationBusy, .anonymous))
        }
    }

    private func judgePassword(
        _ range: Range<Int>,
        in bytes: RawSpan,
        cache: inout CredentialCache
    ) -> Identification {
        guard snapshot.acceptsPasswords,
            let credentials = BasicCredentials(decoding: range, of: bytes)
        else { return .settled(failed(KeyGuard.unreadable)) }
        let attempt = PasswordAttempt(
            bytes: bytes.copy(of: range),
            candidates: snapshot.passwordCandidates(forUser: credentials.user)
        )
        let prospect = loop.services.identities.passwords.verify(
            credentials.password,
            against: attempt.candidates.map(\.secret),
            from: client,
            at: loop.now,
            on: loop.eventLoop
        )
        switch prospect {
        case .known(let verdict): return .settled(settle(verdict, attempt, cache: &cache))
        case .pending(let future): return .password(attempt, future)
        case .busy: return .settled(.refused(.verificationBusy, .anonymous))
        }
    }

    // MARK: Verdicts

    func settle(
        _ verdict: PasswordVerdict,
        _ attempt: PasswordAttempt,
        cache: inout CredentialCache
    ) -> Admission {
        switch verdict {
        case .unavailable: return .refused(.verificationUnavailable, .anonymous)
        case .wrong: return failed(KeyGuard.unreadable)
        case .matches(let index):
            guard attempt.candidates.indices.contains(index) else {
                return failed(KeyGuard.unreadable)
            }
            let candidate = attempt.candidates[index]
            return settle(
                candidate.verdict(at: loop.clock.wallNow),
                .password(candidate.secret.digest),
                attempt.bytes,
                cache: &cache
            )
        }
    }

    func settle(
        _ verdict: TokenVerdict,
        _ token: [UInt8],
        cache: inout CredentialCache
    ) -> Admission {
        switch verdict {
        case .unavailable: return .refused(.verificationUnavailable, .anonymous)
        case .refused(let problem):
            return settle(
                .refused(cause: problem.reason, key: nil),
                .token,
                token,
                cache: &cache
            )
        case .verified(let principal):
            guard let access = snapshot.tokens else { return failed(KeyGuard.unreadable) }
            let identity = principal.identity(under: access)
            return settle(.verified(identity), .token, token, cache: &cache)
        }
    }

    private func settle(
        _ verdict: CredentialVerdict,
        _ proof: CredentialCache.Proof,
        _ shown: [UInt8],
        cache: inout CredentialCache
    ) -> Admission {
        switch verdict {
        case .verified(let identity):
            cache.store(shown, proof: proof, identity: identity, generation: loop.generation)
            return admit(identity, cache: &cache)
        case .refused(_, let key):
            guard case .deny(let denial) = KeyGuard.ruling(on: verdict) else {
                return failed(KeyGuard.unreadable, namedKey: key)
            }
            return failed(denial, namedKey: key)
        }
    }

    // MARK: Admission

    /// The rate limit of the address alone, for what needs no credential.
    func admitAnonymous() -> Admission {
        anonymous(.allow)
    }

    private func admit(_ identity: KeyIdentity, cache: inout CredentialCache) -> Admission {
        let snapshot = self.snapshot
        if let access = identity.access, !access.isEmpty, !access.allows(client: client) {
            let verdict = CredentialVerdict.refused(
                cause: .keyNetworkNotAllowed,
                key: identity.id
            )
            guard case .deny(let denial) = KeyGuard.ruling(on: verdict) else {
                return failed(KeyGuard.unreadable, namedKey: identity.id)
            }
            return failed(denial, namedKey: identity.id)
        }
        if cache.isSuccessNews(at: loop.now) {
            loop.services.failures.succeeded(from: client, at: loop.now)
        }
        var caller = Caller(key: identity)
        let limited = spend(
            .key(identity.id),
            rule: identity.access?.rate ?? snapshot.perKey,
            caller: &caller,
            usage: &cache.usage
        )
        // The credential is good, so this is no failure of authentication.
        if case .allow = limited, identity.access?.isEmpty == true {
            return .refused(.insufficientScope, caller)
        }
        return Self.admission(limited, caller)
    }

    /// A caller without a good credential is anonymous, which is enough where none is required.
    private func unproven(_ denial: CallDenial) -> Admission {
        anonymous(snapshot.isAuthenticationRequired ? .deny(denial) : .allow)
    }

    /// A caller whose credential is no good; the failure counts against its address.
    private func failed(_ usual: CallDenial, namedKey: KeyID? = nil) -> Admission {
        let snapshot = self.snapshot
        guard snapshot.isAuthenticationRequired else { return anonymous(.allow) }
        let outcome = loop.services.failures.failed(
            from: client,
            rules: snapshot.failureRules,
            isExempt: snapshot.failureExemptions.covers(client),
            at: loop.now
        )
        if case .ban(let seconds, _) = outcome {
            loop.recorder.addressBanned(client, seconds: seconds, at: loop.clock.wallNow)
        }
        return anonymous(.deny(outcome.denial(insteadOf: usual)), namedKey: namedKey)
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

extension CallDenial {
    static let insufficientScope = CallDenial(
        status: 403,
        code: .insufficientScope,
        clientMessage: "The access token does not cover this call"
    )
    static let verificationBusy = CallDenial(
        status: 503,
        code: .verificationBusy,
        clientMessage: "Too many credentials are being checked; try again shortly",
        retryAfterSeconds: 1
    )
    static let verificationUnavailable = CallDenial(
        status: 503,
        code: .verificationUnavailable,
        clientMessage: "Credentials cannot be checked now; try again shortly",
        retryAfterSeconds: 5
    )
}

extension PolicyDifference {
    // MARK: Address lists and browsers

    mutating func compareEntries(
        _ list: AddressList,
        _ before: [AddressEntry],
        _ after: [AddressEntry]
    ) {
        compareNamed(before, after, by: \.prefix) { difference, before, after in
            guard let prefix = (before ?? after)?.prefix else { return }
            difference.compareTexts("\(list) \(prefix)", before?.words, after?.words)
        }
    }

    /// Says in words when a list begins or ceases to shut others out.
    mutating func compareOpenness(_ before: [AddressEntry], _ after: [AddressEntry]) {
        guard before.isEmpty != after.isEmpty else { return }
        func words(_ list: [AddressEntry]) -> String {
            list.isEmpty ? "everyone" : "only networks on the allowlist"
        }
        add("who may connect", words(before), words(after))
    }

    mutating func compareBrowser(_ before: BrowserRules, _ after: BrowserRules) {
        compareSets("host", before.allowedHosts, after.allowedHosts)
        compareSets("origin", before.allowedOrigins, after.allowedOrigins)
        CrossOriginRules.compare(
            before.crossOrigin,
            after.crossOrigin,
            prefix: "browser.crossOrigin.",
            in: &self
        )
    }

    // MARK: Authentication

    mutating func compareAuthentication(
        _ before: AuthenticationRules,
        _ after: AuthenticationRules
    ) {
        compareTexts("authentication.isRequired", "\(before.isRequired)", "\(after.isRequired)")
        compareNamed(before.keys, after.keys, by: \.id) { $0.compareKey($1, $2) }
        compareTokens(before.tokens, after.tokens)
        compareNamed(before.certificates, after.certificates, by: \.subject.bytes) {
            $0.compareCertificate($1, $2)
        }
        FailureRules.compare(
            before.failures,
            after.failures,
            prefix: "authentication.failures.",
            in: &self
        )
    }

    private mutating func compareKey(_ before: KeyRecord?, _ after: KeyRecord?) {
        guard let before, let after else {
            guard let key = before ?? after else { return }
            add("key \(key.id)", before?.name, after?.name)
            return compareAccess("key \(key.id)", nil, after?.access)
        }
        let subject = "key \(after.id)"
        compareTexts("\(subject) name", before.name, after.name)
        compareTexts("\(subject) state", before.state.rawValue, after.state.rawValue)
        compareTexts("\(subject) expires", before.expiryWords, after.expiryWords)
        if before.secrets != after.secrets {
            add("\(subject) secret", before.secretWords, after.secretWords)
        }
        compareTexts("\(subject) scheme", before.scheme.rawValue, after.scheme.rawValue)
        compareTexts("\(subject) username", before.username, after.username)
        compareAccess(subject, before.access, after.access)
    }

    private mutating func compareTokens(_ before: TokenRules?, _ after: TokenRules?) {
        guard let before, let after else {
            compareTexts("authentication.tokens", before?.issuer, after?.issuer)
            return compareNamed([], after?.scopes ?? [], by: \.scope.bytes) {
                $0.compareScope($1, $2)
            }
        }
        compareTexts("authentication.tokens.issuer", before.issuer, after.issuer)
        compareTexts("authentication.tokens.audience", before.audience, after.audience)
        compareTexts("authentication.tokens.keySet", before.keySet, after.keySet)
        compareTexts(
            "authentication.tokens.clockSkewSeconds",
            "\(before.clockSkewSeconds)",
            "\(after.clockSkewSeconds)"
        )
        compareNamed(before.scopes, after.scopes, by: \.scope.bytes) {
            $0.compareScope($1, $2)
        }
    }

    private mutating func compareScope(_ before: TokenScopeRule?, _ after: TokenScopeRule?) {
        guard let before, let after else {
            guard let scope = (before ?? after)?.scope else { return }
            add("scope \(scope)", before?.scope, after?.scope)
            return compareAccess("scope \(scope)", nil, after?.access)
        }
        compareAccess("scope \(after.scope)", before.access, after.access)
    }

    private mutating func compareCertificate(
        _ before: CertificateRule?,
        _ after: CertificateRule?
    ) {
        guard let before, let after else {
            guard let subject = (before ?? after)?.subject else { return }
            add("certificate \(subject)", before?.name, after?.name)
            return compareAccess("certificate \(subject)", nil, after?.access)
        }
        compareTexts("certificate \(after.subject) name", before.name, after.name)
        compareAccess("certificate \(after.subject)", before.access, after.access)
    }

    /// A principal that comes brings its restrictions, one that goes takes them along.
    private mutating func compareAccess(
        _ subject: String,
        _ before: AccessRules?,
        _ after: AccessRules?
    ) {
        guard let after else { return }
        AccessRules.compare(
            before ?? AccessRules(),
            after,
            prefix: "\(subject) ",
            in: &self
        )
    }

    // MARK: Upstreams

    mutating func compareServers(_ before: [ServerRule], _ after: [ServerRule]) {
        compareNamed(before, after, by: \.name.bytes) { difference, before, after in
            guard let name = (before ?? after)?.name else { return }
            difference.compareUpstream("server \(name)", before?.upstream, after?.upstream)
        }
    }

    mutating func compareUpstream(
        _ subject: String,
        _ before: UpstreamRule?,
        _ after: UpstreamRule?
    ) {
        compareTexts("\(subject).url", before?.addressWords, after?.addressWords)
        compareTexts("\(subject).command", before?.commandWords, after?.commandWords)
        compareTexts("\(subject).credential", before?.credentialWords, after?.credentialWords)
    }
}

extension String {
    /// What names are compared by, because texts that only look alike are different.
    fileprivate var bytes: [UInt8] { Array(utf8) }
}

extension AddressEntry {
    /// The entry without its network, for a diff.
    fileprivate var words: String {
        let parts = [reason, expires.map { "until \($0)" }].compactMap { $0 }
        return parts.isEmpty ? "listed" : parts.joined(separator: ", ")
    }
}

extension KeyRecord {
    fileprivate var expiryWords: String { expires?.description ?? "never" }

    /// When the live secret was made and until when an old one works; no digest.
    fileprivate var secretWords: String {
        let live = secrets.first.map { "made \($0.created)" } ?? "none"
        let old = secrets.dropFirst().first?.retires.map { ", the old one works until \($0)" }
        return live + (old ?? "")
    }
}

extension UpstreamRule {
    fileprivate var addressWords: String? { url.isEmpty ? nil : url }

    fileprivate var commandWords: String? {
        guard !command.isEmpty else { return nil }
        return command.joined(separator: " ") + (isSharedChild ? " (one for all)" : "")
    }

    /// Where the secret comes from; the secret itself is not in the policy.
    fileprivate var credentialWords: String? {
        credential.map { "\($0.field): \($0.prefix)<\($0.source)>" }
    }
}

extension LockdownRule {
    var words: String {
        let passing = networks.map(\.description).joined(separator: ", ")
        let parts = [
            "closed to everyone" + (passing.isEmpty ? "" : " but \(passing)"),
            expires.map { "until \($0)" }, reason,
        ]
        return parts.compactMap { $0 }.joined(separator: ", ")
    }
}

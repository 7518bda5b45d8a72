import Testing

@testable import Policy

@Suite struct KeyGuardTests {
    private let soon = noon.advanced(bySeconds: 60)

    private func verdict(_ keys: [KeyRecord], at now: Timestamp = noon) -> CredentialVerdict {
        var document = PolicyDocument()
        document.authentication.keys = keys
        return PolicySnapshot(document, number: RevisionNumber(1)).verify(digest(1), at: now)
    }

    @Test func `verifies the live secret of an enabled key`() {
        let expected = KeyIdentity(id: KeyID("abcd1234"))
        #expect(verdict([key()]) == .verified(expected))
        #expect(KeyGuard.ruling(on: .verified(expected)).isAllowed)
    }

    @Test func `verifies a superseded secret within its grace window and says so`() {
        let secrets = [
            KeySecret(digest: digest(2), created: noon),
            KeySecret(digest: digest(1), created: noon, retires: soon),
        ]
        #expect(
            verdict([key(secrets: secrets)])
                == .verified(
                    KeyIdentity(id: KeyID("abcd1234"), isGraceUse: true, validUntil: soon)
                )
        )
        #expect(
            verdict([key(secrets: secrets)], at: soon)
                == .refused(cause: .keySecretRetired, key: KeyID("abcd1234"))
        )
    }

    @Test func `a verdict is good no longer than key and secret are`() {
        let secrets = [KeySecret(digest: digest(1), created: noon, retires: soon)]
        let later = soon.advanced(bySeconds: 60)
        let identity = KeyIdentity(id: KeyID("abcd1234"), isGraceUse: true, validUntil: soon)
        #expect(verdict([key(expires: later, secrets: secrets)]) == .verified(identity))
        let lasting = KeyIdentity(id: KeyID("abcd1234"), validUntil: later)
        #expect(verdict([key(expires: later)]) == .verified(lasting))
    }

    @Test(arguments: [
        ("revoked", key(state: .revoked), ReasonCode.keyRevoked),
        ("disabled", key(state: .disabled), .keyDisabled),
        ("expired", key(expires: noon), .keyExpired),
        ("revoked and expired", key(state: .revoked, expires: noon), .keyRevoked),
        (
            "retired",
            key(secrets: [KeySecret(digest: digest(1), created: noon, retires: noon)]),
            .keySecretRetired
        ),
    ])
    func `refuses a key and tells the client nothing of why`(
        name: String,
        record: KeyRecord,
        cause: ReasonCode
    ) throws {
        let verdict = verdict([record])
        #expect(verdict == .refused(cause: cause, key: record.id), "\(name)")
        let denial = try #require(KeyGuard.ruling(on: verdict).denial)
        let unknown = try #require(
            KeyGuard.ruling(on: .refused(cause: .credentialsInvalid, key: nil)).denial
        )
        #expect(denial.status == 401)
        #expect(denial.code == .credentialsInvalid)
        #expect(denial.cause == cause)
        #expect(denial.clientMessage == unknown.clientMessage)
    }

    @Test func `refuses a digest that belongs to no key`() {
        let other = key(secrets: [KeySecret(digest: digest(2), created: noon)])
        let near = key(
            secrets: [KeySecret(digest: SecretDigest(words: (1, 0, 0, 1)), created: noon)]
        )
        for keys in [[], [other], [near]] {
            #expect(verdict(keys) == .refused(cause: .credentialsInvalid, key: nil))
        }
    }

    // MARK: Finding the credential

    private func credential(
        _ apiKey: [String],
        _ authorization: [String],
        acceptsTokens: Bool = true
    ) -> KeyGuard.Credential {
        let bytes = Array((apiKey + authorization).joined().utf8)
        let keyCount = apiKey.first?.utf8.count ?? 0
        let start = apiKey.reduce(0) { $0 + $1.utf8.count }
        return KeyGuard.credential(
            apiKey: apiKey.isEmpty ? nil : 0..<keyCount,
            apiKeyCount: apiKey.count,
            authorization: authorization.first.map { start..<start + $0.utf8.count },
            authorizationCount: authorization.count,
            acceptsTokens: acceptsTokens,
            in: bytes.span.bytes
        )
    }

    @Test func `finds the one credential of a request`() {
        #expect(credential([], []) == .missing)
        #expect(credential(["secret"], []) == .key(0..<6, shownIn: .apiKeyField))
        #expect(credential([], ["Bearer secret"]) == .key(7..<13, shownIn: .authorization))
        #expect(credential([], ["bEaReR  secret"]) == .key(8..<14, shownIn: .authorization))
        #expect(credential([], ["Basic YTpi"]) == .password(6..<10))
        #expect(credential([], ["bAsIc  YTpi"]) == .password(7..<11))
        let longest = String(repeating: "a", count: KeyGuard.credentialBytesMax)
        #expect(
            credential([longest], [])
                == .key(0..<KeyGuard.credentialBytesMax, shownIn: .apiKeyField)
        )
    }

    @Test(arguments: [
        ("both fields", ["a"], ["Bearer a"]), ("scheme alone", [], ["Be"]),
        ("two keys", ["a", "a"], []),
        ("two authorizations", [], ["Bearer a", "Bearer a"]), ("empty key", [""], []),
        ("two schemes", [], ["Bearer a", "Basic YTpi"]),
        ("key with a space", ["a b"], []), ("key with a control", ["a\u{1}"], []),
        ("key beyond ASCII", ["schlüssel"], []), ("digest", [], ["Digest YTpi"]),
        ("no credential", [], ["Bearer"]), ("only a space", [], ["Bearer "]),
        ("tab", [], ["Bearer\tsecret"]), ("no separator", [], ["Bearersecret"]),
        ("two credentials", [], ["Bearer a b"]), ("comma list", [], ["Bearer a, Basic b"]),
        ("too long", [String(repeating: "a", count: 513)], []),
        ("basic alone", [], ["Basic"]), ("basic and a space", [], ["Basic "]),
        ("basic with a space inside", [], ["Basic YTpi YTpi"]),
        ("basic in X-API-Key", ["Basic YTpi"], []),
        ("long basic", [], ["Basic " + String(repeating: "YTpi", count: 193)]),
        ("token too long", [], ["Bearer a.b." + String(repeating: "c", count: 16_384)]),
        ("long and no token", [], ["Bearer a.b" + String(repeating: "c", count: 600)]),
    ])
    func `cannot read`(name: String, apiKey: [String], authorization: [String]) {
        #expect(credential(apiKey, authorization) == .unreadable, "\(name)")
    }

    @Test func `tells a signed token by its shape, where tokens are accepted`() {
        let long = "a.b." + String(repeating: "c", count: 16_380)
        #expect(credential([], ["Bearer eyJ_-.eyJ9.sig"]) == .token(7..<21))
        #expect(credential([], ["Bearer \(long)"]) == .token(7..<16_391))
        #expect(
            credential([], ["Bearer a.b.c"], acceptsTokens: false)
                == .key(7..<12, shownIn: .authorization)
        )
        #expect(credential(["a.b.c"], []) == .key(0..<5, shownIn: .apiKeyField))
    }

    @Test(arguments: [
        ("two parts", "a.b"), ("four parts", "a.b.c.d"), ("empty head", ".b.c"),
        ("empty body", "a..c"), ("no signature", "a.b."), ("padding", "a.b.c="),
        ("plus", "a+.b.c"), ("slash", "a/.b.c"), ("tilde", "a~.b.c"),
    ])
    func `takes anything else for a secret`(name: String, text: String) {
        let range = 7..<(7 + text.utf8.count)
        #expect(
            credential([], ["Bearer \(text)"]) == .key(range, shownIn: .authorization),
            "\(name)"
        )
    }

    // MARK: Schemes

    private func snapshot(_ keys: [KeyRecord]) -> PolicySnapshot {
        var document = PolicyDocument()
        document.authentication.keys = keys
        return PolicySnapshot(document, number: RevisionNumber(1))
    }

    @Test func `a secret is nobody's where its scheme does not belong`() {
        var bearer = key("bear1234", secrets: [KeySecret(digest: digest(2), created: noon)])
        bearer.scheme = .bearer
        let snapshot = snapshot([key(), bearer, password()])
        func isVerified(_ number: UInt64, _ place: KeyGuard.Place) -> Bool {
            let verdict = snapshot.verify(digest(number), shownIn: place, at: noon)
            return if case .verified = verdict { true } else { false }
        }
        #expect(isVerified(1, .apiKeyField) && isVerified(1, .authorization))
        #expect(!isVerified(2, .apiKeyField) && isVerified(2, .authorization))
        #expect(!isVerified(7, .apiKeyField) && !isVerified(7, .authorization))
    }

    @Test func `a scheme in the wrong place is told like an unknown secret`() {
        var bearer = key()
        bearer.scheme = .bearer
        #expect(
            snapshot([bearer]).verify(digest(1), shownIn: .apiKeyField, at: noon)
                == .refused(cause: .credentialsInvalid, key: nil)
        )
    }

    @Test func `a user's password may be either of two during a rotation`() throws {
        let soon = noon.advanced(bySeconds: 60)
        let rotating = password(secrets: [derivedSecret(7), derivedSecret(8, retires: soon)])
        let snapshot = snapshot([key(), rotating])
        let candidates = snapshot.passwordCandidates(forUser: Array("ana".utf8))
        #expect(candidates.map(\.secret.digest) == [digest(7), digest(8)])
        #expect(
            candidates.map { $0.verdict(at: noon) } == [
                .verified(KeyIdentity(id: rotating.id)),
                .verified(KeyIdentity(id: rotating.id, isGraceUse: true, validUntil: soon)),
            ]
        )
        #expect(
            candidates.last?.verdict(at: soon)
                == .refused(cause: .keySecretRetired, key: rotating.id)
        )
        #expect(snapshot.acceptsPasswords)
    }

    @Test(arguments: ["", "Ana", "an", "ana\0", "ana ", "abcd1234", "bob"])
    func `nobody else has a password`(user: String) {
        let snapshot = snapshot([password(), key()])
        #expect(snapshot.passwordCandidates(forUser: Array(user.utf8)).isEmpty)
    }

    @Test func `a revoked password stands behind the one that replaced it`() {
        let revoked = password("pass0000", state: .revoked, secrets: [derivedSecret(1)])
        let live = password()
        let user = Array("ana".utf8)
        for keys in [[revoked, live], [live, revoked]] {
            let candidates = snapshot(keys).passwordCandidates(forUser: user)
            #expect(candidates.map(\.holder.key) == [live.id])
        }
        let last = snapshot([revoked]).passwordCandidates(forUser: user)
        #expect(
            last.map { $0.verdict(at: noon) }
                == [.refused(cause: .keyRevoked, key: revoked.id)]
        )
        #expect(!snapshot([key()]).acceptsPasswords)
    }

    @Test func `a verified key brings what it may do`() throws {
        var limited = key()
        limited.access = AccessRules(tools: PatternRules(allow: ["get_*"]))
        let verdict = snapshot([limited]).verify(digest(1), at: noon)
        let access = try #require(AccessPolicy(limited.access))
        #expect(verdict == .verified(KeyIdentity(id: limited.id, access: access)))
        #expect(verdict != .verified(KeyIdentity(id: limited.id)))
    }

    @Test func `a certificate stands for a principal by its exact subject`() throws {
        var document = PolicyDocument()
        document.authentication.certificates = [
            CertificateRule(name: "build", subject: "DNS:build.example")
        ]
        let snapshot = PolicySnapshot(document, number: RevisionNumber(1))
        let found = snapshot.principal(ofCertificate: ["CN=x", "DNS:build.example"])
        #expect(found?.name == "build")
        #expect(found?.identity.id == KeyID("=build"))
        for subject in ["CN=build.example", "DNS:Build.example", "DNS:build.example.", ""] {
            #expect(snapshot.principal(ofCertificate: [subject]) == nil, "\(subject)")
        }
    }

    // MARK: Queries

    @Test(arguments: [
        ("plain", "api_key=x"), ("second", "a=1&apikey=x"), ("upper case", "API_KEY=x"),
        ("header name", "x-api-key=x"), ("token", "access_token=x"), ("without value", "token"),
        ("short", "key=x"), ("a key under any name", "q=mcpk_prod_abcd1234_x"),
        ("a key in upper case", "q=MCPK_x"), ("semicolon", "a;Api_Key=x"),
        ("percent-encoded name", "%61pi_key=x"), ("percent-encoded end", "ke%79=x"),
        ("capital hexadecimal", "api%5Fkey"), ("percent-encoded key", "q=%6Dcpk_x"),
        ("header", "authorization=x"),
    ])
    func `sees a credential in the query`(name: String, query: String) {
        #expect(withBytes(query) { KeyGuard.isCredentialInQuery($0) }, "\(name)")
    }

    @Test(arguments: [
        "", "a=1", "keys=1", "monkey=1", "&&", "=", "q=mcpk", "tokens=2&x", "ke%7", "%", "key%3Dx",
        "a=key",
    ])
    func `does not mind other queries`(query: String) {
        #expect(!withBytes(query) { KeyGuard.isCredentialInQuery($0) })
    }
}

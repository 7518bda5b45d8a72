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

    private func presentation(
        _ apiKey: [String],
        _ authorization: [String]
    ) -> KeyGuard.Presentation {
        let keyBytes = Array((apiKey.first ?? "").utf8)
        let authorizationBytes = Array((authorization.first ?? "").utf8)
        return KeyGuard.presentation(
            apiKey: apiKey.isEmpty ? nil : keyBytes.span.bytes,
            apiKeyCount: apiKey.count,
            authorization: authorization.isEmpty ? nil : authorizationBytes.span.bytes,
            authorizationCount: authorization.count
        )
    }

    @Test func `finds the one credential of a request`() {
        #expect(presentation([], []) == .missing)
        #expect(presentation(["secret"], []) == .apiKey(0..<6))
        #expect(presentation([], ["Bearer secret"]) == .bearer(7..<13))
        #expect(presentation([], ["bEaReR  secret"]) == .bearer(8..<14))
    }

    @Test(arguments: [
        ("both fields", ["a"], ["Bearer a"]), ("two keys", ["a", "a"], []),
        ("two authorizations", [], ["Bearer a", "Bearer a"]), ("empty key", [""], []),
        ("key with a space", ["a b"], []), ("key with a control", ["a\u{1}"], []),
        ("key beyond ASCII", ["schlüssel"], []), ("basic", [], ["Basic YTpi"]),
        ("no credential", [], ["Bearer"]), ("only a space", [], ["Bearer "]),
        ("tab", [], ["Bearer\tsecret"]), ("no separator", [], ["Bearersecret"]),
        ("two credentials", [], ["Bearer a b"]), ("comma list", [], ["Bearer a, Basic b"]),
        ("too long", [String(repeating: "a", count: 513)], []),
    ])
    func `cannot read`(name: String, apiKey: [String], authorization: [String]) {
        #expect(presentation(apiKey, authorization) == .unreadable, "\(name)")
    }

    @Test(arguments: [
        ("plain", "api_key=x"), ("second", "a=1&apikey=x"), ("upper case", "API_KEY=x"),
        ("header name", "x-api-key=x"), ("token", "access_token=x"), ("without value", "token"),
        ("short", "key=x"), ("a key under any name", "q=mcpk_prod_abcd1234_x"),
        ("a key in upper case", "q=MCPK_x"),
    ])
    func `sees a credential in the query`(name: String, query: String) {
        #expect(withBytes(query) { KeyGuard.isCredentialInQuery($0) }, "\(name)")
    }

    @Test(arguments: ["", "a=1", "keys=1", "monkey=1", "&&", "=", "q=mcpk", "tokens=2&x"])
    func `does not mind other queries`(query: String) {
        #expect(!withBytes(query) { KeyGuard.isCredentialInQuery($0) })
    }
}

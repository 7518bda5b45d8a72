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
        let bytes = Array((apiKey + authorization).joined().utf8)
        let keyCount = apiKey.first?.utf8.count ?? 0
        let start = apiKey.reduce(0) { $0 + $1.utf8.count }
        return KeyGuard.presentation(
            apiKey: apiKey.isEmpty ? nil : 0..<keyCount,
            apiKeyCount: apiKey.count,
            authorization: authorization.first.map { start..<start + $0.utf8.count },
            authorizationCount: authorization.count,
            in: bytes.span.bytes
        )
    }

    @Test func `finds the one credential of a request`() {
        #expect(presentation([], []) == .missing)
        #expect(presentation(["secret"], []) == .key(0..<6))
        #expect(presentation([], ["Bearer secret"]) == .key(7..<13))
        #expect(presentation([], ["bEaReR  secret"]) == .key(8..<14))
        let longest = String(repeating: "a", count: KeyGuard.credentialBytesMax)
        #expect(presentation([longest], []) == .key(0..<KeyGuard.credentialBytesMax))
    }

    @Test(arguments: [
        ("both fields", ["a"], ["Bearer a"]), ("scheme alone", [], ["Be"]),
        ("two keys", ["a", "a"], []),
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

import Policy
import Testing

@Suite struct PolicyWarningsTests {
    private let noon = Timestamp(millisecondsSince1970: 1_790_000_000_000)

    private func guarded() -> PolicyDocument {
        var document = PolicyDocument()
        document.authentication.keys = [
            KeyRecord(
                id: KeyID("abcd1234"),
                name: "ci",
                created: noon,
                secrets: [KeySecret(digest: SecretDigest(words: (1, 2, 3, 4)), created: noon)]
            )
        ]
        return document
    }

    @Test func `the defaults with a key need no warning`() {
        #expect(guarded().warnings(at: noon).isEmpty)
    }

    @Test(arguments: [
        ("anonymous access", "anyone|everyone"), ("no credential", "no credential"),
        ("no bans", "no ban"), ("no rate limit", "rate limit"), ("any origin", "web page"),
        ("a lockdown", "lockdown"),
    ])
    func `what weakens the gate is said`(name: String, words: String) throws {
        var document = guarded()
        switch name {
        case "anonymous access": document.authentication.isRequired = false
        case "no credential": document.authentication.keys = []
        case "no bans": document.authentication.failures.banSeconds = 0
        case "no rate limit": document.limits.isRateLimitEnabled = false
        case "any origin":
            document.browser.crossOrigin = CrossOriginRules(isEnabled: true, allowsAnyOrigin: true)
        default: document.lockdown = LockdownRule(networks: [])
        }
        let warnings = document.warnings(at: noon)
        #expect(warnings.count == 1)
        let isNamed = words.split(separator: "|").contains { warnings.first?.contains($0) ?? false }
        #expect(isNamed)
    }

    @Test func `a key that has expired is no credential`() {
        var document = guarded()
        document.authentication.keys[0].expires = noon
        #expect(document.warnings(at: noon).count == 1)
        #expect(document.warnings(at: noon.advanced(bySeconds: -1)).isEmpty)
    }
}

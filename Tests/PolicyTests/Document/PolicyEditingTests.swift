import Testing

@testable import Policy

@Suite struct PolicyEditingTests {
    private let soon = noon.advanced(bySeconds: 60)
    private let id = KeyID("abcd1234")

    private func document(keys: [KeyRecord] = [key()]) -> PolicyDocument {
        PolicyDocument(authentication: AuthenticationRules(keys: keys))
    }

    private func problems(_ document: PolicyDocument, _ edit: PolicyEdit) -> [PolicyProblem] {
        do throws(PolicyProblems) {
            _ = try document.applying(edit, at: noon)
            return []
        } catch {
            return error.problems
        }
    }

    @Test func `adds and removes entries`() throws {
        let prefix = try AddressPrefix(parsing: "10.0.0.0/8")
        let added = try document().applying(
            .addEntry(.allowlist, AddressEntry(prefix: prefix)),
            at: noon
        )
        #expect(added.allowlist.map(\.prefix) == [prefix])
        #expect(added.denylist.isEmpty)
        let removed = try added.applying(.removeEntry(.allowlist, prefix), at: noon)
        #expect(removed == document())
    }

    @Test func `refuses to add an entry twice or in the past, or to remove a stranger`() throws {
        var document = document()
        document.denylist = [try entry("10.0.0.1")]
        let twice = problems(document, .addEntry(.denylist, try entry("10.0.0.1")))
        #expect(twice.map(\.message) == ["10.0.0.1/32 is already on the denylist"])
        let past = problems(document, .addEntry(.denylist, try entry("10.0.0.2", expires: noon)))
        #expect(past.map(\.path) == ["denylist.expires"])
        let stranger = problems(
            document,
            .removeEntry(.denylist, try AddressPrefix(parsing: "10.0.0.0/8"))
        )
        #expect(stranger.map(\.message) == ["10.0.0.0/8 is not on the denylist"])
    }

    @Test func `puts a new entry in the place of an expired one`() throws {
        var document = document()
        document.allowlist = [try entry("10.0.0.1", expires: noon)]
        let edited = try document.applying(.addEntry(.allowlist, entry("10.0.0.1")), at: noon)
        #expect(edited.allowlist == [try entry("10.0.0.1")])
    }

    @Test func `validates the result and leaves the original alone`() {
        let original = document()
        var limits = LimitRules()
        limits.perKey.burst = 0
        #expect(problems(original, .setLimits(limits)).map(\.path) == ["limits.perKey.burst"])
        #expect(original == document())
    }

    @Test func `sets the simple rules`() throws {
        var edited = try document().applying(.setAuthenticationRequired(false), at: noon)
        edited = try edited.applying(.setDebugLogging(true), at: noon)
        edited = try edited.applying(.setUpstream(UpstreamRule(url: "http://a/")), at: noon)
        edited = try edited.applying(.setBrowserRules(BrowserRules(allowedHosts: ["a"])), at: noon)
        #expect(!edited.authentication.isRequired)
        #expect(edited.isDebugLoggingEnabled)
        #expect(edited.upstream?.url == "http://a/")
        #expect(edited.browser.allowedHosts == ["a"])
    }

    @Test func `rotates a key and lets the old secret retire`() throws {
        let fresh = KeySecret(digest: digest(2), created: noon)
        let edited = try document().applying(
            .rotateKey(id, secret: fresh, retires: soon),
            at: noon
        )
        let secrets = try #require(edited.authentication.keys.first).secrets
        #expect(secrets == [fresh, KeySecret(digest: digest(1), created: noon, retires: soon)])
    }

    @Test func `a second rotation ends the oldest secret at once`() throws {
        var edited = document()
        for number in UInt64(2)...3 {
            let fresh = KeySecret(digest: digest(number), created: noon)
            edited = try edited.applying(.rotateKey(id, secret: fresh, retires: soon), at: noon)
        }
        let secrets = try #require(edited.authentication.keys.first).secrets
        #expect(secrets.map(\.digest) == [digest(3), digest(2)])
        let snapshot = PolicySnapshot(edited, number: RevisionNumber(2))
        #expect(
            snapshot.verify(digest(1), at: noon) == .refused(cause: .credentialsInvalid, key: nil)
        )
    }

    @Test func `no grace means that the old secret ends at once`() throws {
        let fresh = KeySecret(digest: digest(2), created: noon)
        let edited = try document().applying(
            .rotateKey(id, secret: fresh, retires: noon),
            at: noon
        )
        let snapshot = PolicySnapshot(edited, number: RevisionNumber(2))
        #expect(snapshot.verify(digest(1), at: noon) == .refused(cause: .keySecretRetired, key: id))
    }

    @Test func `refuses a grace window in the past or beyond a week`() {
        let fresh = KeySecret(digest: digest(2), created: noon)
        for seconds in [Int64(-1), 604_801] {
            let retires = noon.advanced(bySeconds: seconds)
            #expect(
                problems(document(), .rotateKey(id, secret: fresh, retires: retires)).count == 1
            )
        }
    }

    @Test func `refuses to reuse a secret, to add an id twice, and keys that have expired`() {
        let reused = KeySecret(digest: digest(1), created: noon)
        #expect(!problems(document(), .rotateKey(id, secret: reused, retires: soon)).isEmpty)
        let other = [KeySecret(digest: digest(9), created: noon)]
        #expect(!problems(document(), .addKey(key(secrets: other))).isEmpty)
        #expect(
            !problems(document(), .addKey(key("efgh5678", expires: noon, secrets: other))).isEmpty
        )
        #expect(problems(document(), .addKey(key("efgh5678", secrets: other))).isEmpty)
    }

    @Test func `disables and enables, and revokes for good`() throws {
        let disabled = try document().applying(.setKeyState(id, .disabled), at: noon)
        let enabled = try disabled.applying(.setKeyState(id, .enabled), at: noon)
        #expect(enabled == document())
        let revoked = try enabled.applying(.setKeyState(id, .revoked), at: noon)
        for state in [KeyRecord.State.enabled, .disabled] {
            #expect(problems(revoked, .setKeyState(id, state)).count == 1)
        }
        let fresh = KeySecret(digest: digest(2), created: noon)
        #expect(problems(revoked, .rotateKey(id, secret: fresh, retires: soon)).count == 1)
    }

    @Test func `never repeats an id that is none`() {
        let hostile = KeyID("\u{1B}[2J")
        let found = problems(document(), .setKeyState(hostile, .disabled))
        #expect(found.map(\.message) == ["there is no key of that id"])
    }

    // MARK: Further layers

    @Test func `sets what stands alone`() throws {
        let tokens = TokenRules(
            issuer: "https://id.example",
            audience: "https://gate.example/mcp",
            keySet: "/etc/keys.json"
        )
        let certificate = CertificateRule(name: "build", subject: "CN=build")
        let edits: [PolicyEdit] = [
            .setFailureRules(FailureRules(countMax: 3)), .setTokenRules(tokens),
            .setCertificates([certificate]),
            .setProxyRules(ProxyRules(trusted: AddressPrefix.loopback)),
            .setToolRules(ToolRules(pinning: .block)),
            .setLockdown(LockdownRule(networks: [], expires: soon)),
        ]
        let edited = try edits.reduce(document()) { try $0.applying($1, at: noon) }
        #expect(edited.authentication.failures.countMax == 3)
        #expect(edited.authentication.tokens == tokens)
        #expect(edited.authentication.certificates == [certificate])
        #expect(edited.proxies.trusted == AddressPrefix.loopback)
        #expect(edited.tools.pinning == .block)
        #expect(edited.lockdown?.expires == soon)
        let open = try edited.applying(.setLockdown(nil), at: noon)
            .applying(.setTokenRules(nil), at: noon)
        #expect(open.lockdown == nil && open.authentication.tokens == nil)
    }

    @Test func `a lockdown that would be over already is refused`() {
        let rule = LockdownRule(networks: [], expires: noon)
        #expect(problems(document(), .setLockdown(rule)).map(\.path) == ["lockdown.expires"])
    }

    @Test func `adds, replaces and removes servers by name`() throws {
        func server(_ name: String, _ command: String) -> PolicyEdit {
            .setServer(ServerRule(name: name, upstream: UpstreamRule(command: [command])))
        }
        let two = try document().applying(server("a", "one"), at: noon)
            .applying(server("b", "two"), at: noon)
        let replaced = try two.applying(server("a", "three"), at: noon)
        #expect(replaced.servers.map(\.name) == ["a", "b"])
        #expect(replaced.servers.map(\.upstream.command) == [["three"], ["two"]])
        let removed = try replaced.applying(.removeServer("a"), at: noon)
        #expect(removed.servers.map(\.name) == ["b"])
        #expect(problems(removed, .removeServer("a")).map(\.path) == ["servers"])
    }

    @Test func `sets what a key may do, unless it is revoked or unknown`() throws {
        let access = AccessRules(tools: PatternRules(deny: ["rm_*"]))
        let edited = try document().applying(.setKeyAccess(id, access), at: noon)
        #expect(edited.authentication.keys.map(\.access) == [access])
        let stranger = problems(document(), .setKeyAccess(KeyID("zzzzzzzz"), access))
        #expect(stranger.map(\.message) == ["there is no key zzzzzzzz"])
        let revoked = problems(document(keys: [key(state: .revoked)]), .setKeyAccess(id, access))
        #expect(revoked.map(\.path) == ["authentication.keys"])
        let bad = AccessRules(tools: PatternRules(deny: [""]))
        #expect(
            problems(document(), .setKeyAccess(id, bad)).map(\.path)
                == ["authentication.keys[0].access.tools.deny[0]"]
        )
    }

    @Test func `a rotation keeps passwords derived`() {
        let plain = KeySecret(digest: digest(9), created: noon)
        let found = problems(
            document(keys: [password()]),
            .rotateKey(KeyID("pass1234"), secret: plain, retires: soon)
        )
        #expect(found.map(\.path) == ["authentication.keys[0].secrets[0].derivation"])
    }

    @Test func `a rollback gives no key another scheme`() throws {
        var older = document()
        older.authentication.keys[0].scheme = .bearer
        let restored = try document().applying(.replace(older), at: noon)
        #expect(restored.authentication.keys.map(\.scheme) == [.apiKey])
    }
}

@Suite struct PolicyRestoringTests {
    private let later = noon.advanced(bySeconds: 3600)

    private func document(_ keys: [KeyRecord]) -> PolicyDocument {
        PolicyDocument(authentication: AuthenticationRules(keys: keys))
    }

    private func restored(_ current: KeyRecord, to older: KeyRecord) throws -> KeyRecord {
        let result = document([current]).restoring(document([older]))
        #expect(result.problems().isEmpty)
        return try #require(result.authentication.keys.first)
    }

    @Test func `brings everything but keys back`() throws {
        var older = PolicyDocument()
        older.allowlist = [try entry("10.0.0.0/8")]
        older.limits.blockSeconds = 5
        older.upstream = UpstreamRule(url: "http://a/")
        #expect(PolicyDocument().restoring(older) == older)
    }

    @Test func `a revoked key stays revoked`() throws {
        #expect(try restored(key(state: .revoked), to: key()).state == .revoked)
    }

    @Test func `a disabled key is enabled again, and the other way round`() throws {
        #expect(try restored(key(state: .disabled), to: key()).state == .enabled)
        #expect(try restored(key(), to: key(state: .disabled)).state == .disabled)
        #expect(try restored(key(), to: key(state: .revoked)).state == .revoked)
    }

    @Test func `a key created since becomes revoked and is not lost`() {
        let since = key("efgh5678", secrets: [KeySecret(digest: digest(5), created: noon)])
        let result = document([key(), since]).restoring(document([key()]))
        #expect(result.authentication.keys.map(\.id.rawValue) == ["abcd1234", "efgh5678"])
        #expect(result.authentication.keys.map(\.state) == [.enabled, .revoked])
    }

    @Test func `a superseded secret does not return`() throws {
        let rotated = key(secrets: [
            KeySecret(digest: digest(2), created: later),
            KeySecret(digest: digest(1), created: noon, retires: later),
        ])
        let result = try restored(rotated, to: key())
        #expect(result.secrets == rotated.secrets)
        let snapshot = PolicySnapshot(document([result]), number: RevisionNumber(3))
        #expect(
            snapshot.verify(digest(1), at: later)
                == .refused(cause: .keySecretRetired, key: KeyID("abcd1234"))
        )
    }

    @Test func `no expiry moves back`() throws {
        #expect(try restored(key(expires: noon), to: key()).expires == noon)
        #expect(try restored(key(expires: noon), to: key(expires: later)).expires == noon)
        #expect(try restored(key(expires: later), to: key(expires: noon)).expires == noon)
    }

    @Test func `replacing a document is a restoration too`() throws {
        let current = document([key(state: .revoked)])
        let replaced = try current.applying(.replace(document([key()])), at: noon)
        #expect(replaced.authentication.keys.map(\.state) == [.revoked])
        let emptied = try current.applying(.replace(document([])), at: noon)
        #expect(emptied.authentication.keys.count == 1)
    }

    @Test func `a lockdown stays whatever the older policy says of it`() {
        let lockdown = LockdownRule(networks: [], reason: "incident")
        let other = PolicyDocument(lockdown: LockdownRule(networks: [], reason: "drill"))
        let current = PolicyDocument(lockdown: lockdown)
        #expect(current.restoring(PolicyDocument()).lockdown == lockdown)
        #expect(current.restoring(other).lockdown == lockdown)
        #expect(PolicyDocument().restoring(other).lockdown == other.lockdown)
    }

    @Test func `what a lockdown withstands is said while it is in force`() {
        let current = PolicyDocument(lockdown: LockdownRule(networks: [], expires: later))
        let upheld = current.upheld(against: PolicyDocument(), at: noon)
        #expect(upheld.map(\.subject) == ["lockdown"])
        #expect(current.upheld(against: PolicyDocument(), at: later).isEmpty)
        #expect(current.upheld(against: current, at: noon).isEmpty)
        #expect(PolicyDocument().upheld(against: current, at: noon).isEmpty)
    }

    @Test func `restoring twice is restoring once`() {
        let current = document([key(state: .revoked), key("efgh5678")])
        let once = current.restoring(document([key()]))
        #expect(current.restoring(once) == once)
    }
}

import Testing

@testable import Policy

@Suite struct PolicyDifferenceTests {
    private func changes(_ change: (inout PolicyDocument) throws -> Void) throws -> [PolicyChange] {
        var document = PolicyDocument()
        document.authentication.keys = [key()]
        let before = document
        try change(&document)
        #expect(document.changes(from: document).isEmpty)
        return document.changes(from: before)
    }

    @Test func `says in words when the allowlist begins to count`() throws {
        let found = try changes { $0.allowlist = [try entry("10.0.0.0/8", reason: "office")] }
        #expect(
            found == [
                PolicyChange(
                    kind: .added,
                    subject: "allowlist 10.0.0.0/8",
                    before: nil,
                    after: "office"
                ),
                PolicyChange(
                    kind: .changed,
                    subject: "who may connect",
                    before: "everyone",
                    after: "only networks on the allowlist"
                ),
            ]
        )
    }

    @Test func `names limits by their path`() throws {
        let found = try changes { $0.limits.perKey.burst = 120 }
        #expect(
            found == [
                PolicyChange(
                    kind: .changed,
                    subject: "limits.perKey.burst",
                    before: "60",
                    after: "120"
                )
            ]
        )
        #expect(found.summary == "limits.perKey.burst 60 → 120")
    }

    @Test func `tells of rotations without a digest`() throws {
        let found = try changes { document in
            document.authentication.keys[0].secrets.insert(
                KeySecret(digest: digest(0xDEAD_BEEF), created: noon),
                at: 0
            )
        }
        #expect(found.map(\.subject) == ["key abcd1234 secret"])
        #expect(!"\(found)".contains("dead"))
    }

    @Test func `sees names that only look alike`() throws {
        var older = PolicyDocument()
        older.authentication.keys = [key(name: "caf\u{E9}")]
        var newer = older
        newer.authentication.keys[0].name = "cafe\u{301}"
        #expect(newer.changes(from: older).map(\.subject) == ["key abcd1234 name"])
    }

    @Test func `finds every kind of change`() throws {
        let found = try changes { document in
            document.denylist = [try entry("10.0.0.1", expires: noon)]
            document.browser.allowedHosts = ["gate.example"]
            document.browser.allowedOrigins = []
            document.authentication.isRequired = false
            document.authentication.keys[0].state = .revoked
            document.authentication.keys[0].expires = noon
            document.authentication.keys.append(key("efgh5678"))
            document.limits.isRateLimitEnabled = false
            document.limits.perAddress.requestsPerMinute = 1
            document.limits.blockSeconds = 1
            document.limits.bodyBytesMax = 1
            document.upstream = UpstreamRule(url: "http://a/")
            document.isDebugLoggingEnabled = true
        }
        #expect(
            found.map(\.subject) == [
                "denylist 10.0.0.1/32", "host localhost", "host 127.0.0.1", "host [::1]",
                "host gate.example", "origin http://localhost", "origin http://127.0.0.1",
                "origin http://[::1]", "origin https://localhost", "origin https://127.0.0.1",
                "origin https://[::1]", "authentication.isRequired", "key abcd1234 state",
                "key abcd1234 expires", "key efgh5678", "limits.isRateLimitEnabled",
                "limits.perAddress.requestsPerMinute", "limits.blockSeconds",
                "limits.bodyBytesMax", "upstream.url", "isDebugLoggingEnabled",
            ]
        )
        #expect(
            found.summary
                == "denylist +10.0.0.1/32; host -localhost; host -127.0.0.1; 18 more"
        )
    }

    @Test func `finds every kind of change of the further layers`() throws {
        let everything = try PolicyDocument.everyMemberSet()
        #expect(everything.changes(from: everything).isEmpty)
        let subjects = everything.changes(from: PolicyDocument()).map(\.subject)
        #expect(
            subjects == [
                "allowlist 10.0.0.0/8", "who may connect", "denylist 2001:db8::/32",
                "browser.crossOrigin.isEnabled",
                "browser.crossOrigin.origins https://app.example",
                "browser.crossOrigin.allowsCredentials", "browser.crossOrigin.maxAgeSeconds",
                "key abcd1234", "key abcd1234 tools.allow get_*",
                "key abcd1234 tools.deny get_secret", "key abcd1234 networks 10.0.0.0/8",
                "key abcd1234 rate", "key pass1234", "authentication.tokens", "scope mcp:read",
                "scope mcp:read methods.allow tools/*", "certificate DNS:build.example",
                "certificate DNS:build.example methods.allow tools/*",
                "authentication.failures.countMax", "authentication.failures.banSeconds",
                "authentication.failures.protected 127.0.0.0/8",
                "authentication.failures.protected ::1/128",
                "limits.perTool pattern slow_*, rate requestsPerMinute 6, burst 60",
                "limits.perUpstream", "limits.concurrency.connections", "limits.bytesPerMinute",
                "proxies.trusted 10.1.0.0/16", "proxies.isProxyProtocolExpected",
                "upstream.url", "server files.command", "server web.url",
                "server web.credential", "tools.pinning", "lockdown", "isDebugLoggingEnabled",
            ]
        )
    }

    @Test func `says in words what a lockdown leaves open`() throws {
        let rule = LockdownRule(
            networks: [try network("10.0.0.0/8")],
            reason: "incident",
            expires: noon
        )
        let found = try changes { $0.lockdown = rule }
        #expect(
            found == [
                PolicyChange(
                    kind: .added,
                    subject: "lockdown",
                    after: "closed to everyone but 10.0.0.0/8, until \(noon), incident"
                )
            ]
        )
    }

    @Test func `names single patterns and the order of those whose order counts`() throws {
        var older = PolicyDocument()
        older.authentication.keys = [key()]
        older.authentication.keys[0].access.tools.allow = ["a", "b"]
        older.limits.perTool = [
            ToolRateRule(pattern: "a", rate: RateRule()),
            ToolRateRule(pattern: "*", rate: RateRule()),
        ]
        var newer = older
        newer.authentication.keys[0].access.tools.allow = ["b", "c"]
        newer.limits.perTool.reverse()
        #expect(
            newer.changes(from: older).map(\.subject) == [
                "key abcd1234 tools.allow a", "key abcd1234 tools.allow c", "limits.perTool order",
            ]
        )
    }

    @Test func `shows where an upstream's credential comes from`() throws {
        var older = PolicyDocument()
        older.upstream = UpstreamRule(url: "http://a/")
        var newer = older
        newer.upstream?.credential = UpstreamCredential(source: "file:/run/token")
        #expect(
            newer.changes(from: older).map(\.after) == ["Authorization: Bearer <file:/run/token>"]
        )
    }

    @Test func `says so when nothing changed`() {
        #expect([PolicyChange]().summary == "no change")
    }
}

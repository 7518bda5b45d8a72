import Admin
import Policy
import Telemetry
import Testing

/// What every admin service promises, tried on each kind there is.
@Suite struct AdminServiceSuite {
    private func entry(_ text: String, reason: String? = nil) throws -> AddressEntry {
        AddressEntry(prefix: try AddressPrefix(parsing: text), reason: reason)
    }

    @Test(arguments: ServiceKind.allCases)
    func `the status names the revision in force`(kind: ServiceKind) async throws {
        try await kind.run { service in
            let status = try await service.status()
            let policy = try await service.policy()
            #expect(status.revision == policy.number)
            #expect(status.isAllowlistEmpty == policy.document.allowlist.isEmpty)
        }
    }

    @Test(arguments: ServiceKind.allCases)
    func `telemetry arrives whole`(kind: ServiceKind) async throws {
        try await kind.run { service in
            let snapshot = try await service.telemetry()
            #expect(snapshot.totals.requests == 0)
            #expect(snapshot.clients.isEmpty)
        }
    }

    @Test(arguments: ServiceKind.allCases)
    func `an accepted edit is the next revision and is in force`(kind: ServiceKind) async throws {
        try await kind.run { service in
            let base = try await service.policy().number
            let office = try entry("10.0.0.0/8", reason: "office")
            let outcome = try await service.apply(
                .addEntry(.allowlist, office),
                base: base,
                reason: "let the office in"
            )
            #expect(outcome.revision.rawValue == base.rawValue + 1)
            #expect(outcome.changes.contains { $0.subject.contains("10.0.0.0/8") })
            let policy = try await service.policy()
            #expect(policy.number == outcome.revision)
            #expect(policy.parent == base)
            #expect(policy.reason == "let the office in")
            #expect(policy.document.allowlist == [office])
        }
    }

    @Test(arguments: ServiceKind.allCases)
    func `an edit against an older revision is refused and changes nothing`(
        kind: ServiceKind
    ) async throws {
        try await kind.run { service in
            let base = try await service.policy().number
            let first = try await service.apply(.setDebugLogging(true), base: base, reason: nil)
            let error = try await #require(throws: AdminError.self) {
                try await service.apply(.setDebugLogging(false), base: base, reason: nil)
            }
            #expect(error.code == .revisionConflict)
            #expect(error.current == first.revision)
            #expect(try await service.policy().number == first.revision)
            #expect(try await service.policy().document.isDebugLoggingEnabled)
        }
    }

    @Test(arguments: ServiceKind.allCases)
    func `an invalid edit is refused with every problem and changes nothing`(
        kind: ServiceKind
    ) async throws {
        try await kind.run { service in
            let before = try await service.policy()
            var limits = before.document.limits
            limits.perAddress.requestsPerMinute = 0
            limits.perKey.burst = -1
            let error = try await #require(throws: AdminError.self) {
                try await service.apply(.setLimits(limits), base: before.number, reason: nil)
            }
            #expect(error.code == .invalidPolicy)
            #expect(error.problems.count == 2)
            #expect(error.problems.contains { $0.path == "limits.perAddress.requestsPerMinute" })
            #expect(error.problems.contains { $0.path == "limits.perKey.burst" })
            #expect(try await service.policy() == before)
        }
    }

    @Test(arguments: ServiceKind.allCases)
    func `a check says what would happen and changes nothing`(kind: ServiceKind) async throws {
        try await kind.run { service in
            let before = try await service.policy()
            let good = try await service.check(
                .addEntry(.denylist, try entry("203.0.113.9/32"))
            )
            #expect(good.base == before.number)
            #expect(good.changes.count == 1)
            #expect(good.problems.isEmpty)
            var limits = before.document.limits
            limits.blockSeconds = -5
            let bad = try await service.check(.setLimits(limits))
            #expect(bad.problems.map(\.path) == ["limits.blockSeconds"])
            #expect(try await service.policy() == before)
        }
    }

    @Test(arguments: ServiceKind.allCases)
    func `a whole policy comes back as it was sent`(kind: ServiceKind) async throws {
        try await kind.run { service in
            let before = try await service.policy()
            var document = before.document
            document.allowlist = [
                try entry("2001:db8::/32", reason: "Straße 7 \u{1F511} \"quoted\" \\ /"),
                try entry("10.0.0.0/8"),
            ]
            document.upstream = UpstreamRule(url: "http://127.0.0.1:9000/mcp")
            document.limits.perKey = RateRule(requestsPerMinute: 600, burst: 20)
            _ = try await service.apply(.replace(document), base: before.number, reason: nil)
            #expect(try await service.policy().document == document)
        }
    }

    @Test(arguments: ServiceKind.allCases)
    func `the history is newest first and bounded by its limit`(kind: ServiceKind) async throws {
        try await kind.run { service in
            let base = try await service.policy().number
            let second = try await service.apply(
                .setDebugLogging(true),
                base: base,
                reason: "look closer"
            )
            let third = try await service.apply(
                .setDebugLogging(false),
                base: second.revision,
                reason: nil
            )
            let history = try await service.history(limit: 2)
            #expect(history.map(\.number) == [third.revision, second.revision])
            #expect(history.last?.reason == "look closer")
        }
    }

    @Test(arguments: ServiceKind.allCases)
    func `a limit outside 1 to 1000 is refused`(kind: ServiceKind) async throws {
        try await kind.run { service in
            for limit in [-1, 0, 1001] {
                let history = try await #require(throws: AdminError.self) {
                    try await service.history(limit: limit)
                }
                #expect(history.code == .invalidRequest)
                let events = try await #require(throws: AdminError.self) {
                    try await service.events(after: 0, limit: limit)
                }
                #expect(events.code == .invalidRequest)
            }
        }
    }

    @Test(arguments: ServiceKind.allCases)
    func `a revision that is not kept is not found`(kind: ServiceKind) async throws {
        try await kind.run { service in
            let error = try await #require(throws: AdminError.self) {
                try await service.revision(RevisionNumber(4711))
            }
            #expect(error.code == .notFound)
        }
    }

    @Test(arguments: ServiceKind.allCases)
    func `a rollback is a new revision with the old rules`(kind: ServiceKind) async throws {
        try await kind.run { service in
            let first = try await service.policy()
            let second = try await service.apply(
                .addEntry(.denylist, try entry("203.0.113.0/24")),
                base: first.number,
                reason: nil
            )
            let outcome = try await service.rollBack(
                to: first.number,
                base: second.revision,
                reason: "too much"
            )
            let now = try await service.policy()
            #expect(now.number == outcome.revision)
            #expect(now.number > second.revision)
            #expect(now.document.denylist.isEmpty)
        }
    }

    @Test(arguments: ServiceKind.allCases)
    func `a new key shows its secret once and stores only a digest`(
        kind: ServiceKind
    ) async throws {
        try await kind.run { service in
            let issued = try await service.createKey(KeyCreation(name: "ci", reason: "build"))
            let secret = issued.secret.revealed()
            #expect(KeyText.parse(secret)?.id == issued.id)
            let keys = try await service.policy().document.authentication.keys
            let record = try #require(keys.first { $0.id == issued.id })
            #expect(record.name == "ci")
            #expect(record.secrets.count == 1)
            #expect(!"\(record)".contains(secret))
        }
    }

    @Test(arguments: ServiceKind.allCases)
    func `a rotation keeps the old secret until its grace time ends`(
        kind: ServiceKind
    ) async throws {
        try await kind.run { service in
            let created = try await service.createKey(KeyCreation(name: "ci"))
            let rotated = try await service.rotateKey(
                created.id,
                graceSeconds: 3600,
                base: nil,
                reason: nil
            )
            #expect(rotated.id == created.id)
            #expect(rotated.secret != created.secret)
            #expect(rotated.oldSecretRetires != nil)
            let keys = try await service.policy().document.authentication.keys
            let record = try #require(keys.first { $0.id == created.id })
            #expect(record.secrets.count == 2)
            #expect(record.secrets[1].retires == rotated.oldSecretRetires)
        }
    }

    @Test(arguments: ServiceKind.allCases)
    func `only a key that exists can be rotated, and within the bounds`(
        kind: ServiceKind
    ) async throws {
        try await kind.run { service in
            let unknown = try await #require(throws: AdminError.self) {
                try await service.rotateKey(
                    KeyID("zzzzzzzz"),
                    graceSeconds: 0,
                    base: nil,
                    reason: nil
                )
            }
            #expect(unknown.code == .notFound)
            let created = try await service.createKey(KeyCreation(name: "ci"))
            for seconds: Int64 in [-1, 604_801] {
                let error = try await #require(throws: AdminError.self) {
                    try await service.rotateKey(
                        created.id,
                        graceSeconds: seconds,
                        base: nil,
                        reason: nil
                    )
                }
                #expect(error.code == .invalidRequest)
            }
        }
    }

    @Test(arguments: ServiceKind.allCases)
    func `a key edit against an older revision is refused`(kind: ServiceKind) async throws {
        try await kind.run { service in
            let base = try await service.policy().number
            _ = try await service.apply(.setDebugLogging(true), base: base, reason: nil)
            let error = try await #require(throws: AdminError.self) {
                try await service.createKey(KeyCreation(name: "late", base: base))
            }
            #expect(error.code == .revisionConflict)
        }
    }

    @Test(arguments: ServiceKind.allCases)
    func `a ban is listed with its author and goes when it is lifted`(
        kind: ServiceKind
    ) async throws {
        try await kind.run { service in
            let prefix = try AddressPrefix(parsing: "203.0.113.9/32")
            _ = try await service.addBan(prefix, seconds: 3600, reason: "scans ports")
            let bans = try await service.bans()
            #expect(bans.map(\.prefix) == [prefix])
            #expect(bans.first?.reason == "scans ports")
            #expect(bans.first?.expires != nil)
            _ = try await service.removeBan(prefix, reason: "was us & ours")
            #expect(try await service.bans().isEmpty)
            let error = try await #require(throws: AdminError.self) {
                try await service.removeBan(prefix, reason: nil)
            }
            #expect(error.code == .notFound)
        }
    }

    @Test(arguments: ServiceKind.allCases)
    func `every change leaves an event that can be paged by cursor`(
        kind: ServiceKind
    ) async throws {
        try await kind.run { service in
            let start = try await service.events(after: 0, limit: 1000).cursor
            let base = try await service.policy().number
            _ = try await service.apply(.setDebugLogging(true), base: base, reason: nil)
            let prefix = try AddressPrefix(parsing: "203.0.113.9/32")
            _ = try await service.addBan(prefix, seconds: nil, reason: nil)
            let first = try await service.events(after: start, limit: 1)
            #expect(first.events.map(\.kind) == [.policyChanged])
            let second = try await service.events(after: first.cursor, limit: 10)
            #expect(second.events.map(\.kind) == [.banChanged])
            let end = try await service.events(after: second.cursor, limit: 10)
            #expect(end.events.isEmpty)
            #expect(end.cursor == second.cursor)
        }
    }

    @Test(arguments: ServiceKind.allCases)
    func `a watcher hears what came after its cursor, then of every change`(
        kind: ServiceKind
    ) async throws {
        try await kind.run { service in
            let cursor = try await service.events(after: 0, limit: 1000).cursor
            let base = try await service.policy().number
            let second = try await service.apply(.setDebugLogging(true), base: base, reason: nil)
            var changes: [SecurityEvent.Kind] = []
            for try await update in service.watch(after: cursor) {
                guard case .event(let event) = update else { continue }
                changes.append(event.kind)
                if changes.count == 1 {
                    _ = try await service.apply(
                        .setDebugLogging(false),
                        base: second.revision,
                        reason: nil
                    )
                }
                if changes.count == 2 { break }
            }
            #expect(changes == [.policyChanged, .policyChanged])
        }
    }

    @Test(arguments: ServiceKind.allCases)
    func `a watcher is told at once what is in force and how things stand`(
        kind: ServiceKind
    ) async throws {
        try await kind.run { service in
            let revision = try await service.policy().number
            var first: [AdminUpdate] = []
            for try await update in service.watch(after: nil) {
                first.append(update)
                if first.count == 2 { break }
            }
            #expect(first == [.revision(revision), .snapshot(try await service.telemetry())])
        }
    }
}

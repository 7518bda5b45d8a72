import Admin
import Control
import Policy
import Store
import Telemetry
import Testing

@Suite struct ControlKeyTests {
    private let folder = StoreFolder()

    @Test func `a new key works and is shown once`() async throws {
        let gate = try await TestGate.start(in: folder)
        let issued = try await create("ci", gate)
        #expect(KeyText.parse(issued.secret.revealed())?.id == issued.id)
        #expect(KeyText.parse(issued.secret.revealed())?.environment == "test")
        #expect(gate.verdict(on: issued.secret) == .verified(KeyIdentity(id: issued.id)))
        #expect(issued.oldSecretRetires == nil)
        let record = try await record(issued.id, gate)
        #expect(record?.name == "ci")
        #expect(record?.secrets.map(\.digest) == [SecretDigest(of: issued.secret)])
    }

    @Test func `no two keys are alike`() async throws {
        let gate = try await TestGate.start(in: folder)
        var secrets: Set<String> = []
        var ids: Set<KeyID> = []
        for number in 0..<20 {
            let issued = try await create("key \(number)", gate)
            secrets.insert(issued.secret.revealed())
            ids.insert(issued.id)
        }
        #expect(secrets.count == 20)
        #expect(ids.count == 20)
    }

    @Test func `neither secret nor digest reaches the audit trail or an event`() async throws {
        let gate = try await TestGate.start(in: folder)
        let issued = try await create("ci", gate)
        let pasted = "it was \(issued.secret.revealed())"
        try await gate.apply(.blockSeconds(7), reason: String(pasted.prefix(200)))
        let rotated = try await rotate(issued.id, grace: 60, gate)
        let trail = "\(try await gate.audit())" + "\(try await gate.service.history(limit: 10))"
        let events = "\(gate.telemetry.events(after: 0, limit: 100).events)"
        for secret in [issued.secret, rotated.secret] {
            let secretPart = String(secret.revealed().suffix(49))
            let digest = SecretDigest(of: secret).description
            #expect(!trail.contains(secretPart))
            #expect(!trail.contains(digest))
            #expect(!events.contains(secretPart))
            #expect(!events.contains(digest))
        }
        #expect(trail.contains(issued.id.rawValue))
    }

    @Test func `both secrets work within the grace window and one after it`() async throws {
        let gate = try await TestGate.start(in: folder)
        let first = try await create("ci", gate)
        let second = try await rotate(first.id, grace: 60, gate)
        let end = gate.clock.now.advanced(bySeconds: 60)
        #expect(second.oldSecretRetires == end)
        #expect(
            gate.verdict(on: first.secret)
                == .verified(KeyIdentity(id: first.id, isGraceUse: true, validUntil: end))
        )
        #expect(gate.verdict(on: second.secret) == .verified(KeyIdentity(id: first.id)))
        gate.clock.advance(seconds: 60)
        #expect(
            gate.verdict(on: first.secret) == .refused(cause: .keySecretRetired, key: first.id)
        )
        #expect(gate.verdict(on: second.secret) == .verified(KeyIdentity(id: first.id)))
    }

    @Test func `rotating again within the grace window drops the oldest secret`() async throws {
        let gate = try await TestGate.start(in: folder)
        let first = try await create("ci", gate)
        let second = try await rotate(first.id, grace: 600, gate)
        let third = try await rotate(first.id, grace: 600, gate)
        #expect(
            gate.verdict(on: first.secret) == .refused(cause: .credentialsInvalid, key: nil)
        )
        for live in [second.secret, third.secret] {
            guard case .verified = gate.verdict(on: live) else {
                Issue.record("a live secret was refused")
                return
            }
        }
        #expect(try await record(first.id, gate)?.secrets.count == 2)
    }

    @Test(arguments: [Int64.min, -1, 604_801, .max])
    func `a grace out of range is refused`(grace: Int64) async throws {
        let gate = try await TestGate.start(in: folder)
        let issued = try await create("ci", gate)
        let error = await adminError { _ = try await rotate(issued.id, grace: grace, gate) }
        #expect(error?.code == .invalidRequest)
        #expect(gate.verdict(on: issued.secret) == .verified(KeyIdentity(id: issued.id)))
    }

    @Test func `an unknown key cannot be rotated`() async throws {
        let gate = try await TestGate.start(in: folder)
        let error = await adminError { _ = try await rotate(KeyID("zzzzzzzz"), grace: 0, gate) }
        #expect(error?.code == .notFound)
    }

    @Test func `a disabled key is refused until it is enabled`() async throws {
        let gate = try await TestGate.start(in: folder)
        let issued = try await create("ci", gate)
        try await gate.apply(.setKeyState(issued.id, .disabled))
        #expect(
            gate.verdict(on: issued.secret) == .refused(cause: .keyDisabled, key: issued.id)
        )
        try await gate.apply(.setKeyState(issued.id, .enabled))
        #expect(gate.verdict(on: issued.secret) == .verified(KeyIdentity(id: issued.id)))
    }

    @Test func `revocation is final`() async throws {
        let gate = try await TestGate.start(in: folder)
        let issued = try await create("ci", gate)
        try await gate.apply(.setKeyState(issued.id, .revoked))
        let enabling = await adminError {
            try await gate.apply(.setKeyState(issued.id, .enabled))
        }
        #expect(enabling?.code == .invalidPolicy)
        let rotating = await adminError { _ = try await rotate(issued.id, grace: 0, gate) }
        #expect(rotating?.code == .invalidRequest)
        #expect(gate.verdict(on: issued.secret) == .refused(cause: .keyRevoked, key: issued.id))
    }

    @Test func `a rollback brings no revoked key and no old secret back`() async throws {
        let gate = try await TestGate.start(in: folder)
        let revoked = try await create("revoked", gate)
        let rotated = try await create("rotated", gate)
        let before = try await gate.service.policy().number
        try await gate.apply(.setKeyState(revoked.id, .revoked))
        let fresh = try await rotate(rotated.id, grace: 0, gate)
        _ = try await gate.service.rollBack(
            to: before,
            base: await gate.service.policy().number,
            reason: nil
        )
        #expect(gate.verdict(on: revoked.secret) == .refused(cause: .keyRevoked, key: revoked.id))
        guard case .refused = gate.verdict(on: rotated.secret) else {
            Issue.record("the old secret works again")
            return
        }
        #expect(gate.verdict(on: fresh.secret) == .verified(KeyIdentity(id: rotated.id)))
    }

    @Test func `the outcome says so when no usable key is left`() async throws {
        let gate = try await TestGate.start(in: folder, seed: [:])
        let key = try #require(gate.opening.revision.document.authentication.keys.first)
        let outcome = try await gate.apply(.setKeyState(key.id, .revoked))
        let warning = try #require(outcome.changes.last)
        #expect(warning.subject == "usable keys")
        #expect(warning.after?.contains("every client will be refused") == true)
        let creation = try await create("next", gate)
        #expect(!creation.outcome.changes.contains { $0.subject == "usable keys" })
    }

    @Test func `a key that would have expired already is refused`() async throws {
        let gate = try await TestGate.start(in: folder)
        let request = KeyCreation(name: "ci", expires: gate.clock.now)
        let error = await adminError { _ = try await gate.service.createKey(request) }
        #expect(error?.code == .invalidRequest)
    }

    @Test func `usage outlives a restart and is added up`() async throws {
        let gate = try await TestGate.start(in: folder)
        let issued = try await create("ci", gate)
        let other = try await create("idle since", gate)
        use(issued.id, times: 3, at: gate)
        use(other.id, times: 1, at: gate)
        await gate.tick()
        try gate.store.close()

        gate.clock.advance(seconds: 100)
        let next = try await TestGate.start(in: folder, clock: gate.clock)
        use(issued.id, times: 2, at: next)
        await next.tick()
        let usage = try await next.service.telemetry().keyUsage
        let used = usage.first { $0.key == issued.id }
        #expect(used?.requests == 5)
        #expect(used?.lastUsed == next.clock.now)
        let idle = usage.first { $0.key == other.id }
        #expect(idle?.requests == 1)
        #expect(idle?.lastUsed == TestClock.start)
        #expect(try await next.store.keyUsage().first { $0.key == issued.id } == used)
    }

    @Test func `uses of an old secret are counted from its rotation`() async throws {
        let gate = try await TestGate.start(in: folder)
        let issued = try await create("ci", gate)
        _ = try await rotate(issued.id, grace: 600, gate)
        use(issued.id, times: 4, isGraceUse: true, at: gate)
        await gate.tick()
        #expect(try await usage(issued.id, gate)?.graceUses == 4)
        _ = try await rotate(issued.id, grace: 600, gate)
        #expect(try await usage(issued.id, gate)?.graceUses == 0)
        #expect(try await usage(issued.id, gate)?.lastGraceUse == nil)
        use(issued.id, times: 1, isGraceUse: true, at: gate)
        await gate.tick()
        #expect(try await usage(issued.id, gate)?.graceUses == 1)
    }

    @Test func `usage that could not be written is written with a later tick`() async throws {
        let gate = try await TestGate.start(in: folder)
        let issued = try await create("ci", gate)
        use(issued.id, times: 3, at: gate)
        try gate.store.close()
        await gate.tick()
        await gate.tick()
        #expect(try await usage(issued.id, gate)?.requests == 3)
    }

    private func create(_ name: String, _ gate: TestGate) async throws -> IssuedKey {
        try await gate.service.createKey(KeyCreation(name: name))
    }

    private func rotate(
        _ id: KeyID,
        grace: Int64,
        _ gate: TestGate
    ) async throws -> IssuedKey {
        try await gate.service.rotateKey(id, graceSeconds: grace, base: nil, reason: nil)
    }

    private func record(_ id: KeyID, _ gate: TestGate) async throws -> KeyRecord? {
        try await gate.service.policy().document.authentication.keys.first { $0.id == id }
    }

    private func usage(_ id: KeyID, _ gate: TestGate) async throws -> KeyUsage? {
        try await gate.service.telemetry().keyUsage.first { $0.key == id }
    }

    private func use(_ key: KeyID, times: Int, isGraceUse: Bool = false, at gate: TestGate) {
        let recorder = gate.telemetry.makeRecorder()
        let client = ClientAddress(.v4(0x7F00_0001))
        for _ in 0..<times {
            recorder.record(
                CallRecord(client: client, key: key, isGraceUse: isGraceUse, status: 200),
                at: gate.clock.now
            )
        }
    }
}

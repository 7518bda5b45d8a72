import Admin
import Policy
import Telemetry
import Testing

/// What the client makes of servers that are missing, mute or gone.
@Suite struct AdminClientTests {
    @Test func `a missing gateway is named at once with the remedy`() async throws {
        let folder = try ScratchFolder()
        defer { folder.remove() }
        let path = folder.socketPath()
        try await AdminStand.withClient(path) { client in
            let expected = AdminError(
                .unavailable,
                "No gateway answers on \(path). Start one with: gatehouse serve"
            )
            await #expect(throws: expected) { try await client.status() }
            await #expect(throws: expected) {
                for try await _ in client.watch(after: nil) {}
            }
        }
    }

    @Test func `a stream tells events, snapshots and revisions apart`() async throws {
        let clock = StandingClock()
        let gate = InMemoryGate(now: { clock.now })
        try await AdminStand.serving(InMemoryAdminService(gate)) { path in
            try await AdminStand.withClient(path) { client in
                var kinds: Set<String> = []
                for try await update in client.watch(after: nil) {
                    switch update {
                    case .snapshot(let snapshot):
                        kinds.insert("snapshot of \(snapshot.openConnections)")
                        _ = try? await client.apply(
                            .setDebugLogging(true),
                            base: RevisionNumber(1),
                            reason: nil
                        )
                    case .event(let event): kinds.insert("event \(event.kind.rawValue)")
                    case .revision(let number): kinds.insert("revision \(number)")
                    }
                    if kinds.count == 4 { break }
                }
                #expect(
                    kinds == [
                        "revision 1", "snapshot of 0", "event policy_changed", "revision 2",
                    ]
                )
            }
        }
    }

    @Test func `a stream resumes after the cursor it was given`() async throws {
        let clock = StandingClock()
        let gate = InMemoryGate(now: { clock.now })
        for detail in ["first", "second", "third"] {
            gate.record(
                SecurityEvent(
                    time: clock.now,
                    kind: .authenticationFailure,
                    severity: .warning,
                    detail: detail
                )
            )
        }
        try await AdminStand.serving(InMemoryAdminService(gate)) { path in
            try await AdminStand.withClient(path) { client in
                var details: [String?] = []
                for try await update in client.watch(after: 1) {
                    if case .event(let event) = update { details.append(event.detail) }
                    if details.count == 2 { break }
                }
                #expect(details == ["second", "third"])
            }
        }
    }

    @Test func `a stream ends with an error when the gateway goes away`() async throws {
        let clock = StandingClock()
        let gate = InMemoryGate(now: { clock.now })
        try await AdminStand.serving(InMemoryAdminService(gate)) { path in
            try await AdminStand.withClient(path) { client in
                let error = try await #require(throws: AdminError.self) {
                    for try await _ in client.watch(after: nil) { gate.disconnectWatchers() }
                }
                #expect(error.code == .unavailable)
                #expect(error.message.contains(path))
            }
        }
    }

    @Test func `a stream resumes by Last-Event-ID, which wins over the query`() async throws {
        let clock = StandingClock()
        let gate = InMemoryGate(now: { clock.now })
        for detail in ["first", "second"] {
            gate.record(
                SecurityEvent(
                    time: clock.now,
                    kind: .requestRefused,
                    severity: .info,
                    detail: detail
                )
            )
        }
        try await AdminStand.serving(EndingService(InMemoryAdminService(gate))) { path in
            let answer = try await Curl.run(
                path,
                "/v1/stream?after=0",
                ["-N", "-H", "Last-Event-ID: 1"]
            )
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "text/event-stream")
            #expect(answer.body.contains("id: 2\nevent: event\ndata: {"))
            #expect(!answer.body.contains("id: 1\n"))
            #expect(answer.body.contains("event: snapshot\n"))
        }
    }

    @Test func `a secret cannot be printed by accident`() async throws {
        let clock = StandingClock()
        let service = InMemoryAdminService(InMemoryGate(now: { clock.now }))
        let issued = try await service.createKey(KeyCreation(name: "ci"))
        #expect(!"\(issued)".contains("mcpk_"))
    }
}

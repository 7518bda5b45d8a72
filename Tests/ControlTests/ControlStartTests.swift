import Admin
import Control
import Foundation
import Policy
import Store
import Testing

@Suite struct ControlStartTests {
    private let folder = StoreFolder()

    @Test func `the first start makes a key, once, when none is given`() async throws {
        let gate = try await TestGate.start(in: folder, seed: [:])
        let secret = try #require(gate.opening.firstKey)
        guard case .verified = gate.verdict(on: secret) else {
            Issue.record("the first key does not work")
            return
        }
        try gate.store.close()
        let next = try await TestGate.start(in: folder, seed: [:])
        #expect(next.opening.firstKey == nil)
        #expect(next.opening.revision == gate.opening.revision)
    }

    @Test func `no key is made when none is asked for`() async throws {
        let gate = try await TestGate.start(in: folder, seed: ["HTTP_AUTH_ENABLED": "false"])
        #expect(gate.opening.firstKey == nil)
        #expect(gate.opening.revision.document.authentication.keys.isEmpty)
        #expect(gate.opening.revision.number == RevisionNumber(1))
    }

    @Test func `a key from the environment works and no other is made`() async throws {
        let key = "a-key-that-the-operator-brought-0123456789"
        let gate = try await TestGate.start(in: folder, seed: ["HTTP_API_KEY": key])
        #expect(gate.opening.firstKey == nil)
        guard case .verified = gate.verdict(on: Secret(key)) else {
            Issue.record("the key does not work")
            return
        }
        #expect(!"\(try await gate.audit())".contains(key))
    }

    @Test func `the environment fills the first policy and later only differs from it`()
        async throws
    {
        let seed = ["HTTP_AUTH_ENABLED": "false", "MAX_PAYLOAD_SIZE": "4096"]
        let gate = try await TestGate.start(in: folder, seed: seed)
        #expect(gate.opening.revision.document.limits.bodyBytesMax == 4096)
        let warnings = try await gate.service.status().drift
        #expect(
            warnings == ["HTTP_AUTH_ENABLED is off: everyone who reaches the gate may pass it"]
        )
        try gate.store.close()
        let next = try await TestGate.start(
            in: folder,
            seed: ["HTTP_AUTH_ENABLED": "true", "MAX_PAYLOAD_SIZE": "8192"]
        )
        #expect(next.opening.revision.document.limits.bodyBytesMax == 4096)
        #expect(!next.opening.revision.document.authentication.isRequired)
        let drift = try await next.service.status().drift
        #expect(drift.contains { $0.contains("MAX_PAYLOAD_SIZE") })
        #expect(drift.contains { $0.contains("HTTP_AUTH_ENABLED") })
    }

    @Test func `the status says what the gate is and obeys`() async throws {
        let gate = try await TestGate.start(in: folder)
        try await gate.apply(.setUpstream(UpstreamRule(url: "http://127.0.0.1:9000/mcp")))
        let status = try await gate.service.status()
        #expect(status.version == "1.2.3")
        #expect(status.processID == 77)
        #expect(status.listenAddress == "127.0.0.1:8080")
        #expect(status.eventLoops == 2)
        #expect(status.upstream == "http://127.0.0.1:9000/mcp")
        #expect(status.revision == RevisionNumber(2))
        #expect(!status.isAuthenticationRequired)
        #expect(status.isAllowlistEmpty)
    }

    @Test func `an acknowledged edit is there after a restart without a farewell`() async throws {
        let gate = try await TestGate.start(in: folder)
        try await gate.apply(.blockSeconds(5))
        let copy = StoreFolder()
        try FileManager.default.copyItem(atPath: folder.path, toPath: copy.path)
        let next = try await TestGate.start(in: copy)
        #expect(next.opening.revision.number == RevisionNumber(2))
        #expect(next.opening.revision.document.limits.blockSeconds == 5)
    }

    @Test func `a damaged store stops the start instead of opening the gate`() async throws {
        let gate = try await TestGate.start(in: folder)
        try gate.store.close()
        try Data("not a database".utf8).write(to: URL(fileURLWithPath: folder.storePath))
        await #expect(throws: StoreError.self) {
            _ = try await TestGate.start(in: folder)
        }
    }
}

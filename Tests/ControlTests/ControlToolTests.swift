import Admin
import Control
import MCP
import Policy
import Store
import Telemetry
import Testing

/// Tools that changed: approved by operators, and remembered.
@Suite struct ControlToolTests {
    private let folder = StoreFolder()

    private func digest(_ number: UInt64) -> SecretDigest {
        SecretDigest(words: (number, 0, 0, 0))
    }

    /// The server's list, in which the tool is what `number` says.
    private func see(_ number: UInt64, _ gate: TestGate) throws {
        let text = #"{"result":{"tools":[{"name":"a","description":"\#(number)"}]}}"#
        let bytes = Array(text.utf8)
        let catalogue = try #require(try Catalogue.read(bytes.span.bytes, as: .tools))
        let samples = catalogue.entries.map { entry in
            ToolWatch.Sample(
                definition: catalogue.definition(of: entry, in: bytes.span.bytes),
                digest: digest(number)
            )
        }
        _ = gate.tools.observe(samples, list: digest(1_000 + number), of: "")
    }

    private func changed(_ gate: TestGate) throws {
        try see(1, gate)
        try see(2, gate)
    }

    @Test func `an approved tool is what it is now, for good and on the record`() async throws {
        let gate = try await TestGate.start(in: folder)
        try changed(gate)
        let before = try await gate.service.toolPins()
        #expect(before.map(\.pending) == [digest(2)])
        #expect(before.map(\.difference) == [[#"description: "1" → "2""#]])
        let standing = try await gate.service.approveTool(
            "a",
            of: "",
            digest: digest(2),
            reason: "new release"
        )
        #expect(standing.pinned == digest(2) && standing.pending == nil)
        #expect(!gate.tools.withholds("a", of: ""))
        let entry = try #require(try await gate.audit().last).draft
        #expect(entry.action == .approveTool && entry.outcome == .accepted)
        #expect(entry.author == TestGate.ana && entry.reason == "new release")
        #expect(entry.before?.contains(#""version":"0000000000000001""#) == true)
        #expect(entry.after?.contains(#""version":"0000000000000002""#) == true)
        let events = gate.telemetry.events(after: 0, limit: 10).events
        #expect(events.last?.kind == .toolChanged)
        // Killed: nobody said goodbye.
        try gate.store.close()
        let next = try await TestGate.start(in: folder)
        #expect(next.tools.pins.map(\.approved.digest) == [digest(2)])
        #expect(next.tools.changedCount == 0)
    }

    @Test func `only the version that was shown is approved, and a refusal is recorded`()
        async throws
    {
        let gate = try await TestGate.start(in: folder)
        try changed(gate)
        try see(3, gate)
        for (tool, version, code) in [
            ("a", digest(2), AdminError.Code.invalidRequest), ("a", digest(1), .invalidRequest),
            ("b", digest(3), .notFound), ("A", digest(3), .notFound),
        ] {
            let error = await adminError {
                _ = try await gate.service.approveTool(tool, of: "", digest: version, reason: nil)
            }
            #expect(error?.code == code)
        }
        #expect(gate.tools.changedCount == 1)
        let drafts = try await gate.audit().map(\.draft).filter { $0.action == .approveTool }
        #expect(drafts.map(\.outcome) == Array(repeating: .refused, count: 4))
    }

    @Test func `an approval that cannot be stored changes nothing`() async throws {
        let gate = try await TestGate.start(in: folder)
        try changed(gate)
        try gate.store.close()
        let error = await adminError {
            _ = try await gate.service.approveTool("a", of: "", digest: digest(2), reason: nil)
        }
        #expect(error?.code == .storeFailed)
        #expect(gate.tools.withholds("a", of: ""))
    }

    @Test func `pins and waiting changes survive kill -9, written every few seconds`()
        async throws
    {
        let gate = try await TestGate.start(in: folder)
        try see(1, gate)
        await gate.tick()
        #expect(try await gate.store.toolPins().map(\.pending) == [nil])
        try see(2, gate)
        await gate.tick()
        #expect(try await gate.store.toolPins().map(\.pending) == [nil])
        gate.clock.advance(seconds: 5)
        await gate.tick()
        let pins = gate.tools.pins
        try gate.store.close()
        let next = try await TestGate.start(in: folder, clock: gate.clock)
        #expect(next.tools.pins == pins)
        #expect(next.tools.withholds("a", of: ""))
        #expect(try await next.service.toolPins().first?.difference?.isEmpty == false)
    }

    @Test func `what was seen in the last seconds is written at the end`() async throws {
        let gate = try await TestGate.start(in: folder)
        try see(1, gate)
        await gate.tick()
        try see(2, gate)
        await gate.plane.finish()
        #expect(try await gate.store.toolPins().map(\.pending?.digest) == [digest(2)])
    }
}

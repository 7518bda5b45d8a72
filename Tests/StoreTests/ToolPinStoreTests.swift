import GRDB
import Policy
import Store
import Testing

@Suite struct ToolPinStoreTests {
    private let fixture = StoreFixture()

    private func version(_ number: UInt64, _ text: String = "{}") -> ToolPin.Version {
        ToolPin.Version(
            digest: SecretDigest(words: (number, 0, 0, ~number)),
            definition: Array(text.utf8)
        )
    }

    private func kept() async throws -> [ToolPin] {
        let store = try fixture.open()
        let pins = try await store.toolPins()
        try store.close()
        return pins
    }

    @Test func `pins come back as they were, by server and name`() async throws {
        let pins = [
            ToolPin(server: "", tool: "a\u{0}b", approved: version(1)),
            ToolPin(server: "", tool: "cafe\u{301}", approved: version(2, "")),
            ToolPin(server: "", tool: "caf\u{E9}", approved: version(3), pending: version(.max)),
            ToolPin(server: "files", tool: "a", approved: version(4), pending: version(5, "")),
        ]
        let store = try fixture.open()
        try await store.writeToolPins(pins.reversed())
        try store.close()
        let kept = try await kept()
        #expect(kept == pins)
        #expect(kept.map { Array($0.tool.utf8) } == pins.map { Array($0.tool.utf8) })
    }

    @Test func `a pin takes the place of the same, and nothing is forgotten`() async throws {
        let changed = ToolPin(server: "", tool: "a", approved: version(1), pending: version(2))
        let other = ToolPin(server: "", tool: "b", approved: version(1))
        let approved = ToolPin(server: "", tool: "a", approved: version(2))
        let store = try fixture.open()
        try await store.writeToolPins([changed, other])
        try await store.commit(.pinTool(approved), audit: .accepted())
        try store.close()
        #expect(try await kept() == [approved, other])
    }

    @Test func `an older store gets its table and keeps what it has`() async throws {
        try await fixture.writeTrail(revisions: 2)
        try fixture.tamper("DROP TABLE tool_pin")
        try fixture.tamper("PRAGMA user_version = 2")
        #expect(try await kept().isEmpty)
        #expect(try await fixture.open().runningRevision()?.number == RevisionNumber(2))
    }
}

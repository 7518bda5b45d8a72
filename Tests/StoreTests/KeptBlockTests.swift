import Foundation
import GRDB
import Policy
import Store
import Testing

@Suite struct KeptBlockTests {
    private let fixture = StoreFixture()

    private func block(
        _ subject: String,
        _ cause: KeptBlock.Cause = .addressRate,
        seconds: Int64 = 60
    ) -> KeptBlock {
        KeptBlock(
            name: KeptBlock.Name(cause: cause, subject: subject),
            since: noon,
            until: noon.advanced(bySeconds: seconds),
            step: 3,
            refusals: .max
        )
    }

    @Test func `blocks come back as they were, the one that ends last first`() async throws {
        let blocks = [
            block("2001:db8::/64", .failures, seconds: 600), block("192.0.2.7"),
            block("abcd1234", .keyRate, seconds: 5),
        ]
        let store = try fixture.open()
        try await store.updateBlocks(blocks.reversed(), forgetting: [])
        try store.close()
        let kept = try await fixture.open().blocks()
        #expect(kept.map(\.name) == blocks.map(\.name))
        #expect(kept.map(\.until) == blocks.map(\.until))
        #expect(kept.map(\.step) == [3, 3, 3])
        #expect(kept.map(\.refusals) == Array(repeating: UInt64(Int64.max), count: 3))
    }

    @Test func `a block takes the place of the same, and only what is named is forgotten`()
        async throws
    {
        let store = try fixture.open()
        let ban = block("192.0.2.7", .failures)
        try await store.updateBlocks([block("192.0.2.7"), ban], forgetting: [])
        try await store.updateBlocks([block("192.0.2.7", seconds: 90)], forgetting: [])
        #expect(try await store.blocks().count == 2)
        try await store.updateBlocks([], forgetting: [ban.name])
        let kept = try await store.blocks()
        #expect(kept.map(\.until) == [noon.advanced(bySeconds: 90)])
    }

    @Test func `a store of the first schema gets its table and keeps what it has`() async throws {
        try await fixture.writeTrail(revisions: 2)
        try fixture.tamper("DROP TABLE block")
        try fixture.tamper("DROP TABLE tool_pin")
        try fixture.tamper("PRAGMA user_version = 1")
        let store = try fixture.open()
        try await store.updateBlocks([block("192.0.2.7")], forgetting: [])
        #expect(try await store.blocks().count == 1)
        #expect(try await store.runningRevision()?.number == RevisionNumber(2))
    }

    @Test func `a cause that nobody knows is refused`() async throws {
        try fixture.open().close()
        try fixture.tamper("INSERT INTO block VALUES ('whim', '192.0.2.7', 0, 1, 1, 0)")
        let store = try fixture.open()
        await #expect(throws: StoreError.self) { try await store.blocks() }
    }
}

import MCP
import Policy
import Testing

@testable import Gateway

struct SessionTableTests {
    private static let start = MonotonicTime(nanoseconds: 77)

    private func version(
        _ table: inout SessionTable<String, ProtocolVersion>,
        _ id: String,
        of principal: String = "alice",
        afterSeconds seconds: Int64 = 0
    ) -> ProtocolVersion? {
        table.use(id, principal: principal, at: Self.start.advanced(bySeconds: seconds))
    }

    private func open(
        _ table: inout SessionTable<String, ProtocolVersion>,
        _ id: String,
        of principal: String = "alice",
        afterSeconds seconds: Int64 = 0
    ) {
        table.open(
            id,
            principal: principal,
            fact: .v20250618,
            at: Self.start.advanced(bySeconds: seconds)
        )
    }

    @Test func `remembers the version that was agreed on`() {
        var table = SessionTable<String, ProtocolVersion>()
        open(&table, "a")
        #expect(version(&table, "a") == .v20250618)
        #expect(version(&table, "b") == nil)
    }

    @Test func `another principal can neither use nor end it`() {
        var table = SessionTable<String, ProtocolVersion>()
        open(&table, "a")
        #expect(version(&table, "a", of: "mallory") == nil)
        let isClosed = table.close("a", principal: "mallory", at: Self.start)
        #expect(!isClosed)
        #expect(version(&table, "a") != nil)
    }

    @Test func `ends after 30 silent minutes, counted from the last use`() {
        var table = SessionTable<String, ProtocolVersion>()
        open(&table, "a")
        open(&table, "b")
        #expect(version(&table, "a", afterSeconds: 1799) != nil)
        #expect(version(&table, "b", afterSeconds: 1800) == nil)
        #expect(version(&table, "a", afterSeconds: 3598) != nil)
        #expect(version(&table, "a", afterSeconds: 5398) == nil)
        #expect(table.count == 0)
    }

    @Test func `a full table ends the session that was silent longest`() {
        var table = SessionTable<String, ProtocolVersion>(capacity: 3)
        for id in ["a", "b", "c"] { open(&table, id, of: id) }
        #expect(version(&table, "a", of: "a", afterSeconds: 1) != nil)
        open(&table, "d", of: "d", afterSeconds: 2)
        #expect(table.count == 3)
        #expect(version(&table, "b", of: "b", afterSeconds: 2) == nil)
        for id in ["a", "c", "d"] {
            #expect(version(&table, id, of: id, afterSeconds: 2) != nil)
        }
    }

    @Test func `a principal that opens too many ends its own oldest only`() {
        var table = SessionTable<String, ProtocolVersion>()
        open(&table, "other", of: "bob")
        for number in 0...SessionBounds.sessionsOfPrincipalMax { open(&table, "\(number)") }
        #expect(table.count == SessionBounds.sessionsOfPrincipalMax + 1)
        #expect(version(&table, "0") == nil)
        #expect(version(&table, "1") != nil)
        #expect(version(&table, "other", of: "bob") != nil)
    }

    @Test func `stays consistent through many openings, uses and endings`() {
        var table = SessionTable<String, ProtocolVersion>(capacity: 50)
        var state: UInt64 = 42
        for step in 0..<5000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let id = "\(state >> 33 & 127)"
            switch state >> 60 & 3 {
            case 0: _ = table.close(id, principal: "alice", at: Self.start)
            case 1: _ = version(&table, id)
            default: if version(&table, id) == nil { open(&table, id) }
            }
            #expect(table.count <= 50, "after step \(step)")
        }
        let live = (0..<128).filter { version(&table, "\($0)") != nil }
        #expect(live.count == table.count)
        for id in live {
            let isClosed = table.close("\(id)", principal: "alice", at: Self.start)
            #expect(isClosed)
        }
        #expect(table.count == 0)
    }
}

import MCP
import NIOCore
import Policy
import Testing

@testable import Gateway

/// The parts that decide alone, without a socket.
@Suite struct PieceTests {
    private static let start = MonotonicTime(nanoseconds: 1_000_000_000)

    private static func later(_ seconds: Int64) -> MonotonicTime {
        start.advanced(bySeconds: seconds)
    }

    @Test(arguments: [(0, 5), (239, 5), (240, 6), (2_400, 15), (6_000, 30), (1_310_720, 40)])
    func `a body must keep its pace`(received: Int, seconds: Int64) {
        let pace = BodyPace(began: Self.start, limit: TimeSpan(.seconds(30)))
        let deadline = pace.deadline(receivedBytes: received)
        #expect(deadline == Self.later(seconds))
    }

    @Test(arguments: [
        (0, "0"), (7, "7"), (10, "10"), (99, "99"), (1_048_576, "1048576"), (-5, "-5"),
        (.max, "9223372036854775807"), (.min, "-9223372036854775808"),
    ])
    func `numbers are written in decimal`(number: Int, text: String) {
        var buffer = ByteBuffer()
        buffer.writeHead(bytesMax: text.utf8.count) { $0.write(decimal: number) }
        #expect(String(buffer: buffer) == text)
    }

    @Test(arguments: [(0, "0"), (9, "9"), (15, "f"), (16, "10"), (255, "ff"), (65_536, "10000")])
    func `chunk sizes are written in hexadecimal`(number: Int, text: String) {
        var buffer = ByteBuffer()
        buffer.writeHead(bytesMax: text.utf8.count) { $0.write(hexadecimal: number) }
        #expect(String(buffer: buffer) == text)
    }

    @Test func `a cached credential ends with its policy and with its time`() {
        let bytes = Array("secret-key".utf8)
        let until = Timestamp(millisecondsSince1970: 5_000)
        var cache = CredentialCache()
        cache.store(
            bytes,
            proof: .key(SecretDigest(words: (1, 2, 3, 4)), shownIn: .apiKeyField),
            identity: KeyIdentity(id: KeyID("k"), isGraceUse: true, validUntil: until),
            generation: 3
        )
        func isKnown(
            _ text: String,
            _ generation: UInt64,
            _ milliseconds: Int64,
            _ place: KeyGuard.Place = .apiKeyField
        ) -> Bool {
            let bytes = Array(text.utf8)
            return bytes.withUnsafeBytes {
                cache.identity(
                    for: .key(0..<bytes.count, shownIn: place),
                    of: RawSpan(_unsafeBytes: $0),
                    generation: generation,
                    at: Timestamp(millisecondsSince1970: milliseconds)
                ) != nil
            }
        }
        #expect(isKnown("secret-key", 3, 4_999))
        #expect(!isKnown("secret-key", 3, 5_000))
        #expect(!isKnown("secret-key", 4, 0))
        #expect(!isKnown("secret-kez", 3, 0))
        #expect(!isKnown("secret-ke", 3, 0))
        #expect(!isKnown("secret-key", 3, 0, .authorization), "it was proved in another field")
    }

    @Test func `connections are counted by address and together`() {
        let bounds = ConnectionBounds(totalMax: 3, perAddressMax: 2)
        let first = ClientAddress(.v6(1, 1))
        let neighbour = ClientAddress(.v6(1, 99))
        let other = ClientAddress(.v4(7))
        #expect(bounds.opened(from: first))
        #expect(bounds.opened(from: neighbour))
        #expect(!bounds.opened(from: first), "one /64 is one client")
        #expect(bounds.opened(from: other))
        #expect(!bounds.opened(from: other), "three are all there may be")
        bounds.closed(from: neighbour)
        #expect(bounds.opened(from: first))
        #expect(bounds.openCount == 3)
    }

    @Test func `one body may be as large as the policy lets it, several share the budget`() {
        var budget = BodyBudget(bytesMax: 100)
        var large = 0
        var small = 0
        #expect(budget.admit(&large, now: 1_000))
        #expect(!budget.admit(&small, now: 1))
        budget.release(&large)
        #expect(budget.admit(&small, now: 60))
        #expect(budget.admit(&large, now: 40))
        #expect(!budget.admit(&large, now: 41))
        budget.release(&small)
        budget.release(&large)
        #expect(budget.heldBytes == 0)
    }

    @Test func `a roster finds what is due and survives members leaving in any order`() {
        let members = (1...4).map { Member(deadline: Self.later($0)) }
        var roster = Roster<Member>()
        for member in members { roster.join(member) }
        roster.join(members[0])
        #expect(roster.members.count == 4)
        #expect(roster.due(at: Self.later(2)).map(\.deadline) == [Self.later(1), Self.later(2)])
        roster.leave(members[0])
        roster.leave(members[3])
        roster.leave(members[3])
        #expect(Set(roster.members.map(\.deadline)) == [Self.later(2), Self.later(3)])
        #expect(roster.members.indices.allSatisfy { roster.members[$0].rosterIndex == $0 })
    }

    private final class Member: RosterMember {
        var rosterIndex: Int?
        let deadline: MonotonicTime

        init(deadline: MonotonicTime) {
            self.deadline = deadline
        }

        func deadlinePassed(at now: MonotonicTime) {}
    }
}

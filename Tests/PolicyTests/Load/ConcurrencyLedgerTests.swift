import Testing

@testable import Policy

@Suite struct ConcurrencyLedgerTests {
    private let ledger = ConcurrencyLedger()
    private let alice = UsageLedger.Subject.key(KeyID("alice"))
    private let bob = UsageLedger.Subject.key(KeyID("bob"))

    private func rules(
        connections: Int = 100,
        perAddress: Int = 0,
        requests: Int = 0,
        streams: Int = 0,
        perPrincipal: Int = 0
    ) -> ConcurrencyRules {
        ConcurrencyRules(
            connections: connections,
            connectionsPerAddress: perAddress,
            requestsPerPrincipal: requests,
            streams: streams,
            streamsPerPrincipal: perPrincipal
        )
    }

    private func lease(
        _ kind: ConcurrencyLedger.Kind,
        _ subject: UsageLedger.Subject,
        _ rules: ConcurrencyRules
    ) -> ConcurrencyLedger.Lease? {
        if case .granted(let lease) = ledger.take(kind, by: subject, rules: rules) {
            lease
        } else {
            nil
        }
    }

    private func denial(
        _ kind: ConcurrencyLedger.Kind,
        _ subject: UsageLedger.Subject,
        _ rules: ConcurrencyRules
    ) -> CallDenial? {
        if case .refused(let denial) = ledger.take(kind, by: subject, rules: rules) {
            denial
        } else {
            nil
        }
    }

    @Test func `refuses the call above the limit, and grants it once another ended`() throws {
        let rules = rules(requests: 2)
        let first = try #require(lease(.request, alice, rules))
        _ = try #require(lease(.request, alice, rules))
        let refused = denial(.request, alice, rules)
        #expect(refused?.status == 429)
        #expect(refused?.code == .concurrencyLimit)
        #expect(refused?.retryAfterSeconds == 1)
        #expect(lease(.request, bob, rules) != nil)
        ledger.release(first)
        #expect(lease(.request, alice, rules) != nil)
    }

    @Test func `a stream is refused for its principal with 429 and for all with 503`() throws {
        let rules = rules(streams: 3, perPrincipal: 2)
        for _ in 0..<2 { _ = try #require(lease(.stream, alice, rules)) }
        #expect(denial(.stream, alice, rules)?.status == 429)
        _ = try #require(lease(.stream, bob, rules))
        let refused = denial(.stream, bob, rules)
        #expect(refused?.status == 503)
        #expect(refused?.code == .streamLimit)
        #expect(ledger.count(of: .stream, heldBy: bob) == 1)
        #expect(ledger.total(of: .stream) == 3)
    }

    @Test func `the addresses of one IPv6 network share their connections`() throws {
        let rules = rules(perAddress: 2)
        let addresses = try ["2001:db8::1", "2001:db8::2", "2001:db8::3"].map {
            UsageLedger.Subject.address(try client($0))
        }
        for address in addresses.prefix(2) { _ = try #require(lease(.connection, address, rules)) }
        #expect(denial(.connection, addresses[2], rules)?.code == .connectionLimit)
        let neighbour = UsageLedger.Subject.address(try client("2001:db8:0:1::1"))
        #expect(lease(.connection, neighbour, rules) != nil)
    }

    @Test func `without a limit nothing is remembered`() throws {
        let rules = rules()
        let leases = (0..<1000).compactMap { number in
            lease(.request, .key(KeyID("key\(number)")), rules)
        }
        #expect(leases.count == 1000)
        #expect(ledger.holderCount == 0)
        for lease in leases { ledger.release(lease) }
    }

    @Test func `remembers nobody who holds nothing`() throws {
        let rules = rules(perAddress: 4, requests: 4, streams: 10_000, perPrincipal: 4)
        let leases = ConcurrencyLedger.Kind.allCases.flatMap { kind in
            (0..<90).compactMap { lease(kind, .key(KeyID("key\($0)")), rules) }
        }
        #expect(leases.count == 270)
        #expect(ledger.holderCount == 270)
        for lease in leases { ledger.release(lease) }
        #expect(ledger.holderCount == 0)
        #expect(ledger.total(of: .connection) == 0)
        #expect(ledger.total(of: .stream) == 0)
    }

    @Test func `a limit that comes or goes between takes no lease back twice`() throws {
        let uncounted = try #require(lease(.request, alice, rules()))
        let counted = try #require(lease(.request, alice, rules(requests: 1)))
        ledger.release(uncounted)
        #expect(ledger.count(of: .request, heldBy: alice) == 1)
        #expect(denial(.request, alice, rules(requests: 1)) != nil)
        ledger.release(counted)
        #expect(ledger.count(of: .request, heldBy: alice) == 0)
    }

    @Test func `never grants more than the limit, however many tasks ask`() async {
        let (ledger, alice) = (ledger, alice)
        let rules = rules(streams: 100, perPrincipal: 70)
        let granted = await withTaskGroup(of: Int.self) { group in
            for number in 0..<8 {
                let subject = number.isMultiple(of: 2) ? alice : .key(KeyID("bob"))
                group.addTask {
                    (0..<100).filter { _ in
                        if case .granted = ledger.take(.stream, by: subject, rules: rules) {
                            return true
                        }
                        return false
                    }.count
                }
            }
            return await group.reduce(0, +)
        }
        #expect(granted == 100)
        #expect(ledger.total(of: .stream) == 100)
        #expect(ledger.count(of: .stream, heldBy: alice) <= 70)
    }
}

import Policy
import Testing

@testable import Console

/// What a key may do, typed by an operator.
struct AccessTextTests {
    private static let office = ConsoleFixture.prefix("10.0.0.0/8")
    private static let desk = ConsoleFixture.prefix("10.0.0.7/32")

    @Test(arguments: [
        AccessRules(),
        AccessRules(
            methods: PatternRules(deny: ["resources/*"]),
            tools: PatternRules(allow: ["read_*", "list"], deny: ["read_secret"]),
            networks: [office, desk],
            rate: RateRule(requestsPerMinute: 120, burst: 30)
        ),
    ])
    func `reads back what it wrote`(access: AccessRules) throws {
        #expect(AccessText.patterns(from: AccessText.patterns(access.tools)) == access.tools)
        #expect(AccessText.patterns(from: AccessText.patterns(access.methods)) == access.methods)
        let networks = try AccessText.networks(from: AccessText.networks(access.networks))
        #expect(networks == access.networks)
        let rate = try #require(AccessText.rate(from: AccessText.rate(access.rate)))
        #expect(rate == access.rate)
    }

    @Test(arguments: ["", "all", "anywhere", "as every key"])
    func `no word and the word for everything restrict nothing`(text: String) throws {
        if text == "all" || text.isEmpty {
            #expect(AccessText.patterns(from: text) == PatternRules())
        }
        if text == "anywhere" || text.isEmpty {
            #expect(try AccessText.networks(from: text).isEmpty)
        }
        if text == "as every key" || text.isEmpty {
            let rate = try #require(AccessText.rate(from: text))
            #expect(rate == nil)
        }
    }

    @Test(arguments: [
        "-1", "+5", "1.5", "12a", "120:", ":30", "120:30:5", "120 30", "9999999999", "\u{FF11}",
        "no",
    ])
    func `what is no rate is refused`(text: String) {
        #expect(AccessText.rate(from: text) == nil)
    }

    @Test(arguments: ["10.0.0.5/8", "ten", "10.0.0.0/33", "10.0.0.0/8 x"])
    func `what is no network is refused whole`(text: String) {
        #expect(throws: AddressProblem.self) { try AccessText.networks(from: text) }
    }
}

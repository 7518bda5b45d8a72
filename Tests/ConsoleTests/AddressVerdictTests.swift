import Policy
import Telemetry
import Terminal
import Testing

@testable import Console

/// Says whether an address would be let in, and by which rule.
struct AddressVerdictTests {
    private static let now = ConsoleFixture.wall

    private func verdict(
        on text: String,
        by document: PolicyDocument = ConsoleFixture.document,
        blocks: [BlockRecord] = []
    ) -> AddressVerdict {
        AddressVerdict(
            on: ConsoleFixture.prefix(text).network,
            by: document,
            bans: ConsoleFixture.bans,
            blocks: blocks,
            at: Self.now
        )
    }

    @Test(arguments: [
        ("10.0.0.5", true, "allowlist 10.0.0.0/8 (office)"),
        ("2001:db8::1", true, "allowlist 2001:db8::/32 (lab)"),
        ("::ffff:10.0.0.5", true, "allowlist 10.0.0.0/8 (office)"),
        ("10.6.6.1", false, "denylist 10.6.6.0/24 (guests)"),
        ("10.0.3.9", false, "ban of 10.0.3.0/24 (scraper)"),
        ("192.0.2.1", false, "allowlist: no entry covers it"),
    ])
    func `names the rule that decides`(address: String, isLetIn: Bool, rule: String) {
        let verdict = verdict(on: address)
        #expect(verdict.isLetIn == isLetIn)
        #expect(verdict.rule == rule)
    }

    @Test func `names the entry that fits best`() {
        var document = ConsoleFixture.document
        document.allowlist.append(AddressEntry(prefix: ConsoleFixture.prefix("10.0.0.5/32")))
        #expect(verdict(on: "10.0.0.5", by: document).rule == "allowlist 10.0.0.5/32")
    }

    @Test func `a lockdown comes before everything, and spares whom it names`() {
        var document = ConsoleFixture.document
        document.lockdown = LockdownRule(
            networks: [ConsoleFixture.prefix("10.0.0.0/24")],
            reason: "incident"
        )
        #expect(verdict(on: "10.6.6.1", by: document).rule == "lockdown (incident)")
        #expect(verdict(on: "10.0.0.5", by: document).isLetIn)
        document.lockdown?.expires = Self.now
        #expect(verdict(on: "10.6.6.1", by: document).rule == "denylist 10.6.6.0/24 (guests)")
    }

    @Test func `an expired entry counts for nothing, and an expired list lets nobody in`() {
        var document = PolicyDocument()
        #expect(verdict(on: "192.0.2.1", by: document).isLetIn)
        document.allowlist = [
            AddressEntry(prefix: ConsoleFixture.prefix("192.0.2.0/24"), expires: Self.now)
        ]
        #expect(verdict(on: "192.0.2.1", by: document).rule == "allowlist: no entry covers it")
    }

    @Test func `a ban for failed authentication shuts out, a limiter's block does not`() {
        func block(_ reason: ReasonCode) -> BlockRecord {
            BlockRecord(
                subject: "10.0.0.5",
                isKey: false,
                reason: reason,
                since: Self.now,
                until: Self.now.advanced(bySeconds: 60),
                refusals: 1
            )
        }
        #expect(!verdict(on: "10.0.0.5", blocks: [block(.addressBanned)]).isLetIn)
        #expect(verdict(on: "10.0.0.6", blocks: [block(.addressBanned)]).isLetIn)
        #expect(verdict(on: "10.0.0.5", blocks: [block(.addressRateLimited)]).isLetIn)
    }

    // MARK: On the console

    @Test func `check answers for one address, from the command line and from the screen`() {
        var console = ConsoleScript.live()
        console.command("check 10.6.6.1")
        #expect(console.screen.contains("denylist 10.6.6.0/24 (guests)"))
        console.press(.escape, .character("5"), .character("w"))
        console.type("127.0.0.1")
        console.press(.enter)
        #expect(console.screen.contains("allowlist: no entry covers it"))
        #expect(console.screen.contains("127.0.0.0/8: never banned automatically"))
    }

    @Test(arguments: [
        ("check", "Write check ADDRESS"), ("check 10.0.0.0/8", "Write one address"),
        ("check ten", "not an address or network"),
    ])
    func `what is no address is answered with what is`(line: String, words: String) {
        var console = ConsoleScript.live()
        console.command(line)
        #expect(console.model.dialog == nil)
        #expect(console.screen.contains(words))
    }

    @Test func `protected addresses and trusted proxies are listed and edited from their row`() {
        var console = ConsoleScript.live()
        console.press(.character("5"))
        let words = console.model.rows.map { $0.cells[0].text }
        #expect(words == ["allow", "allow", "deny", "protect", "protect", "proxy"])
        console.press(.character("G"), .character("e"))
        #expect(console.form?.text(.value) == "10.0.0.2/32")
        console.retype("10.0.0.2/32 10.0.0.3")
        console.press(.enter)
        var rules = ConsoleFixture.document.proxies
        rules.trusted.append(ConsoleFixture.prefix("10.0.0.3/32"))
        #expect(console.takeEffects() == [.preview(.setProxyRules(rules), ticket: 1)])
    }
}

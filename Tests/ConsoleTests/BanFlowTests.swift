import Admin
import Policy
import Telemetry
import Terminal
import Testing

@testable import Console

struct BanFlowTests {
    @Test func `bans the client whose row was selected when b was pressed`() {
        var console = ConsoleScript.live()
        console.press(.character("2"), .character("G"))
        let target = console.model.table.selected?.name
        #expect(target == "2001:db8:1:2::/64")
        console.press(.character("b"))
        // The table turns over while the form is open.
        let others = ["10.9.0.1", "10.9.0.2"].map { ConsoleFixture.client($0, rate: 9_000) }
        console.send(
            .received(.snapshot(ConsoleFixture.snapshot(clients: others)), attempt: 1, console.now)
        )
        console.press(.enter)
        console.confirm()
        #expect(
            console.takeEffects() == [
                .commit(
                    .ban(ConsoleFixture.prefix("2001:db8:1:2::/64"), seconds: 3600),
                    base: RevisionNumber(12),
                    reason: nil,
                    ticket: 1
                )
            ]
        )
    }

    @Test func `the selection follows its client when the order changes`() {
        var console = ConsoleScript.live()
        console.press(.character("j"))
        let selected = console.model.table.selected
        var clients = ConsoleFixture.clients
        clients.reverse()
        clients[0].requestsPerMinute = 99_999
        console.send(
            .received(.snapshot(ConsoleFixture.snapshot(clients: clients)), attempt: 1, console.now)
        )
        #expect(console.model.table.selected == selected)
    }

    @Test func `a client that left its row cannot be acted on, and nobody in its stead`() {
        var console = ConsoleScript.live()
        console.press(.character("2"))
        let gone = console.model.table.selected?.name ?? ""
        let rest = ConsoleFixture.clients.filter { $0.address != gone }
        console.send(
            .received(.snapshot(ConsoleFixture.snapshot(clients: rest)), attempt: 1, console.now)
        )
        console.press(.character("b"))
        #expect(console.model.dialog == nil)
        #expect(console.screen.contains("\(gone) left the table"))
        console.press(.character("j"), .character("b"))
        #expect(console.form != nil)
    }

    @Test func `a forever ban has no end`() {
        var console = ConsoleScript.live()
        console.command("ban 192.0.2.7 forever")
        console.press(.enter)
        #expect(console.screen.contains("until it is removed"))
        console.confirm()
        guard case .commit(.ban(_, let seconds), _, _, _)? = console.takeEffects().first else {
            Issue.record("no ban was committed")
            return
        }
        #expect(seconds == nil)
    }

    @Test func `a client inside a wider ban is told of it`() {
        var console = ConsoleScript.live()
        console.press(.character("4"), .character("b"))
        #expect(console.model.dialog == nil)
        #expect(console.screen.contains("10.0.3.7 is shut out by the ban of 10.0.3.0/24"))
    }

    @Test func `D lifts a ban after a review`() {
        var console = ConsoleScript.live()
        console.press(.character("3"), .character("D"))
        console.confirm()
        #expect(
            console.takeEffects() == [
                .commit(
                    .unban(ConsoleFixture.prefix("10.0.3.0/24")),
                    base: RevisionNumber(12),
                    reason: nil,
                    ticket: 1
                )
            ]
        )
        let outcome = BanOutcome(
            prefix: ConsoleFixture.prefix("10.0.3.0/24"),
            activationMicroseconds: 700
        )
        console.answerCommit(.unbanned(outcome))
        #expect(console.takeEffects() == [.loadBans])
        #expect(console.screen.contains("10.0.3.0/24 may call again"))
    }

    @Test func `an automatic block is lifted, a key's is explained`() {
        var console = ConsoleScript.live()
        console.press(.character("3"), .character("j"), .character("D"))
        #expect(
            console.review?.change == .unban(ConsoleFixture.prefix("10.0.0.9"))
        )
        console.press(.escape, .character("j"), .character("D"))
        #expect(console.model.dialog == nil)
        #expect(console.screen.contains("A key's block ends by itself"))
    }
}

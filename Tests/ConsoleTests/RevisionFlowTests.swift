import Admin
import Policy
import Terminal
import Testing

@testable import Console

struct RevisionFlowTests {
    private func onRevisions() -> ConsoleScript {
        var console = ConsoleScript.live()
        console.press(.character("0"))
        _ = console.takeEffects()
        return console
    }

    private func comparison(_ older: UInt64, _ newer: UInt64) -> Comparison {
        Comparison(older: RevisionNumber(older), newer: RevisionNumber(newer))
    }

    @Test func `lists what was in force, newest first, with who, why and how long it took`() {
        var console = onRevisions()
        console.send(.resized(TerminalSize(columns: 200, rows: 60)))
        #expect(console.model.rows.map(\.entity.name) == ["rev 12", "rev 11", "rev 10"])
        for words in ["ana", "0.8", "1.2", "allowlist +10.0.0.0/8"] {
            #expect(console.screen.contains(words), "\(words)")
        }
    }

    @Test func `asks again when a revision comes into force while it is in view`() {
        var console = onRevisions()
        console.send(.received(.revision(RevisionNumber(13)), attempt: 1, console.now))
        #expect(console.takeEffects() == [.loadPolicy, .loadStatus, .loadRevisions])
    }

    @Test func `compares with the revision before`() {
        var console = onRevisions()
        console.press(.character("="))
        #expect(console.takeEffects() == [.compare(comparison(11, 12))])
        #expect(console.screen.contains("Asking the server"))
        let change = PolicyChange(kind: .added, subject: "denylist 10.9.0.0/16")
        console.send(.compared(.ready([change]), comparison(11, 12)))
        #expect(console.screen.contains("From rev 11 to rev 12"))
        #expect(console.screen.contains("+ denylist 10.9.0.0/16"))
    }

    @Test func `compares any two, the marked one and another, older first`() {
        var console = onRevisions()
        console.press(.character(" "), .character("G"), .character("="))
        #expect(console.takeEffects() == [.compare(comparison(10, 12))])
        console.press(.escape)
        console.command("compare 12 10")
        #expect(console.takeEffects() == [.compare(comparison(10, 12))])
        console.press(.escape)
        console.command("compare 11")
        #expect(console.takeEffects() == [.compare(comparison(11, 12))])
    }

    @Test func `the first revision has none before it`() {
        var console = onRevisions()
        console.press(.character("G"), .character("="))
        #expect(console.takeEffects().isEmpty)
        #expect(console.screen.contains("mark another with Space"))
    }

    @Test func `the answer to a comparison that was closed is dropped`() {
        var console = onRevisions()
        console.press(.character("="), .escape, .character("j"), .character("="))
        console.send(.compared(.ready([]), comparison(11, 12)))
        #expect(console.screen.contains("Asking the server"))
        console.send(.compared(.failed("revision 10 is not kept"), comparison(10, 11)))
        #expect(console.screen.contains("revision 10 is not kept"))
    }

    @Test func `rolls back from the row through reason and review`() {
        var console = onRevisions()
        console.press(.character("j"), .character("R"))
        console.type("too many")
        console.press(.enter)
        let number = RevisionNumber(11)
        #expect(console.takeEffects() == [.previewRollBack(to: number, ticket: 1)])
        console.answerPreview()
        console.confirm()
        #expect(
            console.takeEffects() == [
                .commit(
                    .rollBack(to: number),
                    base: RevisionNumber(12),
                    reason: "too many",
                    ticket: 1
                )
            ]
        )
    }

    @Test func `the revision in force is nothing to roll back to`() {
        var console = onRevisions()
        console.press(.character("R"))
        #expect(console.model.dialog == nil)
        #expect(console.screen.contains("Rev 12 is in force"))
    }

    @Test(arguments: ["compare", "compare x", "compare 1 -2", "compare 0", "compare 11 12 13"])
    func `what names no revisions is answered with what does`(line: String) {
        var console = onRevisions()
        console.command(line)
        #expect(console.takeEffects().isEmpty)
        #expect(console.screen.contains("Write compare and one or two revisions' numbers"))
    }
}

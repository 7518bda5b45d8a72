import Policy
import Terminal
import Testing

@testable import Console

struct LockdownFlowTests {
    private let office = ConsoleFixture.prefix("10.0.0.0/8")

    private func locked() -> ConsoleScript {
        var document = ConsoleFixture.document
        document.lockdown = LockdownRule(networks: [office], reason: "incident")
        return ConsoleScript.live(policy: ConsoleFixture.revision(document: document))
    }

    @Test(arguments: ScreenName.allCases)
    func `closes the gate from any screen once the word is typed`(screen: ScreenName) {
        var console = ConsoleScript.live()
        console.type("\(screen.digit)")
        console.press(.character("L"))
        console.type("10.0.0.0/8")
        console.press(.tab)
        console.retype("2h")
        console.press(.tab)
        console.type("incident")
        _ = console.takeEffects()
        console.press(.enter)
        let rule = LockdownRule(
            networks: [office],
            reason: "incident",
            expires: console.now.wall.advanced(bySeconds: 7200)
        )
        #expect(console.takeEffects() == [.preview(.setLockdown(rule), ticket: 1)])
        console.answerPreview()
        console.confirm()
        #expect(console.takeEffects().isEmpty)
        #expect(console.screen.contains("Type lockdown to go on"))
        console.type("lockdown")
        console.press(.enter)
        #expect(
            console.takeEffects() == [
                .commit(
                    .edit(.setLockdown(rule)),
                    base: RevisionNumber(12),
                    reason: "incident",
                    ticket: 1
                )
            ]
        )
    }

    @Test func `says so when nobody at all would be let in`() {
        var console = ConsoleScript.live()
        console.command("lockdown")
        console.press(.enter)
        console.answerPreview()
        #expect(console.screen.contains("Nobody at all will be let in"))
    }

    @Test func `opens the gate again, also by a typed word`() {
        var console = locked()
        console.press(.character("L"))
        #expect(console.takeEffects() == [.preview(.setLockdown(nil), ticket: 1)])
        console.answerPreview()
        console.confirm()
        #expect(console.takeEffects().isEmpty)
        console.type("open")
        console.press(.enter)
        #expect(console.takeEffects().contains { $0.isCommit })
    }

    @Test func `a lockdown that has ended is not lifted but made anew`() {
        var document = ConsoleFixture.document
        document.lockdown = LockdownRule(
            networks: [],
            expires: ConsoleFixture.wall.advanced(bySeconds: -1)
        )
        var console = ConsoleScript.live(policy: ConsoleFixture.revision(document: document))
        console.press(.character("L"))
        #expect(console.form?.purpose == .lockdown)
    }

    @Test func `what is no network is said at its field`() {
        var console = ConsoleScript.live()
        console.press(.character("L"))
        console.type("10.0.0.1/8")
        console.press(.enter)
        #expect(console.takeEffects().isEmpty)
        #expect(console.form?.focused.name == .networks)
    }
}

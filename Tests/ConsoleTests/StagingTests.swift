import Admin
import Policy
import Terminal
import Testing

@testable import Console

/// Several edits, one review, one commit.
struct StagingTests {
    private let lab = ConsoleFixture.prefix("10.1.0.0/16")

    /// An entry added and a limit changed, both put aside.
    private func staged() -> ConsoleScript {
        var console = ConsoleScript.live()
        console.command("allow 10.1.0.0/16 lab")
        console.press(.enter)
        console.answerPreview()
        console.type("s")
        console.command("set limits.perKey.burst 120")
        console.press(.enter)
        console.answerPreview()
        console.press(.tab, .tab, .enter)
        _ = console.takeEffects()
        return console
    }

    private func expected(on document: PolicyDocument = ConsoleFixture.document) -> PolicyDocument {
        var draft = document
        draft.allowlist.append(AddressEntry(prefix: lab, reason: "lab"))
        draft.limits.perKey.burst = 120
        return draft
    }

    @Test func `puts edits aside by key and by button, and commits none of them`() {
        let console = staged()
        #expect(console.model.staging.count == 2)
        #expect(!console.effects.contains { $0.isCommit })
        #expect(console.model.dialog == nil)
        #expect(console.screen.contains("2 staged"))
    }

    @Test func `reviews and commits all of them as one`() {
        var console = staged()
        console.type("c")
        #expect(console.screen.contains("1. Add to an access list"))
        #expect(console.screen.contains("2. Edit limits.perKey.burst"))
        #expect(console.form?.text(.reason) == "lab")
        console.retype("new lab")
        console.press(.enter)
        #expect(console.takeEffects() == [.preview(.replace(expected()), ticket: 3)])
        console.answerPreview()
        console.confirm()
        #expect(
            console.takeEffects() == [
                .commit(
                    .edit(.replace(expected())),
                    base: RevisionNumber(12),
                    reason: "new lab",
                    ticket: 3
                )
            ]
        )
        console.answerCommit(.edited(ConsoleScript.outcome))
        #expect(console.model.staging.isEmpty)
        #expect(console.screen.contains("rev 13 in force"))
    }

    @Test func `what someone else changed meanwhile is kept, not overwritten`() {
        var console = staged()
        var other = ConsoleFixture.document
        other.limits.perKey.requestsPerMinute = 999
        console.send(.policyLoaded(ConsoleFixture.revision(13, document: other)))
        console.type("c")
        console.press(.enter)
        #expect(console.takeEffects() == [.preview(.replace(expected(on: other)), ticket: 3)])
    }

    @Test func `a review of what is staged is made anew when a revision comes first`() {
        var console = staged()
        console.type("c")
        console.press(.enter)
        console.answerPreview()
        var other = ConsoleFixture.document
        other.limits.blockSeconds = 7
        console.send(.policyLoaded(ConsoleFixture.revision(13, document: other)))
        _ = console.takeEffects()
        console.confirm()
        #expect(console.takeEffects() == [.preview(.replace(expected(on: other)), ticket: 4)])
        #expect(console.review?.isOfStaged == true)
        console.answerPreview(base: 13)
        console.confirm()
        #expect(console.takeEffects().contains { $0.isCommit })
    }

    @Test func `an edit that no longer can be made is named, and nothing is asked of the server`() {
        var console = staged()
        var other = ConsoleFixture.document
        other.allowlist.append(AddressEntry(prefix: lab))
        console.send(.policyLoaded(ConsoleFixture.revision(13, document: other)))
        console.type("c")
        console.press(.enter)
        #expect(console.takeEffects().isEmpty)
        #expect(console.screen.contains("10.1.0.0/16 is already on"))
        console.confirm()
        #expect(console.takeEffects().isEmpty)
        #expect(console.model.staging.count == 2)
    }

    @Test func `an edit that does not go with the others is not staged`() {
        var console = staged()
        console.command("allow 10.1.0.0/16")
        console.press(.enter)
        console.answerPreview()
        console.type("s")
        #expect(console.model.staging.count == 2)
        #expect(console.screen.contains("10.1.0.0/16 is already on"))
    }

    @Test func `an entry that is to be removed cannot be edited after it`() {
        var console = ConsoleScript.live()
        console.press(.character("5"), .character("D"))
        console.answerPreview()
        console.type("s")
        console.press(.character("e"))
        console.retype("head office")
        console.press(.enter)
        console.answerPreview()
        console.type("s")
        #expect(console.model.staging.count == 1)
        #expect(console.screen.contains("10.0.0.0/8 was removed"))
    }

    @Test func `what needs a typed word, a new secret or a ban is decided by itself`() {
        var console = ConsoleScript.live()
        console.press(.character("7"), .character("D"))
        console.answerPreview()
        #expect(console.review?.buttons == [.cancel, .commit])
        console.type("s")
        #expect(console.model.staging.isEmpty)
        console.press(.escape)
        console.command("ban 10.9.0.1")
        console.press(.enter)
        #expect(console.review?.buttons == [.cancel, .commit])
        console.press(.escape, .escape)
        console.command("create robot")
        console.press(.enter)
        console.type("s")
        #expect(console.model.staging.isEmpty)
    }

    @Test func `nothing is staged before the server said what it would do`() {
        var console = ConsoleScript.live()
        console.press(.character("5"), .character("D"))
        console.type("s")
        #expect(console.model.staging.isEmpty)
    }

    @Test func `leaving is asked about once while something is staged`() {
        var console = staged()
        console.type("q")
        #expect(!console.model.isOver)
        #expect(console.screen.contains("2 staged changes would be lost"))
        console.press(.character("j"), .character("q"))
        #expect(!console.model.isOver)
        console.type("q")
        #expect(console.model.isOver)
    }

    @Test func `what is staged can be dropped`() {
        var console = staged()
        console.command("discard")
        #expect(console.model.staging.isEmpty)
        console = staged()
        console.type("c")
        console.press(.enter)
        console.answerPreview()
        console.press(.backTab, .enter)
        #expect(console.model.staging.isEmpty)
        #expect(!console.takeEffects().contains { $0.isCommit })
    }

    @Test func `what was staged while a commit was under way stays`() {
        var console = staged()
        console.type("c")
        console.press(.enter)
        console.answerPreview()
        console.confirm()
        let ticket = console.model.ticket
        console.press(.escape)
        console.press(.character("5"), .character("D"))
        console.answerPreview()
        console.type("s")
        #expect(console.model.staging.count == 3)
        console.send(.committed(.edited(ConsoleScript.outcome), ticket: ticket, console.now))
        #expect(
            console.model.staging.items.map(\.title) == ["Remove 10.0.0.0/8 from the allowlist"]
        )
    }

    @Test func `the loss of the server leaves what is staged`() {
        var console = staged()
        console.send(.disconnected(AdminError(.unavailable, "gone"), attempt: 1, console.now))
        #expect(console.model.staging.count == 2)
        console.type("c")
        #expect(console.model.dialog == nil)
    }

    @Test func `no more than twenty edits are staged`() {
        var console = ConsoleScript.live()
        for number in 0...Staging.itemsMax {
            console.command("deny 192.0.2.\(number)")
            console.press(.enter)
            console.answerPreview()
            console.type("s")
        }
        #expect(console.model.staging.count == Staging.itemsMax)
        #expect(console.screen.contains("At most 20 changes are staged"))
    }
}

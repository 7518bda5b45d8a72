import Admin
import Policy
import Terminal
import Testing

@testable import Console

struct EditFlowTests {
    @Test func `adds an allowlist entry by form, review and commit`() {
        var console = ConsoleScript.live()
        console.press(.character("5"), .character("a"))
        console.type("10.1.0.0/16")
        console.press(.tab)
        console.type("new floor")
        console.press(.enter)

        let entry = AddressEntry(
            prefix: ConsoleFixture.prefix("10.1.0.0/16"),
            reason: "new floor"
        )
        #expect(
            console.takeEffects() == [.preview(.addEntry(.allowlist, entry), ticket: 1)]
        )
        console.answerPreview()
        #expect(console.screen.contains("+ allowlist 10.1.0.0/16"))
        console.confirm()
        #expect(
            console.takeEffects() == [
                .commit(
                    .edit(.addEntry(.allowlist, entry)),
                    base: RevisionNumber(12),
                    reason: "new floor",
                    ticket: 1
                )
            ]
        )
        console.answerCommit(.edited(ConsoleScript.outcome))
        #expect(console.model.dialog == nil)
        #expect(
            console.screen.contains(
                "rev 13 in force on every loop after 0.8 ms (on disk after 2.1 ms)"
            )
        )
    }

    @Test func `a decision opens on Cancel, so Enter alone changes nothing`() {
        var console = ConsoleScript.live()
        console.press(.character("5"), .character("D"))
        console.answerPreview()
        _ = console.takeEffects()
        console.press(.enter)
        #expect(console.takeEffects().isEmpty)
        #expect(console.model.dialog == nil)
    }

    @Test func `keys already on their way cannot decide a review`() {
        var console = ConsoleScript.live()
        console.press(.character("5"), .character("D"))
        console.answerPreview()
        _ = console.takeEffects()
        let soon = ConsoleFixture.moment(atMilliseconds: console.milliseconds + 249)
        console.send(.keyPressed(.tab, soon))
        console.send(.keyPressed(.enter, soon))
        #expect(console.takeEffects().isEmpty)
        #expect(console.review?.focus == .cancel)
    }

    @Test func `nothing is committed before the server said what it would do`() {
        var console = ConsoleScript.live()
        console.press(.character("5"), .character("D"))
        _ = console.takeEffects()
        console.confirm()
        #expect(console.takeEffects().isEmpty)
        #expect(console.screen.contains("Asking the server"))
    }

    @Test func `an edit with problems cannot be committed and shows all of them`() {
        var console = ConsoleScript.live()
        console.command("set limits.blockSeconds 99999999")
        console.press(.enter)
        console.answerPreview(
            changes: [],
            problems: [
                PolicyProblem(path: "limits.blockSeconds", message: "must be 0 to 86400"),
                PolicyProblem(path: "limits.perKey.burst", message: "must be 1 or more"),
            ]
        )
        _ = console.takeEffects()
        #expect(console.screen.contains("limits.blockSeconds: must be 0 to 86400"))
        #expect(console.screen.contains("limits.perKey.burst: must be 1 or more"))
        console.confirm()
        #expect(console.takeEffects().isEmpty)
    }

    @Test func `what cannot be read in the form is said at its field`() {
        var console = ConsoleScript.live()
        console.press(.character("5"), .character("a"))
        console.type("10.0.0.5/8")
        console.press(.enter)
        #expect(console.takeEffects().isEmpty)
        #expect(console.form?.focused.name == .address)
        #expect(console.screen.contains("10.0.0.0/8 or 10.0.0.5/32"))
    }

    @Test func `Esc in a review goes back to the form with what was typed`() {
        var console = ConsoleScript.live()
        console.press(.character("5"), .character("a"))
        console.type("10.1.0.0/16")
        console.press(.enter, .escape)
        #expect(console.form?.text(.address) == "10.1.0.0/16")
    }

    @Test func `warns when the first allowlist entry shuts everyone else out`() {
        var document = ConsoleFixture.document
        document.allowlist = []
        var console = ConsoleScript.live(policy: ConsoleFixture.revision(document: document))
        console.press(.character("5"))
        #expect(console.screen.contains("Empty: every address is allowed"))
        console.command("allow 10.1.0.0/16")
        console.press(.enter)
        console.answerPreview()
        #expect(console.screen.contains("From now on only the addresses of the allowlist"))
    }

    @Test func `a conflict names who changed it and offers a review on the new base`() {
        var console = ConsoleScript.live()
        console.command("set limits.blockSeconds 90")
        console.press(.enter)
        console.answerPreview()
        console.confirm()
        _ = console.takeEffects()
        let conflict = AdminError(
            .revisionConflict,
            "rev 13 is in force",
            current: RevisionNumber(13)
        )
        console.send(.commitFailed(conflict, ticket: console.model.ticket, console.now))
        #expect(console.takeEffects() == [.loadPolicy])
        let other = ConsoleFixture.revision(
            13,
            author: Author(uid: 1001, name: "bo"),
            summary: "denylist +10.9.0.0/16"
        )
        console.send(.policyLoaded(other))
        #expect(console.screen.contains("bo made rev 13: denylist +10.9.0.0/16."))
        #expect(console.screen.contains("Review again"))
        console.confirm()
        let again = console.takeEffects()
        #expect(again.count == 1)
        #expect(!again.contains { $0.isCommit })
        #expect(console.review?.base == RevisionNumber(13))
        console.answerPreview(base: 13)
        console.confirm()
        #expect(console.takeEffects().contains { $0.isCommit })
    }

    @Test func `a review is told when someone else's revision comes first`() {
        var console = ConsoleScript.live()
        console.press(.character("5"), .character("D"))
        console.answerPreview()
        console.send(
            .received(.revision(RevisionNumber(13)), attempt: 1, console.now)
        )
        #expect(console.takeEffects().contains(.loadPolicy))
        console.send(.policyLoaded(ConsoleFixture.revision(13)))
        console.confirm()
        #expect(!console.takeEffects().contains { $0.isCommit })
    }

    @Test func `undo rolls back to the parent after a review`() {
        var console = ConsoleScript.live()
        console.press(.character("u"))
        #expect(
            console.takeEffects() == [.previewRollBack(to: RevisionNumber(11), ticket: 1)]
        )
        console.answerPreview()
        console.confirm()
        #expect(
            console.takeEffects() == [
                .commit(
                    .rollBack(to: RevisionNumber(11)),
                    base: RevisionNumber(12),
                    reason: nil,
                    ticket: 1
                )
            ]
        )
    }

    @Test func `there is nothing to undo in the first revision`() {
        var console = ConsoleScript.live(policy: ConsoleFixture.revision(1))
        console.press(.character("u"))
        #expect(console.takeEffects().isEmpty)
        #expect(console.screen.contains("nothing to undo"))
    }

    @Test func `an entry is edited in place`() {
        var console = ConsoleScript.live()
        console.press(.character("5"), .character("e"))
        console.retype("head office")
        console.press(.enter)
        var edited = ConsoleFixture.document
        edited.allowlist[0].reason = "head office"
        #expect(console.takeEffects() == [.preview(.replace(edited), ticket: 1)])
    }

    @Test func `a switch is flipped by a choice, not by typing`() {
        var console = ConsoleScript.live()
        console.press(.character("6"), .character("e"), .right, .enter)
        #expect(console.takeEffects() == [.preview(.setAuthenticationRequired(false), ticket: 1)])
    }

    @Test func `text typed or pasted on a choice is refused and changes nothing`() {
        var console = ConsoleScript.live()
        console.press(.character("5"), .character("a"), .backTab)
        #expect(console.form?.focused.name == .list)
        console.type("new floor")
        console.send(.pasted("denylist", console.now))
        #expect(console.form?.text(.list) == "allowlist")
        #expect(console.screen.contains("List is a choice"))
        #expect(console.screen.contains("← → changes it"))
        console.press(.right)
        #expect(console.form?.text(.list) == "denylist")
    }

    @Test func `an entry is added to the list of the selected row, else to the allowlist`() {
        var console = ConsoleScript.live()
        console.press(.character("5"), .character("a"))
        #expect(console.form?.text(.list) == "allowlist")
        console.press(.escape, .character("j"), .character("j"), .character("a"))
        #expect(console.model.table.selected?.isDenied == true)
        #expect(console.form?.text(.list) == "denylist")
        console = ConsoleScript.live(
            policy: ConsoleFixture.revision(document: PolicyDocument())
        )
        console.press(.character("5"), .character("a"))
        #expect(console.form?.text(.list) == "allowlist")
    }

    @Test(arguments: [
        (
            PolicyChange(kind: .added, subject: "denylist 10.0.0.0/8", after: "listed"),
            "+ denylist 10.0.0.0/8"
        ),
        (
            PolicyChange(kind: .added, subject: "denylist 10.0.0.0/8", after: "lab, until 2027"),
            "+ denylist 10.0.0.0/8: lab, until 2027"
        ),
        (PolicyChange(kind: .removed, subject: "host a.test", before: "a.test"), "- host a.test"),
        (
            PolicyChange(kind: .changed, subject: "allowlist ::/0", before: "listed", after: "all"),
            "~ allowlist ::/0: no reason → all"
        ),
        (
            PolicyChange(kind: .changed, subject: "upstream.url", after: "http://a.test"),
            "~ upstream.url: none → http://a.test"
        ),
    ])
    func `a change reads naturally`(change: PolicyChange, line: String) {
        #expect(ChangeLine(change: change).styled(.unicode).text == line)
    }

    @Test func `read-only refuses every edit`() {
        let options = ConsoleOptions(socketName: "demo", isReadOnly: true)
        var console = ConsoleScript.live(options: options)
        for screen in ScreenName.allCases {
            console.type("\(screen.digit)")
            for binding in KeyMap.standard.all(on: screen) where binding.action.isEdit {
                for key in binding.keys {
                    console.press(key)
                    #expect(console.model.dialog == nil, "\(binding.title) on \(screen)")
                }
            }
        }
        console.command("ban 10.0.0.1")
        #expect(console.model.dialog == nil)
        #expect(console.screen.contains("read-only"))
    }

    @Test func `nothing is edited while the server is away`() {
        var console = ConsoleScript.live()
        console.send(
            .disconnected(AdminError(.unavailable, "gone"), attempt: 1, console.now)
        )
        console.press(.character("5"), .character("a"))
        #expect(console.model.dialog == nil)
        #expect(console.screen.contains("while the server is away"))
    }

    @Test func `a decision that cannot be read cannot be taken`() {
        var console = ConsoleScript.live()
        console.press(.character("5"), .character("D"))
        console.answerPreview()
        _ = console.takeEffects()
        console.send(.resized(TerminalSize(columns: 20, rows: 5)))
        console.confirm()
        #expect(console.takeEffects().isEmpty)
        #expect(console.screen.contains("enlarge or Esc"))
    }

    @Test func `an answer to an earlier review is not shown in this one`() {
        var console = ConsoleScript.live()
        console.press(.character("5"), .character("D"), .escape, .character("D"))
        let stale = EditPreview(base: RevisionNumber(12), changes: [], problems: [])
        console.send(.previewed(stale, ticket: 1, console.now))
        #expect(console.review?.preview == .loading)
    }
}

extension Entity {
    fileprivate var isDenied: Bool {
        if case .entry(.denylist, _) = self { true } else { false }
    }
}

import Admin
import Policy
import Terminal
import Testing

@testable import Console

struct KeyFlowTests {
    /// A console that shows the secret of a fresh rotation.
    private func showingSecret() -> ConsoleScript {
        var console = ConsoleScript.live()
        console.press(.character("7"), .character("R"), .enter)
        console.confirm()
        _ = console.takeEffects()
        console.answerCommit(.issued(ConsoleScript.issued))
        return console
    }

    @Test func `rotates with a day of grace unless another is chosen`() {
        var console = ConsoleScript.live()
        console.press(.character("7"), .character("R"), .enter)
        #expect(console.screen.contains("the old secret works 1d more"))
        console.confirm()
        #expect(
            console.takeEffects() == [
                .commit(
                    .rotateKey(KeyID("k7Qm2xYz"), graceSeconds: 86_400),
                    base: RevisionNumber(12),
                    reason: nil,
                    ticket: 1
                )
            ]
        )
    }

    @Test func `creates a key that expires in ninety days`() {
        var console = ConsoleScript.live()
        console.press(.character("7"), .character("a"))
        console.type("robot")
        console.press(.enter)
        let expires = console.now.wall.advanced(bySeconds: 90 * 86_400)
        let creation = KeyCreation(name: "robot", expires: expires)
        #expect(console.review?.change == .createKey(creation))
    }

    @Test func `creates a key as the form says, and shows all of it before the yes`() {
        var console = ConsoleScript.live()
        console.press(.character("7"), .character("a"))
        console.type("ana's desk")
        console.press(.tab, .right, .right, .tab)
        console.type("ana")
        console.press(.tab, .tab)
        console.retype("read_* !read_secret")
        console.press(.tab, .tab)
        console.retype("10.0.0.0/8, 2001:db8::/32")
        console.press(.tab)
        console.retype("120:30")
        console.press(.tab)
        console.type("new desk")
        console.press(.enter)
        let access = AccessRules(
            tools: PatternRules(allow: ["read_*"], deny: ["read_secret"]),
            networks: [
                ConsoleFixture.prefix("10.0.0.0/8"), ConsoleFixture.prefix("2001:db8::/32"),
            ],
            rate: RateRule(requestsPerMinute: 120, burst: 30)
        )
        let creation = KeyCreation(
            name: "ana's desk",
            scheme: .basic,
            username: "ana",
            access: access,
            expires: console.now.wall.advanced(bySeconds: 90 * 86_400)
        )
        #expect(console.review?.change == .createKey(creation))
        for words in [
            "basic of user ana", "tools: read_* !read_secret",
            "from: 10.0.0.0/8 2001:db8::/32", "rate: 120:30",
        ] {
            #expect(console.screen.contains(words), "\(words)")
        }
        console.confirm()
        #expect(
            console.takeEffects() == [
                .commit(
                    .createKey(creation),
                    base: RevisionNumber(12),
                    reason: "new desk",
                    ticket: 1
                )
            ]
        )
    }

    @Test(arguments: [
        (scheme: 0, user: "ana", words: "Only basic has a user name"),
        (scheme: 2, user: "", words: "Basic authentication needs a user name"),
    ])
    func `a user name goes with basic and with nothing else`(
        scheme: Int,
        user: String,
        words: String
    ) {
        var console = ConsoleScript.live()
        console.command("create ci")
        console.press(.tab)
        for _ in 0..<scheme { console.press(.right) }
        console.press(.tab)
        console.type(user)
        console.press(.enter)
        #expect(console.form?.focused.name == .username)
        #expect(console.screen.contains(words))
    }

    @Test func `what a key may do is changed from its row`() {
        var console = ConsoleScript.live()
        console.press(.character("7"), .character("A"))
        #expect(console.form?.text(.tools) == "all")
        console.retype("read_*")
        console.press(.enter)
        let access = AccessRules(tools: PatternRules(allow: ["read_*"]))
        #expect(
            console.takeEffects() == [.preview(.setKeyAccess(KeyID("k7Qm2xYz"), access), ticket: 1)]
        )
    }

    @Test func `a fresh secret is masked until it is asked for, and masked again`() {
        var console = showingSecret()
        #expect(!console.screen.contains("Zq8"))
        console.press(.character("r"))
        #expect(console.screen.contains(ConsoleFixture.secretText))
        console.wait(seconds: 10)
        #expect(!console.screen.contains("Zq8"))
    }

    @Test func `y sends the secret to the clipboard and says sent, not copied`() {
        var console = showingSecret()
        console.press(.character("y"))
        #expect(
            console.takeEffects().contains(.copySecret(Secret(ConsoleFixture.secretText)))
        )
        #expect(!console.screen.contains("Sent to the terminal's clipboard"))
        console.send(.secretSent)
        #expect(console.screen.contains("Sent to the terminal's clipboard"))
        #expect(!console.screen.contains("opied"))
        #expect(!console.screen.contains("Zq8"))
    }

    @Test func `closing asks to have the secret stored, and then wipes it`() {
        var console = showingSecret()
        console.press(.enter)
        #expect(console.screen.contains("Have you stored it?"))
        console.press(.enter)
        #expect(console.secret != nil)
        console.press(.enter, .tab, .enter)
        #expect(console.secret == nil)
        #expect(!String(reflecting: console.model).contains("Zq8"))
        #expect(console.screen.contains("rev 13 in force"))
    }

    @Test func `the secret is wiped when the console is suspended`() {
        var console = showingSecret()
        console.press(.control("z"))
        #expect(console.takeEffects().contains(.suspend))
        #expect(console.secret == nil)
    }

    @Test func `the secret is wiped when the connection is lost`() {
        var console = showingSecret()
        console.send(
            .disconnected(AdminError(.unavailable, "gone"), attempt: 1, console.now)
        )
        #expect(console.secret == nil)
        #expect(console.screen.contains("was wiped: the connection was lost"))
    }

    @Test func `the secret is in no description of the model, of messages or of effects`() {
        var console = showingSecret()
        console.press(.character("y"))
        let words = [
            String(reflecting: console.model),
            String(reflecting: console.effects),
            String(
                reflecting: ConsoleMessage.committed(
                    .issued(ConsoleScript.issued),
                    ticket: 1,
                    console.now
                )
            ),
        ]
        for word in words {
            #expect(!word.contains("Zq8"))
        }
    }

    @Test func `revoking needs the key's id typed`() {
        var console = ConsoleScript.live()
        console.press(.character("7"), .character("D"))
        console.answerPreview(
            changes: [
                PolicyChange(
                    kind: .changed,
                    subject: "key k7Qm2xYz",
                    before: "enabled",
                    after: "revoked"
                )
            ]
        )
        _ = console.takeEffects()
        console.confirm()
        #expect(console.takeEffects().isEmpty)
        console.type("k7Qm2xYz")
        console.press(.enter)
        #expect(
            console.takeEffects() == [
                .commit(
                    .edit(.setKeyState(KeyID("k7Qm2xYz"), .revoked)),
                    base: RevisionNumber(12),
                    reason: nil,
                    ticket: 1
                )
            ]
        )
    }

    @Test func `e disables an enabled key and enables a disabled one`() {
        var console = ConsoleScript.live()
        console.press(.character("7"), .character("e"))
        #expect(console.review?.change == .edit(.setKeyState(KeyID("k7Qm2xYz"), .disabled)))
        console.press(.escape, .character("j"), .character("e"))
        #expect(console.review?.change == .edit(.setKeyState(KeyID("b3Rt9wAa"), .enabled)))
    }

    @Test func `a revoked key cannot be rotated, enabled or revoked again`() {
        var console = ConsoleScript.live()
        console.press(.character("7"), .character("G"))
        for key in ["R", "e", "D"] {
            console.type(key)
            #expect(console.model.dialog == nil)
            #expect(console.screen.contains("revoked for ever"))
        }
    }

    @Test func `the rotation's detail counts uses of the old secret and says when it retires`() {
        var console = ConsoleScript.live()
        console.press(.character("7"), .enter)
        #expect(console.screen.contains("3 since the rotation"))
        #expect(console.screen.contains("works until 2026-11-23"))
        #expect(console.screen.contains("10.0.3.7 at"))
    }

    @Test func `a whole key pasted into a prompt leaves only its id`() {
        var console = ConsoleScript.live()
        console.press(.character(":"))
        console.send(.pasted("disable \(ConsoleFixture.secretText)", console.now))
        #expect(console.model.prompt?.input.text == "disable k7Qm2xYz")
        console.press(.enter)
        #expect(console.model.history == ["disable k7Qm2xYz"])
        #expect(!String(reflecting: console.model).contains("Zq8"))
    }

    @Test func `a whole key pasted into a filter leaves only its id`() {
        var console = ConsoleScript.live()
        console.press(.character("7"), .character("/"))
        console.send(.pasted(ConsoleFixture.secretText, console.now))
        #expect(console.model.table.filter == "k7Qm2xYz")
    }
}

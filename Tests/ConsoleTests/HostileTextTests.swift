import Admin
import Policy
import Telemetry
import Terminal
import Testing

@testable import Console

/// Text that an attacker or a broken server chose, in every field that reaches the screen.
struct HostileTextTests {
    static let corpus: [(name: String, text: String)] = [
        ("escape sequence", "\u{1B}[2J\u{1B}[31mred"),
        ("clipboard by OSC 52", "\u{1B}]52;c;ZXZpbA==\u{7}"),
        ("device control string", "\u{1B}P+q544e\u{1B}\\"),
        ("C1 as UTF-8", "a\u{9B}31mb\u{90}c\u{9C}"),
        ("carriage return, line feed, tab", "a\r\nb\tc"),
        ("backspace and delete", "good\u{8}\u{8}\u{8}\u{8}bad\u{7F}"),
        ("bidi override", "\u{202E}drowssap\u{202C}"),
        ("bidi isolates", "\u{2066}x\u{2069}\u{2067}y"),
        ("zero width", "a\u{200B}\u{200D}\u{FEFF}b"),
        ("line separators", "a\u{2028}b\u{2029}c"),
        ("tag characters", "a\u{E0041}\u{E0042}"),
        ("combining marks", "z" + String(repeating: "\u{301}", count: 10_000)),
        ("very long", String(repeating: "W", count: 20_000)),
        ("null", "a\0b"),
    ]

    @Test(arguments: corpus.indices)
    func `no frame holds a scalar that steers a terminal`(index: Int) {
        let (name, text) = Self.corpus[index]
        for size in GoldenFrameTests.sizes {
            var console = hostile(text, size: size)
            for screen in ScreenName.allCases {
                console.type("\(screen.digit)")
                check(console, "\(name) on \(screen)")
                console.press(.enter)
                check(console, "\(name) in the detail of \(screen)")
                console.press(.escape)
            }
            checkDialogs(&console, text, name)
        }
    }

    private func checkDialogs(_ console: inout ConsoleScript, _ text: String, _ name: String) {
        console.press(.character("5"), .character("D"))
        let change = PolicyChange(kind: .changed, subject: text, before: text, after: text)
        console.answerPreview(
            changes: [change],
            problems: [PolicyProblem(path: text, message: text)]
        )
        check(console, "\(name) in a review")
        let conflict = AdminError(.revisionConflict, text, current: RevisionNumber(13))
        console.send(.commitFailed(conflict, ticket: console.model.ticket, console.now))
        let author = Author(uid: 1, name: text)
        console.send(.policyLoaded(ConsoleFixture.revision(13, author: author, summary: text)))
        check(console, "\(name) in a conflict")
        console.press(.escape)
        console.command("check 10.0.0.5")
        check(console, "\(name) in a verdict")
        console.press(.escape, .character("8"), .character("a"))
        check(console, "\(name) in an approval")
        console.press(.enter)
        check(console, "\(name) in the review of an approval")
        console.press(.escape, .escape)
        let comparison = Comparison(older: RevisionNumber(11), newer: RevisionNumber(12))
        console.command("compare 11 12")
        console.send(.compared(.ready([change]), comparison))
        check(console, "\(name) in a comparison")
        console.press(.escape)
        console.send(.failed(text))
        check(console, "\(name) in a notice")
        console.press(.character("/"))
        console.send(.pasted(text, console.now))
        check(console, "\(name) in a prompt")
        console.press(.escape)
        console.send(
            .disconnected(AdminError(.unavailable, text), attempt: 1, console.now)
        )
        check(console, "\(name) in the reason of a loss")
    }

    private func hostile(_ text: String, size: TerminalSize) -> ConsoleScript {
        var client = ConsoleFixture.client(text, rate: 9, denied: 1, tool: text)
        client.lastKey = KeyID(text)
        var snapshot = ConsoleFixture.snapshot(clients: [client])
        snapshot.blocks[0].subject = text
        snapshot.authenticationFailures[0].address = text
        snapshot.authenticationFailures[0].key = KeyID(text)
        snapshot.keyUsage[0].key = KeyID(text)
        snapshot.keyUsage[0].lastAddress = text
        snapshot.keyUsage[0].lastGraceAddress = text
        snapshot.latestEvents[0].detail = text
        snapshot.latestEvents[1].address = text
        snapshot.latestEvents[2].key = KeyID(text)
        var tool = ConsoleFixture.tool(text, of: text, hiding: text, isChanged: true)
        tool.difference = [text]
        var document = ConsoleFixture.document
        document.lockdown = LockdownRule(networks: [], reason: text)
        document.servers[0] = ServerRule(name: text, upstream: UpstreamRule(command: [text]))
        document.servers[1].upstream.credential = UpstreamCredential(source: text)
        document.allowlist[0].reason = text
        document.browser.allowedHosts = [text]
        document.upstream = UpstreamRule(url: text)
        document.authentication.keys[0].name = text
        document.authentication.keys[0].id = KeyID(text)
        let author = Author(uid: 1, name: text)
        var bans = ConsoleFixture.bans
        bans[0].reason = text
        bans[0].author = author
        var console = ConsoleScript.live(
            policy: ConsoleFixture.revision(document: document, author: author, summary: text),
            options: ConsoleOptions(socketName: text),
            size: size,
            snapshot: snapshot,
            bans: bans,
            tools: [tool],
            revisions: [
                RevisionSummary(
                    number: RevisionNumber(12),
                    author: author,
                    reason: text,
                    created: ConsoleFixture.wall,
                    summary: text
                )
            ]
        )
        var status = ConsoleFixture.status
        status.listenAddress = text
        status.drift = [text]
        console.send(.statusLoaded(status))
        return console
    }

    private func check(_ console: ConsoleScript, _ place: String) {
        for glyphs in [Glyphs.unicode, .ascii] {
            let frame = console.frame(glyphs)
            let steering = frame.cells.compactMap(\.character).filter(Self.isSteering)
            #expect(steering.isEmpty, "\(place): \(steering.map(\.value))")
        }
    }

    /// Written down here on its own, so that a gap in the filter shows.
    private static func isSteering(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0: true
        case 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF, 0x61C: true
        case 0xE0000...0xE007F: true
        default: false
        }
    }
}

import Admin
import Foundation
import Policy
import Telemetry
import Terminal
import Testing

@testable import Console

/// Frames as files beside this one, their characters and their roles.
///
/// `GATEHOUSE_GOLDENS=rewrite swift test --filter GoldenFrameTests` writes them anew; the difference
/// is then reviewed like any other.
struct GoldenFrameTests {
    static let sizes = [
        TerminalSize(columns: 20, rows: 5),
        TerminalSize(columns: 40, rows: 10),
        TerminalSize(columns: 80, rows: 24),
        TerminalSize(columns: 120, rows: 40),
        TerminalSize(columns: 200, rows: 60),
    ]

    @Test(arguments: ScreenName.allCases, sizes)
    func `looks as it was agreed`(screen: ScreenName, size: TerminalSize) throws {
        for glyphs in [Glyphs.unicode, .ascii] {
            let alphabet = glyphs == .unicode ? "unicode" : "ascii"
            let name = "\(screen)-\(size.columns)x\(size.rows)-\(alphabet).txt"
            let drawn = Self.states.map { state, prepare in
                let frame = prepare(screen, size).frame(glyphs)
                return Self.described(frame, state: state)
            }
            try Self.compare(drawn.joined(separator: "\n"), with: name)
        }
    }

    private static let states: [(String, @Sendable (ScreenName, TerminalSize) -> ConsoleScript)] = [
        ("live", live), ("stale", stale), ("empty", empty), ("dialog", dialog),
        ("read-only", readOnly),
    ]

    private static func live(_ screen: ScreenName, _ size: TerminalSize) -> ConsoleScript {
        var console = ConsoleScript.live(size: size)
        console.type("\(screen.digit)")
        return console
    }

    private static func stale(_ screen: ScreenName, _ size: TerminalSize) -> ConsoleScript {
        var console = live(screen, size)
        let error = AdminError(.unavailable, "The server went away: start gatehouse serve.")
        console.send(.disconnected(error, attempt: 1, console.now))
        console.wait(seconds: 1)
        console.send(.disconnected(error, attempt: 2, console.now))
        console.wait(seconds: 1)
        return console
    }

    private static func empty(_ screen: ScreenName, _ size: TerminalSize) -> ConsoleScript {
        let document = PolicyDocument(authentication: AuthenticationRules(isRequired: false))
        var console = ConsoleScript.live(
            policy: ConsoleFixture.revision(1, document: document),
            size: size,
            snapshot: TelemetrySnapshot(time: ConsoleFixture.wall),
            bans: [],
            tools: [],
            revisions: []
        )
        console.type("\(screen.digit)")
        return console
    }

    private static func readOnly(_ screen: ScreenName, _ size: TerminalSize) -> ConsoleScript {
        var options = ConsoleFixture.options
        options.isReadOnly = true
        var console = ConsoleScript.live(options: options, size: size)
        console.type("\(screen.digit)")
        return console
    }

    /// Each screen with the dialog that is most its own.
    private static func dialog(_ screen: ScreenName, _ size: TerminalSize) -> ConsoleScript {
        var console = live(screen, size)
        switch screen {
        case .overview: console.press(.character("?"))
        case .clients: console.press(.character("j"), .character("j"), .enter)
        case .blocked: console.press(.character("a"))
        case .authFailures: console.press(.enter)
        case .accessLists:
            console.press(.character("D"))
            console.answerPreview(
                changes: [
                    PolicyChange(
                        kind: .removed,
                        subject: "allowlist 10.0.0.0/8",
                        before: "office"
                    )
                ]
            )
        case .limits:
            console.press(.character("j"), .character("j"), .character("e"))
        case .keys:
            console.press(.character("R"), .enter)
            console.confirm()
            console.answerCommit(.issued(ConsoleScript.issued))
        case .tools:
            console.press(.character("j"), .character("j"), .character("a"))
            console.type("seen")
            console.press(.enter)
        case .upstreams: console.press(.character("a"))
        case .revisions:
            console.press(.character("="))
            let comparison = Comparison(older: RevisionNumber(11), newer: RevisionNumber(12))
            let change = PolicyChange(
                kind: .added,
                subject: "allowlist 10.0.0.0/8",
                after: "office"
            )
            console.send(.compared(.ready([change]), comparison))
        }
        return console
    }

    private static func described(_ frame: Frame, state: String) -> String {
        let roles = frame.roles().split(separator: "\n", omittingEmptySubsequences: false)
        let runs = roles.map(runLengths).joined(separator: "\n")
        return "=== \(state)\n\(frame.text())\n--- roles\n\(runs)\n"
    }

    /// `80h` for eighty cells of the header's role.
    private static func runLengths(of roles: Substring) -> String {
        var runs: [(role: Character, count: Int)] = []
        for role in roles {
            if runs.last?.role == role {
                runs[runs.count - 1].count += 1
            } else {
                runs.append((role, 1))
            }
        }
        return runs.map { "\($0.count)\($0.role)" }.joined(separator: " ")
    }

    private static func compare(_ drawn: String, with name: String) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(components: "Goldens", name)
        if ProcessInfo.processInfo.environment["GATEHOUSE_GOLDENS"] == "rewrite" {
            try Data(drawn.utf8).write(to: file)
            return
        }
        let agreed = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        #expect(drawn == agreed, "\(name) differs")
    }

    @Test func `no golden frame holds a secret`() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(component: "Goldens")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(names.count == ScreenName.allCases.count * Self.sizes.count * 2)
        for name in names {
            let data = try Data(contentsOf: folder.appending(component: name))
            #expect(!String(decoding: data, as: UTF8.self).contains("Zq8"), "\(name)")
        }
    }
}

import Admin
import Policy
import Telemetry
import Terminal

@testable import Console

/// A console that is driven as an operator would: keys, answers, the passing of time.
struct ConsoleScript {
    var model: ConsoleModel
    /// Everything it asked for, oldest first.
    private(set) var effects: [ConsoleEffect] = []
    private(set) var milliseconds: Int64 = 0

    init(
        options: ConsoleOptions = ConsoleFixture.options,
        size: TerminalSize = ConsoleFixture.size
    ) {
        model = ConsoleModel(options: options, size: size, now: ConsoleFixture.start)
        send(.started(ConsoleFixture.start))
    }

    /// A console with a live server behind it.
    static func live(
        policy: PolicyRevision = ConsoleFixture.revision(),
        options: ConsoleOptions = ConsoleFixture.options,
        size: TerminalSize = ConsoleFixture.size,
        snapshot: TelemetrySnapshot = ConsoleFixture.snapshot(),
        bans: [BanRecord] = ConsoleFixture.bans,
        tools: [ToolStanding] = ConsoleFixture.tools,
        revisions: [RevisionSummary] = ConsoleFixture.revisions
    ) -> ConsoleScript {
        var script = ConsoleScript(options: options, size: size)
        var status = ConsoleFixture.status
        status.isAuthenticationRequired = policy.document.authentication.isRequired
        let facts = ServerFacts(status: status, policy: policy, bans: bans)
        script.send(.connected(facts, attempt: 1, script.now))
        script.send(.received(.snapshot(snapshot), attempt: 1, script.now))
        script.send(.toolsLoaded(tools))
        script.send(.revisionsLoaded(revisions))
        script.effects = []
        return script
    }

    var now: Moment { ConsoleFixture.moment(atMilliseconds: milliseconds) }

    mutating func send(_ message: ConsoleMessage) {
        effects += model.update(message)
    }

    /// Presses keys 300 ms apart, longer than any guard.
    mutating func press(_ keys: Key...) {
        for key in keys {
            milliseconds += 300
            send(.keyPressed(key, now))
        }
    }

    mutating func type(_ text: String) {
        for character in text {
            press(.character(character))
        }
    }

    /// Empties the focused field and types into it.
    mutating func retype(_ text: String) {
        press(.control("e"), .control("u"))
        type(text)
    }

    mutating func command(_ line: String) {
        type(":" + line)
        press(.enter)
    }

    /// Lets seconds pass, each with its tick.
    mutating func wait(seconds: Int) {
        for _ in 0..<seconds {
            milliseconds += 1_000
            send(.ticked(now))
        }
    }

    /// What it asked for since the last call.
    mutating func takeEffects() -> [ConsoleEffect] {
        defer { effects = [] }
        return effects
    }

    /// Answers the open review's question with changes and problems.
    mutating func answerPreview(
        base: UInt64 = 12,
        changes: [PolicyChange] = [PolicyChange(kind: .added, subject: "allowlist 10.1.0.0/16")],
        problems: [PolicyProblem] = []
    ) {
        let preview = EditPreview(
            base: RevisionNumber(base),
            changes: changes,
            problems: problems
        )
        send(.previewed(preview, ticket: model.ticket, now))
    }

    /// Tab to Commit, then Enter.
    mutating func confirm() {
        press(.tab, .enter)
    }

    mutating func answerCommit(_ result: CommitResult) {
        send(.committed(result, ticket: model.ticket, now))
    }

    static let outcome = EditOutcome(
        revision: RevisionNumber(13),
        changes: [],
        persistMicroseconds: 2_100,
        activationMicroseconds: 800
    )

    static let issued = IssuedKey(
        id: KeyID("k7Qm2xYz"),
        secret: Secret(ConsoleFixture.secretText),
        oldSecretRetires: ConsoleFixture.wall.advanced(bySeconds: 86_400),
        outcome: outcome
    )

    func frame(_ glyphs: Glyphs = .unicode) -> Frame {
        ConsoleView.frame(model, size: model.size, glyphs: glyphs)
    }

    var screen: String { frame().text() }

    var review: ReviewDialog? {
        if case .review(let review) = model.dialog { review } else { nil }
    }

    var form: FormDialog? {
        if case .form(let form) = model.dialog { form } else { nil }
    }

    var secret: SecretDialog? {
        if case .secret(let secret) = model.dialog { secret } else { nil }
    }
}

extension ConsoleEffect {
    var isCommit: Bool {
        if case .commit = self { true } else { false }
    }
}

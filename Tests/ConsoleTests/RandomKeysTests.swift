import Admin
import Policy
import Terminal
import Testing

@testable import Console

/// A generator that gives the same keys on every run.
struct SteadyGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

struct RandomKeysTests {
    private static let keys: [Key] =
        "abcdefghijklmnoprstuvwxyzADGLNRXZ=0123456789/:?-<> .!".map { Key.character($0) } + [
            .enter, .enter, .enter, .escape, .tab, .tab, .backTab, .backspace, .delete, .up, .down,
            .left, .right, .home, .end, .pageUp, .pageDown, .control("d"), .control("u"),
            .control("l"), .control("r"), .control("z"), .function(1), .function(5), .alt("x"),
        ]

    @Test(arguments: 0..<4)
    func `no sequence of keys commits without a review, and the selection stays valid`(
        seed: UInt64
    ) {
        var generator = SteadyGenerator(seed: seed)
        var console = ConsoleScript.live()
        var commits = 0
        for step in 0..<5_000 {
            let reviewBefore = console.review
            let key = Self.keys.randomElement(using: &generator) ?? .escape
            console.press(key)
            for effect in console.takeEffects() {
                if case .commit(let change, let base, _, let ticket) = effect {
                    commits += 1
                    #expect(key == .enter)
                    #expect(reviewBefore?.change == change)
                    #expect(reviewBefore?.focus == .commit)
                    #expect(reviewBefore?.base == base)
                    #expect(reviewBefore?.ticket == ticket)
                    #expect(reviewBefore?.isTypedWordRight == true)
                }
                Self.answer(effect, console: &console, generator: &generator)
            }
            if let selected = console.model.table.selected {
                #expect(console.model.rows.contains { $0.entity == selected })
            }
            if step % 50 == 0 {
                #expect(console.frame().size == ConsoleFixture.size)
            }
        }
        #expect(commits > 0, "the walk never reached a commit, so it shows nothing")
    }

    /// Plays the server: mostly kind, sometimes not.
    private static func answer(
        _ effect: ConsoleEffect,
        console: inout ConsoleScript,
        generator: inout SteadyGenerator
    ) {
        let isKind = UInt64.random(in: 0..<10, using: &generator) < 8
        switch effect {
        case .preview, .previewRollBack:
            let problem = PolicyProblem(path: "limits", message: "no")
            console.answerPreview(
                base: console.model.policy?.number.rawValue ?? 12,
                problems: isKind ? [] : [problem]
            )
        case .commit(_, _, _, let ticket) where isKind:
            console.send(
                .committed(.edited(ConsoleScript.outcome), ticket: ticket, console.now)
            )
        case .commit(_, _, _, let ticket):
            let error = AdminError(.storeFailed, "The disk is full.")
            console.send(.commitFailed(error, ticket: ticket, console.now))
        case .connect(let attempt, _):
            let facts = ServerFacts(
                status: ConsoleFixture.status,
                policy: ConsoleFixture.revision(),
                bans: ConsoleFixture.bans
            )
            console.send(.connected(facts, attempt: attempt, console.now))
            console.send(
                .received(.snapshot(ConsoleFixture.snapshot()), attempt: attempt, console.now)
            )
        default:
            break
        }
    }
}

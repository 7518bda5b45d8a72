import NIOCore
import NIOPosix
import Policy
import Synchronization
import Testing

@testable import Gateway

@Suite struct VerdictDeskTests {
    private typealias Desk = VerdictDesk<Int, String>

    /// Holds every question back until the test lets it go.
    private final class Barrier: Sendable {
        private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>(
            (false, [])
        )

        func pass() async {
            await withCheckedContinuation { continuation in
                let isOpen = state.withLock { state in
                    if !state.isOpen { state.waiting.append(continuation) }
                    return state.isOpen
                }
                if isOpen { continuation.resume() }
            }
        }

        func open() {
            let waiting = state.withLock { state in
                state.isOpen = true
                return state.waiting
            }
            for continuation in waiting { continuation.resume() }
        }
    }

    private let loop = MultiThreadedEventLoopGroup.singleton.any()
    private let start = MonotonicTime(nanoseconds: 0)
    private let asked = Notebook<Int>()
    private let barrier = Barrier()

    private func desk(openMax: Int = 8, perAsker: Int = 8, rememberedMax: Int = 8) -> Desk {
        let (asked, barrier) = (asked, barrier)
        let bounds = Desk.Bounds(
            openMax: openMax,
            openPerAskerMax: perAsker,
            rememberedMax: rememberedMax
        )
        return Desk(bounds) { number in
            asked.add(number)
            await barrier.pass()
            return Answered(verdict: "\(number)", isGood: number.isMultiple(of: 2), seconds: 60)
        }
    }

    private func ask(
        _ number: Int,
        at desk: Desk,
        from address: UInt32 = 1,
        seconds: Int64 = 0
    ) -> Prospect<String> {
        desk.ask(
            SecretDigest(words: (UInt64(number), 0, 0, 0)),
            from: ClientAddress(.v4(address)),
            at: start.advanced(bySeconds: seconds),
            on: loop,
            question: { number }
        )
    }

    private func answer(_ prospect: Prospect<String>) async throws -> String {
        switch prospect {
        case .known(let verdict): "known \(verdict)"
        case .pending(let future): try await future.get()
        case .busy: "busy"
        }
    }

    @Test func `equal questions are answered once, and everyone hears it`() async throws {
        let desk = desk()
        let prospects = (0..<100).map { _ in ask(2, at: desk) }
        barrier.open()
        for prospect in prospects { #expect(try await answer(prospect) == "2") }
        #expect(asked.notes == [2])
        #expect(try await answer(ask(2, at: desk, seconds: 59)) == "known 2")
        #expect(try await answer(ask(2, at: desk, seconds: 60)) == "2")
    }

    @Test func `an answer reaches the loop that asked`() async throws {
        let desk = desk()
        barrier.open()
        guard case .pending(let future) = ask(2, at: desk) else {
            Issue.record("it was known")
            return
        }
        let loop = self.loop
        #expect(try await future.map { _ in loop.inEventLoop }.get())
    }

    @Test func `what is too much in all or for one asker is refused, not queued`() async throws {
        let desk = desk(openMax: 3, perAsker: 2)
        let first = [ask(1, at: desk), ask(2, at: desk)]
        #expect(try await answer(ask(3, at: desk)) == "busy")
        let other = ask(4, at: desk, from: 2)
        #expect(try await answer(ask(5, at: desk, from: 3)) == "busy")
        let joined = ask(1, at: desk, from: 4)
        barrier.open()
        for prospect in first + [other, joined] { _ = try await answer(prospect) }
        #expect(desk.openCount == 0)
        #expect(try await answer(ask(3, at: desk)) == "3")
    }

    @Test func `a flood of bad answers does not push out the good ones`() async throws {
        let desk = desk(rememberedMax: 4)
        barrier.open()
        #expect(try await answer(ask(2, at: desk)) == "2")
        for number in 0..<100 { _ = try await answer(ask(number * 2 + 1, at: desk)) }
        #expect(try await answer(ask(2, at: desk)) == "known 2")
        #expect(try await answer(ask(1, at: desk)) == "1")
    }

    @Test func `closing waits for what is open and takes nothing more`() async throws {
        let desk = desk()
        let open = ask(2, at: desk)
        async let closing: Void = desk.close()
        barrier.open()
        await closing
        #expect(try await answer(open) == "2")
        #expect(try await answer(ask(4, at: desk)) == "busy")
        #expect(try await answer(ask(2, at: desk)) == "known 2")
    }
}

@Suite struct RecentAnswersTests {
    private let now = MonotonicTime(nanoseconds: 0)

    private func digest(_ number: Int) -> SecretDigest {
        SecretDigest(words: (UInt64(number), 0, 0, 0))
    }

    @Test func `holds no more than it may and drops the oldest first`() {
        var answers = RecentAnswers<Int>(countMax: 3)
        let until = now.advanced(bySeconds: 1)
        for number in 0..<10 { answers.remember(number, to: digest(number), until: until) }
        #expect(answers.count == 3)
        #expect(answers.answer(to: digest(6), at: now) == nil)
        #expect(answers.answer(to: digest(7), at: now) == 7)
    }

    @Test func `an answer given anew takes the place of the old one`() {
        var answers = RecentAnswers<Int>(countMax: 2)
        answers.remember(1, to: digest(1), until: now.advanced(bySeconds: 1))
        answers.remember(2, to: digest(1), until: now.advanced(bySeconds: 5))
        answers.remember(3, to: digest(2), until: now.advanced(bySeconds: 1))
        #expect(answers.count == 2)
        #expect(answers.answer(to: digest(1), at: now.advanced(bySeconds: 4)) == 2)
        #expect(answers.answer(to: digest(1), at: now.advanced(bySeconds: 5)) == nil)
    }
}

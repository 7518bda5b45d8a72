package import NIOCore
import Policy
import Synchronization

/// What is known of a question that takes long to answer.
package enum Prospect<Verdict: Sendable>: Sendable {
    /// The answer is remembered.
    case known(Verdict)
    /// The answer comes on the asker's event loop; the future never fails.
    ///
    /// Whoever asked may be gone by then: hold it weakly.
    case pending(EventLoopFuture<Verdict>)
    /// Too much is being worked on, of this asker or of all; answer 503.
    case busy
}

/// An answer and for how long it may be given again.
struct Answered<Verdict: Sendable>: Sendable {
    var verdict: Verdict
    /// Good answers are remembered apart, so that a flood of bad ones does not push them out.
    var isGood: Bool
    /// 0 for an answer that counts only once.
    var seconds: Int64
}

/// Has slow questions answered off the event loops: equal ones once, and a bounded number at a time.
///
/// Answers are remembered for a bounded time and number. The lock is held for a few dictionary
/// operations and never while a question is being answered.
final class VerdictDesk<Question: Sendable, Verdict: Sendable>: Sendable {
    struct Bounds: Sendable {
        /// Questions being answered or waiting for it.
        var openMax: Int
        /// The same, of one address.
        var openPerAskerMax: Int
        /// Good answers remembered; as many bad ones are too.
        var rememberedMax: Int
    }

    private struct Job {
        var asker: IPAddress
        var waiting: [EventLoopPromise<Verdict>]
        var task: Task<Void, Never>
    }

    private struct State {
        var good: RecentAnswers<Verdict>
        var bad: RecentAnswers<Verdict>
        var jobs: [SecretDigest: Job] = [:]
        var openPerAsker: [IPAddress: Int] = [:]
        var isClosed = false
    }

    private let bounds: Bounds
    private let answer: @Sendable (Question) async -> Answered<Verdict>
    private let state: Mutex<State>

    init(_ bounds: Bounds, answer: @escaping @Sendable (Question) async -> Answered<Verdict>) {
        self.bounds = bounds
        self.answer = answer
        state = Mutex(
            State(
                good: RecentAnswers(countMax: bounds.rememberedMax),
                bad: RecentAnswers(countMax: bounds.rememberedMax)
            )
        )
    }

    /// Questions being answered or waiting for it.
    var openCount: Int { state.withLock { $0.jobs.count } }

    /// Asks a question, unless its answer is known.
    ///
    /// - Parameters:
    ///   - digest: Stands for the question; equal digests are equal questions.
    ///   - asker: Who is asking, for its share of the bounds.
    ///   - now: The caller's monotonic clock.
    ///   - eventLoop: Where a pending answer arrives.
    ///   - question: Made only if it must be answered.
    /// - Returns: The answer, or where it arrives, or that there is no room.
    func ask(
        _ digest: SecretDigest,
        from asker: ClientAddress,
        at now: MonotonicTime,
        on eventLoop: any EventLoop,
        question: () -> Question
    ) -> Prospect<Verdict> {
        state.withLock { state in
            if let known = state.good.answer(to: digest, at: now)
                ?? state.bad.answer(to: digest, at: now)
            {
                return .known(known)
            }
            guard !state.isClosed else { return .busy }
            if state.jobs[digest] == nil {
                guard admit(asker.group, in: &state) else { return .busy }
                let question = question()
                let task = Task { await self.work(on: digest, question, since: now) }
                state.jobs[digest] = Job(asker: asker.group, waiting: [], task: task)
            }
            let promise = eventLoop.makePromise(of: Verdict.self)
            state.jobs[digest]?.waiting.append(promise)
            return .pending(promise.futureResult)
        }
    }

    /// Takes no more questions, and returns when the last open one is answered.
    ///
    /// The event loops of those who wait must still run.
    func close() async {
        let tasks = state.withLock { state in
            state.isClosed = true
            return state.jobs.values.map(\.task)
        }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }

    private func admit(_ asker: IPAddress, in state: inout State) -> Bool {
        let ofAsker = state.openPerAsker[asker, default: 0]
        guard state.jobs.count < bounds.openMax, ofAsker < bounds.openPerAskerMax else {
            return false
        }
        state.openPerAsker[asker] = ofAsker + 1
        return true
    }

    private func work(
        on digest: SecretDigest,
        _ question: Question,
        since asked: MonotonicTime
    ) async {
        let answered = await answer(question)
        let waiting = state.withLock { state in
            finish(digest, answered, since: asked, in: &state)
        }
        for promise in waiting { promise.succeed(answered.verdict) }
    }

    private func finish(
        _ digest: SecretDigest,
        _ answered: Answered<Verdict>,
        since asked: MonotonicTime,
        in state: inout State
    ) -> [EventLoopPromise<Verdict>] {
        guard let job = state.jobs.removeValue(forKey: digest) else { return [] }
        let ofAsker = state.openPerAsker[job.asker, default: 1] - 1
        state.openPerAsker[job.asker] = ofAsker > 0 ? ofAsker : nil
        guard answered.seconds > 0 else { return job.waiting }
        let until = asked.advanced(bySeconds: answered.seconds)
        if answered.isGood {
            state.good.remember(answered.verdict, to: digest, until: until)
        } else {
            state.bad.remember(answered.verdict, to: digest, until: until)
        }
        return job.waiting
    }
}

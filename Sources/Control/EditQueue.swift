import Admin
import Synchronization

/// Lets one edit at a time through, in the order in which they came.
///
/// An actor would let the next edit in at every `await` of the one before.
final class EditQueue: Sendable {
    /// Edits that may wait; a further one is refused.
    static let waitingMax = 256

    private struct State {
        var isBusy = false
        var waiting: [CheckedContinuation<Bool, Never>] = []
    }

    private let state = Mutex(State())

    /// Runs `edit` when its turn comes.
    ///
    /// An edit whose caller went away while it waited is not begun; one that was begun is finished.
    /// - Throws: `.unavailable` when it was not begun, else what `edit` throws.
    func run<Value>(
        _ edit: () async throws(AdminError) -> Value
    ) async throws(AdminError) -> Value {
        guard await enter() else {
            throw AdminError(
                .unavailable,
                "\(Self.waitingMax) edits are waiting already; try again in a moment"
            )
        }
        defer { leave() }
        guard !Task.isCancelled else {
            throw AdminError(.unavailable, "the edit was given up before its turn came")
        }
        return try await edit()
    }

    private func enter() async -> Bool {
        await withCheckedContinuation { continuation in
            let answer: Bool? = state.withLock { state in
                guard state.isBusy else {
                    state.isBusy = true
                    return true
                }
                guard state.waiting.count < Self.waitingMax else { return false }
                state.waiting.append(continuation)
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    private func leave() {
        let next: CheckedContinuation<Bool, Never>? = state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isBusy = false
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume(returning: true)
    }
}

import Synchronization

/// What the data plane obeys at one moment: a compiled policy and the bans beside it.
package final class EnforcedPolicy: Sendable {
    package let snapshot: PolicySnapshot
    package let bans: BanTable

    package init(snapshot: PolicySnapshot, bans: BanTable) {
        self.snapshot = snapshot
        self.bans = bans
    }
}

/// The one place where the control plane hands a policy to the data plane.
///
/// Every event loop registers an enforcer, keeps its own copy of what it is given, and calls back
/// once it obeys it. No loop ever waits for another.
package final class LivePolicy: Sendable {
    /// Called on an arbitrary thread.
    ///
    /// Must hop to its loop, replace the copy, then call `enforced` exactly once. A loop
    /// that is shutting down calls it at once.
    package typealias Enforcer =
        @Sendable (_ policy: EnforcedPolicy, _ enforced: @escaping @Sendable () -> Void) -> Void

    private struct State {
        var current: EnforcedPolicy
        var enforcers: [Int: Enforcer] = [:]
        var nextEnforcer = 0
    }

    private let state: Mutex<State>

    package init(_ initial: EnforcedPolicy) {
        state = Mutex(State(current: initial))
    }

    package var current: EnforcedPolicy {
        state.withLock { $0.current }
    }

    /// - Returns: The policy in force now, which the loop starts with, and a token for `remove`.
    package func register(_ enforcer: @escaping Enforcer) -> (policy: EnforcedPolicy, token: Int) {
        state.withLock { state in
            let token = state.nextEnforcer
            state.nextEnforcer += 1
            state.enforcers[token] = enforcer
            return (state.current, token)
        }
    }

    package func remove(_ token: Int) {
        state.withLock { _ = $0.enforcers.removeValue(forKey: token) }
    }

    /// Returns once every registered loop obeys `policy`.
    ///
    /// Only the control plane calls this, one call at a time.
    package func activate(_ policy: EnforcedPolicy) async {
        let enforcers = state.withLock { state in
            state.current = policy
            return Array(state.enforcers.values)
        }
        await withTaskGroup { group in
            for enforcer in enforcers {
                group.addTask {
                    await withCheckedContinuation { continuation in
                        enforcer(policy) { continuation.resume() }
                    }
                }
            }
        }
    }
}

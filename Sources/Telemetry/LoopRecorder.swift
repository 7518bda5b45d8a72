package import Policy
import Synchronization

/// Where one event loop counts what it does.
///
/// Made by `TelemetryHub.makeRecorder`, one for each loop. Its lock is contended once a second,
/// for the time of a swap. Memory is bounded whatever clients do: see `Recording`.
package final class LoopRecorder: Sendable {
    private struct State: Sendable {
        var recording = Recording()
        var openConnections = 0
    }

    private let state = Mutex(State())

    init() {}

    package func record(_ call: CallRecord, at now: Timestamp) {
        state.withLock { $0.recording.add(call, at: now) }
    }

    /// A peer that nobody trusts sent forwarding fields; they meant nothing.
    package func forwardingIgnored() {
        state.withLock { $0.recording.countIgnoredForwarding() }
    }

    /// Failed credentials led to a ban.
    package func addressBanned(_ client: ClientAddress, seconds: Int64, at now: Timestamp) {
        state.withLock { $0.recording.addBan(of: client, at: now) }
    }

    /// An upstream's tools are not as they should be; `subject` is at most 200 characters for
    /// people, neutralised.
    package func toolsNoticed(_ reason: ReasonCode, _ subject: String, at now: Timestamp) {
        state.withLock { $0.recording.addToolNews(reason, subject, at: now) }
    }

    package func connectionOpened() {
        state.withLock { $0.openConnections += 1 }
    }

    package func connectionClosed() {
        state.withLock { $0.openConnections -= 1 }
    }

    /// Hands out what was recorded and goes on with `spare`, which must be empty.
    ///
    /// - Returns: How many connections are open.
    func exchange(_ spare: inout Recording) -> Int {
        state.withLock { state in
            swap(&state.recording, &spare)
            return state.openConnections
        }
    }
}

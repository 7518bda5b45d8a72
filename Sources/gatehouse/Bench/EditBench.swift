import Admin
import Foundation
import Policy
import Rehearsal
import Synchronization

/// How long an edit takes until nobody is let in against it.
///
/// Callers on every event loop call without a pause while an operator bans and unbans them.
struct EditBench: Sendable {
    private struct Sighting {
        /// When the newest request that was let in had been sent.
        var lastAdmittedSent = ContinuousClock.now
    }

    var edits: Int
    var port: Int
    var key: String
    var socketPath: String

    func run() async throws -> BenchReport.Edit {
        let client = AdminClient(socketPath: socketPath)
        do {
            let edit = try await measure(client)
            await client.shutdown()
            return edit
        } catch {
            await client.shutdown()
            throw error
        }
    }

    private func measure(_ client: AdminClient) async throws -> BenchReport.Edit {
        let address = "127.0.77.1"
        let sightings = SightingBoard()
        let caller = Caller(
            port: port,
            request: RequestText.modernCall(tool: "get_server_time", port: port, key: key),
            sourceAddress: address
        )
        let loops = try await client.status().eventLoops
        return try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<(4 * loops) {
                group.addTask { await caller.callUntilCancelled(reportingTo: sightings) }
            }
            defer { group.cancelAll() }
            let prefix = try AddressPrefix(parsing: address)
            var answers: [Double] = []
            var activations: [Double] = []
            var lags: [Double] = []
            for _ in 0..<edits {
                try await sightings.waitForAdmission()
                let sent = ContinuousClock.now
                let outcome = try await client.addBan(prefix, seconds: nil, reason: "bench")
                let answered = ContinuousClock.now
                try await Task.sleep(for: .milliseconds(30))
                let late = answered.duration(to: sightings.lastAdmittedSent)
                answers.append(sent.duration(to: answered) / .milliseconds(1))
                activations.append(Double(outcome.activationMicroseconds) / 1_000)
                lags.append(max(0, late / .milliseconds(1)))
                _ = try await client.removeBan(prefix, reason: "bench")
            }
            guard let answer = Summary(answers), let activation = Summary(activations),
                let lag = Summary(lags)
            else { throw RehearsalError(.peerUnavailable, "No edit was measured.") }
            return BenchReport.Edit(
                answerMilliseconds: answer,
                activationMilliseconds: activation,
                enforcedAfterAnswerMilliseconds: lag,
                eventLoops: loops,
                edits: edits
            )
        }
    }
}

/// When callers were last let in.
private final class SightingBoard: Sendable {
    private let newest = Mutex<(sent: ContinuousClock.Instant, count: Int)>((.now, 0))

    var lastAdmittedSent: ContinuousClock.Instant { newest.withLock { $0.sent } }

    func admitted(sentAt sent: ContinuousClock.Instant) {
        newest.withLock { state in
            state.sent = max(state.sent, sent)
            state.count += 1
        }
    }

    /// Returns once somebody was let in after this call, at most 5 s later.
    func waitForAdmission() async throws {
        let before = newest.withLock { $0.count }
        for _ in 0..<5_000 {
            if newest.withLock({ $0.count }) > before { return }
            try await Task.sleep(for: .milliseconds(1))
        }
        throw RehearsalError(.peerUnavailable, "The gate lets nobody in before the edit.")
    }
}

extension Caller {
    fileprivate func callUntilCancelled(reportingTo board: SightingBoard) async {
        await call { sent, status in
            if status == 200 {
                board.admitted(sentAt: sent)
            }
        }
    }
}

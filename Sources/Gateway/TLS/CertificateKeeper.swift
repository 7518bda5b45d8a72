import Logging
import NIOSSL
package import Policy
import Synchronization
import Telemetry

/// The certificate that new connections are greeted with, renewed without a restart.
///
/// Connections that stand keep what they began with. What cannot be served is refused: the old
/// certificate stays, an event is raised and a line is logged.
package final class CertificateKeeper: Sendable {
    private struct State: Sendable {
        var identity: TLSIdentity
        var watch: CertificateWatch
        var alarm = ExpiryAlarm()
    }

    private let settings: TLSSettings
    private let telemetry: TelemetryHub
    private let logger: Logger?
    private let state: Mutex<State>

    /// - Throws: What keeps the files from being served.
    init(
        _ settings: TLSSettings,
        telemetry: TelemetryHub,
        logger: Logger?,
        at now: Timestamp
    ) throws(TLSProblem) {
        self.settings = settings
        self.telemetry = telemetry
        self.logger = logger
        // Stamped before they are read, so that a change in between is seen as one.
        let stamps = TLSFileStamps(of: settings)
        let identity = try TLSIdentity(TLSFiles(reading: settings), of: settings, at: now)
        state = Mutex(State(identity: identity, watch: CertificateWatch(judged: stamps)))
    }

    package var standing: CertificateStanding {
        state.withLock { $0.identity.standing }
    }

    /// For the next connection; asked once for each.
    var identity: TLSIdentity {
        state.withLock { $0.identity }
    }

    /// Loads the files if they have changed and been still since the last look; once a second.
    package func look(at wall: Timestamp, monotonic: MonotonicTime) {
        let stamps = TLSFileStamps(of: settings)
        if state.withLock({ $0.watch.saw(stamps, at: monotonic) }) {
            load(stamps, isOrdered: false, at: wall, monotonic)
        }
        tellOfExpiry(at: wall)
    }

    /// Loads the files now, changed or not.
    package func reload(at wall: Timestamp, monotonic: MonotonicTime) {
        load(TLSFileStamps(of: settings), isOrdered: true, at: wall, monotonic)
    }

    private func load(
        _ stamps: TLSFileStamps,
        isOrdered: Bool,
        at wall: Timestamp,
        _ monotonic: MonotonicTime
    ) {
        let loaded = Result { () throws(TLSProblem) in
            try TLSIdentity(TLSFiles(reading: settings), of: settings, at: wall)
        }
        let verdict = state.withLock { state in
            let usable = try? loaded.get()
            if let usable { state.identity = usable }
            return state.watch.loaded(
                stamps,
                isUsable: usable != nil,
                isOrdered: isOrdered,
                at: monotonic
            )
        }
        switch (verdict, loaded) {
        case (.refused, .failure(let problem)): tellOfRefusal(problem, at: wall)
        case (.adopted, .success(let identity)): tellOfRenewal(identity.standing, at: wall)
        default: break
        }
    }

    // MARK: Words

    private func tellOfRenewal(_ standing: CertificateStanding, at now: Timestamp) {
        let names = standing.names.joined(separator: ", ")
        let sentence = "The certificate for \(names) is in use until \(standing.validUntil)."
        logger?.info("certificate renewed", metadata: ["until": "\(standing.validUntil)"])
        raise(.certificateChanged, .info, sentence, at: now)
    }

    private func tellOfRefusal(_ problem: TLSProblem, at now: Timestamp) {
        logger?.error(
            "certificate refused, the old one stays",
            metadata: ["reason": "\(problem.code.rawValue)", "detail": "\(problem.message)"]
        )
        raise(
            .certificateRefused,
            .critical,
            "\(problem.code.rawValue): \(problem.message) The old one stays.",
            at: now
        )
    }

    private func tellOfExpiry(at now: Timestamp) {
        let (days, standing) = state.withLock { state in
            (state.alarm.daysToTell(state.identity.standing, at: now), state.identity.standing)
        }
        guard let days else { return }
        let sentence =
            days < 0
            ? "The certificate expired on \(standing.validUntil)."
            : "The certificate expires on \(standing.validUntil), in \(days) days."
        logger?.warning("certificate expires", metadata: ["days": "\(days)"])
        raise(.certificateExpiring, days < 1 ? .critical : .warning, sentence, at: now)
    }

    private func raise(
        _ kind: SecurityEvent.Kind,
        _ severity: SecurityEvent.Severity,
        _ sentence: String,
        at now: Timestamp
    ) {
        let detail = String(sentence.unicodeScalars.prefix(200))
        telemetry.record(SecurityEvent(time: now, kind: kind, severity: severity, detail: detail))
    }
}

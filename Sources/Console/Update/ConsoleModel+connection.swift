import Admin
import Policy
import Telemetry
import Terminal

/// Being connected, losing it, and coming back; the last good data stays throughout.
extension ConsoleModel {
    mutating func hear(_ message: ConsoleMessage) -> [ConsoleEffect] {
        switch message {
        case .connected(let facts, connection.attempt, let moment):
            now = moment
            take(facts)
            return loading(screen)
        case .received(let update, connection.attempt, let moment):
            now = moment
            connection.heard(at: moment)
            return take(update)
        case .disconnected(let error, connection.attempt, let moment):
            now = moment
            lose(error.message)
            return []
        default:
            // The words of a connection that was given up.
            return []
        }
    }

    /// Retries when the wait is over, and gives up an open connection that went silent.
    mutating func keepConnected() -> [ConsoleEffect] {
        switch connection.phase {
        case .waiting(let retryAt) where now.monotonic >= retryAt:
            return reconnect()
        case .live
        where (connection.silenceSeconds(at: now) ?? 0) > ConnectionState.deadAfterSeconds:
            lose("The server has said nothing for \(ConnectionState.deadAfterSeconds) s.")
            return reconnect()
        default:
            return []
        }
    }

    mutating func reconnect() -> [ConsoleEffect] {
        connection.retry()
        return [.connect(attempt: connection.attempt, cursor: events.cursor)]
    }

    private mutating func take(_ facts: ServerFacts) {
        let isRestarted = status.map { $0.started != facts.status.started } ?? false
        if connection.failures > 0 {
            let words = status == nil ? "Connected." : "Reconnected."
            say(.good, isRestarted ? "The server was restarted; reconnected." : words)
        }
        if isRestarted {
            events.reset()
        }
        status = facts.status
        bans = facts.bans
        take(facts.policy)
        connection.heard(at: now)
    }

    private mutating func take(_ update: AdminUpdate) -> [ConsoleEffect] {
        switch update {
        case .snapshot(let snapshot):
            if isDisplayDue {
                telemetry = snapshot
                telemetryTaken = now.monotonic
            }
            for event in snapshot.latestEvents {
                count(event)
            }
            // How servers are doing is part of the status and goes on changing by itself.
            return screen == .upstreams ? [.loadStatus] : []
        case .event(let event):
            count(event)
            return following(event.kind)
        case .revision(let number):
            guard number != policy?.number else { return [] }
            return [.loadPolicy, .loadStatus] + (screen == .revisions ? [.loadRevisions] : [])
        }
    }

    /// What an event says has changed, as far as the console shows it.
    private func following(_ kind: SecurityEvent.Kind) -> [ConsoleEffect] {
        switch kind {
        case .banChanged: [.loadBans]
        case .toolChanged where loading(screen).contains(.loadTools): [.loadTools]
        default: []
        }
    }

    /// Whether the figures on display are old enough to be replaced.
    private var isDisplayDue: Bool {
        guard let telemetryTaken, options.settings.refreshSeconds > 1 else { return true }
        // Snapshots are never quite a second apart.
        let milliseconds = Int64(options.settings.refreshSeconds) * 1_000 - 500
        return now.milliseconds(since: telemetryTaken) >= milliseconds
    }

    private mutating func count(_ event: SecurityEvent) {
        if event.cursor > events.cursor ?? 0 {
            frozen?.eventCount += event.count
        }
        events.count(event)
    }

    /// Takes in the policy in force; a review based on another is told.
    mutating func take(_ revision: PolicyRevision) {
        if let known = policy, revision.number < known.number, connection.phase == .live {
            return
        }
        policy = revision
        status?.revision = revision.number
        status?.isAuthenticationRequired = revision.document.authentication.isRequired
        status?.isAllowlistEmpty = revision.document.allowlist.isEmpty
        guard case .review(var review) = dialog, review.change.hasBase,
            review.base != revision.number, !review.isCommitting
        else { return }
        review.overtake(
            by: revision.number,
            words: "\(revision.author.name) made rev \(revision.number): \(revision.summary)"
        )
        open?.dialog = .review(review)
    }

    private mutating func lose(_ reason: String) {
        connection.failed(reason, at: now)
        forgetSecret(because: "the connection was lost")
    }

    /// Wipes a secret on display; what was not stored is lost, and a rotation makes another.
    mutating func forgetSecret(because cause: String) {
        guard case .secret(let secret) = dialog else { return }
        open = nil
        say(
            .warning,
            "The secret of \(secret.id) was wiped: \(cause). Rotate the key if it was not stored."
        )
    }
}

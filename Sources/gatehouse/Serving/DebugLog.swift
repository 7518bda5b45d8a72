import Logging
import Policy
import Telemetry
import Terminal

/// Writes every event to the log while the policy in force asks for debug messages.
///
/// Events hold no secret, and their text is made harmless once more on its way out.
struct DebugLog: Sendable {
    private let telemetry: TelemetryHub
    private let policy: LivePolicy
    private let logger: Logger

    /// - Returns: Nil for a `logger` that is to stay quiet, as below a console.
    init?(telemetry: TelemetryHub, policy: LivePolicy, logger: Logger) {
        guard logger.logLevel <= .info else { return nil }
        self.telemetry = telemetry
        self.policy = policy
        var logger = logger
        logger.logLevel = .debug
        self.logger = logger
    }

    /// Until the task is cancelled.
    func run() async {
        for await case .event(let event) in telemetry.updates() {
            guard policy.current.snapshot.document.isDebugLoggingEnabled else { continue }
            logger.debug("event", metadata: Self.metadata(of: event))
        }
    }

    private static func metadata(of event: SecurityEvent) -> Logger.Metadata {
        let facts: [(String, String?)] = [
            ("kind", event.kind.rawValue), ("reason", event.reason?.rawValue),
            ("client", event.address), ("key", event.key?.rawValue), ("detail", event.detail),
            ("count", "\(event.count)"),
        ]
        return Dictionary(
            uniqueKeysWithValues: facts.compactMap { name, value in
                value.map { (name, .string(SafeText.neutralized($0))) }
            }
        )
    }
}

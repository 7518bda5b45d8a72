import Admin
import Control
import Policy

/// What the demo's gate enforces: limits that its honest visitors keep and its flooder does not.
enum DemoPolicy {
    private static let holders = ["ci-runner", "claude-desktop", "nightly-report"]

    /// Makes the keys and sets the limits, as an operator would.
    ///
    /// - Returns: The keys' secrets, for the visitors.
    /// - Throws: `AdminError`.
    static func install(in gate: Gate) async throws -> [String] {
        let service = gate.control.service(for: gate.author)
        var keys: [String] = []
        for holder in holders {
            let key = try await service.createKey(
                KeyCreation(name: holder, expires: nil, base: nil, reason: "demo visitors")
            )
            keys.append(key.secret.revealed())
        }
        let policy = try await service.policy()
        var limits = policy.document.limits
        limits.perKey = RateRule(requestsPerMinute: 6_000, burst: 600)
        limits.perAddress = RateRule(requestsPerMinute: 60, burst: 30)
        limits.blockSeconds = 30
        _ = try await service.apply(.setLimits(limits), base: policy.number, reason: "demo limits")
        return keys
    }
}

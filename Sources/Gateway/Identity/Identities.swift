import AsyncHTTPClient
package import NIOCore
package import Policy
import Synchronization

/// Verifies the credentials that take long to verify: passwords, and signed access tokens.
///
/// One for the whole gateway, shared by its event loops. The outcome of a verification arrives on the
/// loop that asked for it, whether or not the client is still there.
package final class Identities: Sendable {
    package let passwords: PasswordVerifier
    private let client: HTTPClient
    private let clock: @Sendable () -> MonotonicTime
    private let report: @Sendable (KeySetEvent) -> Void
    private let tokenDesk = TokenVerifier.makeDesk()
    private let state = Mutex(State())

    private struct State {
        var verifier: TokenVerifier?
        var source: (place: KeySetPlace, keys: KeySetSource)?
        var serial: UInt64 = 0
    }

    /// - Parameters:
    ///   - group: The loops that fetch public keys.
    ///   - threadCount: Passwords judged at the same time; at most the number of cores.
    ///   - clock: The gateway's monotonic clock.
    ///   - report: Hears what happens to public keys, on any thread.
    package init(
        group: any EventLoopGroup,
        threadCount: Int = 1,
        clock: @escaping @Sendable () -> MonotonicTime = GatewayClock.monotonic,
        report: @escaping @Sendable (KeySetEvent) -> Void
    ) {
        passwords = PasswordVerifier(threadCount: threadCount)
        client = HTTPClient(
            eventLoopGroupProvider: .shared(group),
            configuration: Self.configuration
        )
        self.clock = clock
        self.report = report
    }

    /// No redirects: keys come from where the policy says and from nowhere else.
    private static var configuration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(3), read: .seconds(5))
        )
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.idleTimeout = .seconds(5)
        return configuration
    }

    /// What judges access tokens under a policy; nil when it accepts none.
    ///
    /// Called once per policy and loop, never per request. The same rules give the same verifier,
    /// and rules that differ in other things than the place of the keys share those.
    package func tokens(for rules: TokenRules?) -> TokenVerifier? {
        guard let rules, let place = KeySetPlace(rules.keySet) else { return nil }
        return state.withLock { state in
            if let verifier = state.verifier, verifier.rules == rules { return verifier }
            let source = state.source.flatMap { $0.place == place ? $0.keys : nil }
            let keys = source ?? makeSource(at: place)
            state.source = (place, keys)
            state.serial += 1
            let verifier = TokenVerifier(
                rules,
                serial: state.serial,
                source: keys,
                desk: tokenDesk
            )
            state.verifier = verifier
            return verifier
        }
    }

    /// Ends what is under way; call it once, before the event loops are shut down.
    package func shutdown() async {
        let source = state.withLock { $0.source?.keys }
        await source?.close()
        await tokenDesk.close()
        await passwords.close()
        do {
            try await client.shutdown()
        } catch {
            // Connections that did not close in order are gone all the same.
        }
    }

    private func makeSource(at place: KeySetPlace) -> KeySetSource {
        let client = self.client
        let source = KeySetSource(place.pace, clock: clock, report: report) {
            validator throws(KeySetProblem) in
            try await place.fetch(unless: validator, with: client)
        }
        Task { await source.prepare() }
        return source
    }
}

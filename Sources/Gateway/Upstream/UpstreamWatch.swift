import Logging
import NIOCore
import NIOPosix
package import Policy
import Synchronization
import Telemetry

/// Tries from time to time whether the servers that are reached over HTTP can be connected to.
///
/// A connection is all that is tried: nothing is sent, so nothing is asked of a server that it
/// would have to answer for. Operators hear when a server is lost and when it is back; calls hear
/// of it through the server's circuit breaker, which need not be tried with a client's call then.
package final class UpstreamWatch: Sendable {
    /// How one server is doing.
    package struct Standing: Equatable, Sendable {
        /// Empty for the one on `/mcp`.
        package let name: String
        /// As `127.0.0.1:9000`.
        package let address: String
        package let reachability: Reachability
        /// For how many more seconds no call is sent to it; nil when calls are.
        package let suspendedSeconds: Int64?
    }

    private static let connectTimeout = TimeAmount.seconds(2)

    private let book: HealthBook
    private let policy: LivePolicy
    private let group: any EventLoopGroup
    private let telemetry: TelemetryHub
    private let logger: Logger?
    private let records = Mutex<[String: Reachability]>([:])

    init(
        _ book: HealthBook,
        obeying policy: LivePolicy,
        on group: any EventLoopGroup,
        telemetry: TelemetryHub,
        logger: Logger?
    ) {
        self.book = book
        self.policy = policy
        self.group = group
        self.telemetry = telemetry
        self.logger = logger
    }

    /// Of every server of the policy in force that is reached over HTTP.
    package func standings(at now: MonotonicTime) -> [Standing] {
        let records = self.records.withLock { $0 }
        return policy.current.snapshot.servers.all.compactMap { upstream in
            guard let address = upstream.address else { return nil }
            return Standing(
                name: upstream.name,
                address: address.authority,
                reachability: records[address.authority] ?? Reachability(),
                suspendedSeconds: book.health(of: address).suspension(at: now)
            )
        }
    }

    /// Begins what tries are due; called once a second.
    package func look(at wall: Timestamp, monotonic: MonotonicTime) {
        let targets = policy.current.snapshot.servers.all.compactMap(\.address)
        let wanted = Set(targets.map(\.authority))
        let due = records.withLock { records in
            records = records.filter { wanted.contains($0.key) }
            return targets.filter {
                records[$0.authority, default: Reachability()].beginTry(at: monotonic)
            }
        }
        for target in due { tryToReach(target, at: monotonic, wall: wall) }
    }

    private func tryToReach(_ target: UpstreamAddress, at now: MonotonicTime, wall: Timestamp) {
        ClientBootstrap(group: group)
            .connectTimeout(Self.connectTimeout)
            .connect(host: target.host, port: target.port)
            .whenComplete { result in
                let channel = try? result.get()
                channel?.close(promise: nil)
                self.tried(target, isReachable: channel != nil, at: now, wall: wall)
            }
    }

    private func tried(
        _ target: UpstreamAddress,
        isReachable: Bool,
        at now: MonotonicTime,
        wall: Timestamp
    ) {
        book.health(of: target).tried(isReachable: isReachable, at: now)
        let news = records.withLock {
            $0[target.authority]?.endTry(isReachable: isReachable, at: now, wall: wall)
        }
        switch news {
        case .lost:
            logger?.error("upstream lost", metadata: ["address": "\(target.authority)"])
            tell("\(target.authority) cannot be reached.", .upstreamUnreachable, at: wall)
        case .regained:
            logger?.notice("upstream regained", metadata: ["address": "\(target.authority)"])
            tell("\(target.authority) can be reached again.", nil, at: wall)
        case nil: break
        }
    }

    private func tell(_ words: String, _ reason: ReasonCode?, at wall: Timestamp) {
        let sentence = String("The server at \(words)".unicodeScalars.prefix(200))
        let event = SecurityEvent(
            time: wall,
            kind: .upstreamChanged,
            severity: reason == nil ? .info : .critical,
            reason: reason,
            detail: sentence
        )
        telemetry.record(event)
    }
}

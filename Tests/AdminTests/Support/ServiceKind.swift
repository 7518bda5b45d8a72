import Admin
import Control
import Policy
import Store
import Telemetry
import Testing

/// One way to have an admin service; all of them must behave alike.
enum ServiceKind: CaseIterable, CustomTestStringConvertible {
    case inMemory
    case inMemoryThroughSocket
    case controlPlane
    case controlPlaneThroughSocket

    var testDescription: String {
        switch self {
        case .inMemory: "in memory"
        case .inMemoryThroughSocket: "in memory, through the socket"
        case .controlPlane: "the control plane"
        case .controlPlaneThroughSocket: "the control plane, through the socket"
        }
    }

    /// Runs `body` on a fresh service.
    func run(_ body: (any AdminService) async throws -> Void) async throws {
        let clock = StandingClock()
        switch self {
        case .inMemory:
            try await body(InMemoryAdminService(InMemoryGate(now: { clock.now })))
        case .inMemoryThroughSocket:
            let service = InMemoryAdminService(InMemoryGate(now: { clock.now }))
            try await Self.throughSocket(service, body)
        case .controlPlane:
            try await Self.withControlPlane(clock, body)
        case .controlPlaneThroughSocket:
            try await Self.withControlPlane(clock) { service in
                try await Self.throughSocket(service, body)
            }
        }
    }

    private static func throughSocket(
        _ service: any AdminService,
        _ body: (any AdminService) async throws -> Void
    ) async throws {
        try await AdminStand.serving(service) { path in
            try await AdminStand.withClient(path) { try await body($0) }
        }
    }

    /// A control plane over a real store, without a data plane.
    private static func withControlPlane(
        _ clock: StandingClock,
        _ body: (any AdminService) async throws -> Void
    ) async throws {
        let folder = try ScratchFolder()
        defer { folder.remove() }
        let operatorName = Author(uid: 1000, name: "operator")
        let zero = MonotonicTime(nanoseconds: 0)
        let controlClock = ControlClock(wall: { clock.now }, monotonic: { zero })
        let store = try PolicyStore(path: "\(folder.path)/gatehouse.sqlite")
        let opening = try await ControlPlane.start(
            store: store,
            seed: try EnvironmentSeed.read(["HTTP_AUTH_ENABLED": "false"]),
            author: operatorName,
            keyEnvironment: "test",
            clock: controlClock
        )
        let ledger = UsageLedger()
        let plane = ControlPlane(
            store: store,
            opening: opening,
            live: LivePolicy(opening.enforced),
            ledger: ledger,
            telemetry: TelemetryHub(ledger: ledger, started: clock.now, at: zero),
            clock: controlClock,
            facts: GateFacts(
                version: "test",
                processID: 1,
                started: clock.now,
                listenAddress: "127.0.0.1:8080",
                eventLoops: 1,
                keyEnvironment: "test"
            ),
            ports: ControlPorts(derivePassword: { password in
                let derivation = PasswordDerivation(salt: String(repeating: "0", count: 32))
                return (SecretDigest(of: password), derivation)
            }),
            logger: .quiet
        )
        try await body(plane.service(for: operatorName))
    }
}

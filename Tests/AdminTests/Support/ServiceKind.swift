import Admin
import Policy
import Telemetry
import Testing

/// One way to have an admin service; all of them must behave alike.
enum ServiceKind: CaseIterable, CustomTestStringConvertible {
    case inMemory
    case inMemoryThroughSocket

    var testDescription: String {
        switch self {
        case .inMemory: "in memory"
        case .inMemoryThroughSocket: "in memory, through the socket"
        }
    }

    /// Runs `body` on a fresh service.
    func run(_ body: (any AdminService) async throws -> Void) async throws {
        let clock = StandingClock()
        let gate = InMemoryGate(now: { clock.now })
        let service = InMemoryAdminService(gate)
        switch self {
        case .inMemory:
            try await body(service)
        case .inMemoryThroughSocket:
            try await AdminStand.serving(service) { path in
                try await AdminStand.withClient(path) { try await body($0) }
            }
        }
    }
}

import Admin
import Policy
import Telemetry

/// A service whose streams end by themselves after the third update.
struct EndingService: AdminService {
    private let service: InMemoryAdminService

    init(_ service: InMemoryAdminService) {
        self.service = service
    }

    func status() async throws(AdminError) -> GateStatus { try await service.status() }
    func telemetry() async throws(AdminError) -> TelemetrySnapshot {
        try await service.telemetry()
    }
    func policy() async throws(AdminError) -> PolicyRevision { try await service.policy() }
    func revision(_ number: RevisionNumber) async throws(AdminError) -> PolicyRevision {
        try await service.revision(number)
    }
    func history(limit: Int) async throws(AdminError) -> [RevisionSummary] {
        try await service.history(limit: limit)
    }
    func check(_ edit: PolicyEdit) async throws(AdminError) -> EditPreview {
        try await service.check(edit)
    }
    func apply(
        _ edit: PolicyEdit,
        base: RevisionNumber,
        reason: String?
    ) async throws(AdminError) -> EditOutcome {
        try await service.apply(edit, base: base, reason: reason)
    }
    func rollBack(
        to number: RevisionNumber,
        base: RevisionNumber,
        reason: String?
    ) async throws(AdminError) -> EditOutcome {
        try await service.rollBack(to: number, base: base, reason: reason)
    }
    func createKey(_ request: KeyCreation) async throws(AdminError) -> IssuedKey {
        try await service.createKey(request)
    }
    func rotateKey(
        _ id: KeyID,
        graceSeconds: Int64,
        base: RevisionNumber?,
        reason: String?
    ) async throws(AdminError) -> IssuedKey {
        try await service.rotateKey(id, graceSeconds: graceSeconds, base: base, reason: reason)
    }
    func bans() async throws(AdminError) -> [BanRecord] { try await service.bans() }
    func addBan(
        _ prefix: AddressPrefix,
        seconds: Int64?,
        reason: String?
    ) async throws(AdminError) -> BanOutcome {
        try await service.addBan(prefix, seconds: seconds, reason: reason)
    }
    func removeBan(
        _ prefix: AddressPrefix,
        reason: String?
    ) async throws(AdminError) -> BanOutcome {
        try await service.removeBan(prefix, reason: reason)
    }
    func toolPins() async throws(AdminError) -> [ToolStanding] { try await service.toolPins() }
    func approveTool(
        _ tool: String,
        of server: String,
        digest: SecretDigest,
        reason: String?
    ) async throws(AdminError) -> ToolStanding {
        try await service.approveTool(tool, of: server, digest: digest, reason: reason)
    }
    func events(after cursor: UInt64, limit: Int) async throws(AdminError) -> EventPage {
        try await service.events(after: cursor, limit: limit)
    }

    func watch(after cursor: UInt64?) -> AsyncThrowingStream<AdminUpdate, any Error> {
        let updates = service.watch(after: cursor)
        return AsyncThrowingStream { continuation in
            let pump = Task {
                var count = 0
                for try await update in updates {
                    continuation.yield(update)
                    count += 1
                    if count == 3 { break }
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in pump.cancel() }
        }
    }
}

import Admin
import Policy
import Telemetry

/// A service that can do nothing.
struct FailingAdminService: AdminService {
    private var failure: AdminError {
        AdminError(.internalFailure, "The gateway could not answer the request.")
    }

    func status() async throws(AdminError) -> GateStatus { throw failure }
    func telemetry() async throws(AdminError) -> TelemetrySnapshot { throw failure }
    func policy() async throws(AdminError) -> PolicyRevision { throw failure }
    func revision(_ number: RevisionNumber) async throws(AdminError) -> PolicyRevision {
        throw failure
    }
    func history(limit: Int) async throws(AdminError) -> [RevisionSummary] { throw failure }
    func check(_ edit: PolicyEdit) async throws(AdminError) -> EditPreview { throw failure }
    func apply(
        _ edit: PolicyEdit,
        base: RevisionNumber,
        reason: String?
    ) async throws(AdminError) -> EditOutcome { throw failure }
    func rollBack(
        to number: RevisionNumber,
        base: RevisionNumber,
        reason: String?
    ) async throws(AdminError) -> EditOutcome { throw failure }
    func createKey(_ request: KeyCreation) async throws(AdminError) -> IssuedKey { throw failure }
    func rotateKey(
        _ id: KeyID,
        graceSeconds: Int64,
        base: RevisionNumber?,
        reason: String?
    ) async throws(AdminError) -> IssuedKey { throw failure }
    func bans() async throws(AdminError) -> [BanRecord] { throw failure }
    func addBan(
        _ prefix: AddressPrefix,
        seconds: Int64?,
        reason: String?
    ) async throws(AdminError) -> BanOutcome { throw failure }
    func removeBan(
        _ prefix: AddressPrefix,
        reason: String?
    ) async throws(AdminError) -> BanOutcome { throw failure }
    func toolPins() async throws(AdminError) -> [ToolStanding] { throw failure }
    func approveTool(
        _ tool: String,
        of server: String,
        digest: SecretDigest,
        reason: String?
    ) async throws(AdminError) -> ToolStanding { throw failure }
    func events(after cursor: UInt64, limit: Int) async throws(AdminError) -> EventPage {
        throw failure
    }
    func watch(after cursor: UInt64?) -> AsyncThrowingStream<AdminUpdate, any Error> {
        AsyncThrowingStream { $0.finish(throwing: AdminError(.internalFailure, "It failed.")) }
    }
}

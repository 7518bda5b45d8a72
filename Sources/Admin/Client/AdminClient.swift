import NIOHTTP1
package import Policy
package import Telemetry

/// The admin service of a running gateway, through its socket.
///
/// Calls fail after 5 s, and at once when nobody listens. `shutdown` must be called before the last
/// copy goes away.
package struct AdminClient: AdminService {
    private let transport: AdminTransport

    package init(socketPath: String) {
        transport = AdminTransport(socketPath: socketPath)
    }

    /// Ends every call and stream of this client and its copies.
    package func shutdown() async {
        await transport.shutdown()
    }

    package func status() async throws(AdminError) -> GateStatus {
        try await get("/v1/status")
    }

    package func telemetry() async throws(AdminError) -> TelemetrySnapshot {
        try await get("/v1/telemetry")
    }

    package func policy() async throws(AdminError) -> PolicyRevision {
        try await get("/v1/policy")
    }

    package func revision(_ number: RevisionNumber) async throws(AdminError) -> PolicyRevision {
        try await get("/v1/policy/revisions/\(number)")
    }

    package func history(limit: Int) async throws(AdminError) -> [RevisionSummary] {
        try await get("/v1/policy/revisions", query: [("limit", "\(limit)")])
    }

    package func check(_ edit: PolicyEdit) async throws(AdminError) -> EditPreview {
        try await post("/v1/policy/check", CheckRequest(edit: WiredEdit(edit)))
    }

    package func apply(
        _ edit: PolicyEdit,
        base: RevisionNumber,
        reason: String?
    ) async throws(AdminError) -> EditOutcome {
        let body = EditRequest(edit: WiredEdit(edit), reason: reason)
        return try await post("/v1/policy/edits", body, base: base)
    }

    package func rollBack(
        to number: RevisionNumber,
        base: RevisionNumber,
        reason: String?
    ) async throws(AdminError) -> EditOutcome {
        let body = RollbackRequest(revision: number, reason: reason)
        return try await post("/v1/policy/rollback", body, base: base)
    }

    package func createKey(_ request: KeyCreation) async throws(AdminError) -> IssuedKey {
        let body = KeyRequest(
            name: request.name,
            scheme: request.scheme,
            username: request.username,
            password: request.password,
            access: request.access,
            expires: request.expires,
            reason: request.reason
        )
        return try await post("/v1/keys", body, base: request.base)
    }

    package func rotateKey(
        _ id: KeyID,
        graceSeconds: Int64,
        base: RevisionNumber?,
        reason: String?
    ) async throws(AdminError) -> IssuedKey {
        let body = RotationRequest(graceSeconds: graceSeconds, reason: reason)
        let path = "/v1/keys/\(PercentCoding.encode(id.rawValue))/rotate"
        return try await post(path, body, base: base)
    }

    package func bans() async throws(AdminError) -> [BanRecord] {
        try await get("/v1/bans")
    }

    package func addBan(
        _ prefix: AddressPrefix,
        seconds: Int64?,
        reason: String?
    ) async throws(AdminError) -> BanOutcome {
        try await post("/v1/bans", BanRequest(prefix: prefix, seconds: seconds, reason: reason))
    }

    package func removeBan(
        _ prefix: AddressPrefix,
        reason: String?
    ) async throws(AdminError) -> BanOutcome {
        try await answer(
            to: AdminRequest(
                .DELETE,
                "/v1/bans",
                query: [("prefix", prefix.description), ("reason", reason)]
            )
        )
    }

    package func toolPins() async throws(AdminError) -> [ToolStanding] {
        try await get("/v1/tools")
    }

    package func approveTool(
        _ tool: String,
        of server: String,
        digest: SecretDigest,
        reason: String?
    ) async throws(AdminError) -> ToolStanding {
        let body = ApprovalRequest(server: server, tool: tool, digest: digest, reason: reason)
        return try await post("/v1/tools/approve", body)
    }

    package func events(after cursor: UInt64, limit: Int) async throws(AdminError) -> EventPage {
        try await get("/v1/events", query: [("after", "\(cursor)"), ("limit", "\(limit)")])
    }

    /// Ends with an `AdminError` when the gateway goes away or is silent for 15 s.
    package func watch(after cursor: UInt64?) -> AsyncThrowingStream<AdminUpdate, any Error> {
        let request = AdminRequest(.GET, "/v1/stream", query: [("after", cursor.map { "\($0)" })])
        return AdminUpdateStream.open(request, over: transport)
    }

    private func get<Answer: Decodable>(
        _ path: String,
        query: [(name: String, value: String?)] = []
    ) async throws(AdminError) -> Answer {
        try await answer(to: AdminRequest(.GET, path, query: query))
    }

    private func post<Answer: Decodable>(
        _ path: String,
        _ body: some Encodable,
        base: RevisionNumber? = nil
    ) async throws(AdminError) -> Answer {
        do {
            let bytes = try AdminJSON.encode(body)
            return try await answer(to: AdminRequest(.POST, path, base: base, body: bytes))
        } catch {
            throw transport.adminError(for: error)
        }
    }

    private func answer<Answer: Decodable>(
        to request: AdminRequest
    ) async throws(AdminError) -> Answer {
        let bytes = try await transport.call(request)
        do {
            return try AdminJSON.decodeAnswer(Answer.self, from: bytes)
        } catch {
            throw transport.adminError(for: error)
        }
    }
}

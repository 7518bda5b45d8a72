package import Policy
package import Telemetry

/// Everything an operator can see or change.
///
/// The control plane implements it, the client forwards it over the admin socket, tests fake it;
/// all of them pass one suite. An instance acts for one operator: the server makes one for each
/// peer of the socket, with the author taken from the peer's credentials.
package protocol AdminService: Sendable {
    func status() async throws(AdminError) -> GateStatus
    func telemetry() async throws(AdminError) -> TelemetrySnapshot

    /// The policy in force.
    func policy() async throws(AdminError) -> PolicyRevision
    /// Any kept revision; `.notFound` otherwise.
    func revision(_ number: RevisionNumber) async throws(AdminError) -> PolicyRevision
    /// Newest first; `limit` is 1…1,000.
    func history(limit: Int) async throws(AdminError) -> [RevisionSummary]

    /// Says what `edit` would do; changes nothing.
    func check(_ edit: PolicyEdit) async throws(AdminError) -> EditPreview
    /// Applies `edit` to the policy the operator was looking at.
    ///
    /// Persisted and in force on every event loop when it returns.
    /// - Throws: `.revisionConflict` when `base` is no longer current, `.invalidPolicy` with every
    ///   problem when the result would not validate; the running policy is then untouched.
    func apply(
        _ edit: PolicyEdit,
        base: RevisionNumber,
        reason: String?
    ) async throws(AdminError) -> EditOutcome
    /// Brings a kept revision back as a new one; keys revoked since stay revoked.
    func rollBack(
        to number: RevisionNumber,
        base: RevisionNumber,
        reason: String?
    ) async throws(AdminError) -> EditOutcome

    /// Makes a key; the secret is in the answer and nowhere else.
    func createKey(_ request: KeyCreation) async throws(AdminError) -> IssuedKey
    /// Gives a key a new secret; the old one works for `graceSeconds` more, 0…604,800.
    func rotateKey(
        _ id: KeyID,
        graceSeconds: Int64,
        base: RevisionNumber?,
        reason: String?
    ) async throws(AdminError) -> IssuedKey

    func bans() async throws(AdminError) -> [BanRecord]
    /// Shuts an address or network out at once; `seconds` nil means until it is removed.
    func addBan(
        _ prefix: AddressPrefix,
        seconds: Int64?,
        reason: String?
    ) async throws(AdminError) -> BanOutcome
    /// Lifts a ban and any automatic block of the same address; `.notFound` when there was neither.
    func removeBan(
        _ prefix: AddressPrefix,
        reason: String?
    ) async throws(AdminError) -> BanOutcome

    /// Every tool that was ever seen behind the gate, by server and name.
    func toolPins() async throws(AdminError) -> [ToolStanding]
    /// Pins a changed tool as it is now; `digest` is of the version that the operator was shown.
    ///
    /// - Throws: `.notFound` when the tool has not changed, `.invalidRequest` when it changed again.
    func approveTool(
        _ tool: String,
        of server: String,
        digest: SecretDigest,
        reason: String?
    ) async throws(AdminError) -> ToolStanding

    /// Events after `cursor`, oldest first; `limit` is 1…1,000.
    func events(after cursor: UInt64, limit: Int) async throws(AdminError) -> EventPage
    /// A snapshot a second and events as they happen, beginning after `cursor` (nil: from now).
    ///
    /// At once: the revision in force, the events after the cursor, the latest snapshot.
    /// Ends with an error when the server goes away. Cancel the consuming task to stop it.
    func watch(after cursor: UInt64?) -> AsyncThrowingStream<AdminUpdate, any Error>
}

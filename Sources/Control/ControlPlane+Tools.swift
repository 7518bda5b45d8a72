import Admin
import Logging
import MCP
import Policy
import Store
import Synchronization
import Telemetry

extension ControlPlane {
    /// Approves a changed tool as the operator was shown it.
    func approveTool(
        _ tool: String,
        of server: String,
        digest: SecretDigest,
        reason: String?,
        author: Author
    ) async throws(AdminError) -> ToolStanding {
        let request = EditRequest(action: .approveTool, author: author, reason: reason)
        return try await edits.run { () async throws(AdminError) -> ToolStanding in
            let pin: ToolPin
            do throws(AdminError) {
                try requireReason(reason)
                pin = try pending(tool, of: server, digest: digest)
            } catch {
                await recordRefusal(error, action: .approveTool, request: request)
                throw error
            }
            var approved = pin
            approved.approved = pin.pending ?? pin.approved
            approved.pending = nil
            let draft = AuditDraft(
                time: clock.wall(),
                author: author,
                action: .approveTool,
                before: pin.auditJSON,
                after: approved.auditJSON,
                reason: reason
            )
            try await persist(.pinTool(approved), audit: draft)
            state.withLock { $0.toolPins.markWritten([approved]) }
            guard tools.approve(tool: tool, server: server, digest: digest) else {
                throw .toolChangedAgain
            }
            announce(approved, by: author)
            return ToolStanding(approved)
        }
    }

    private func pending(
        _ tool: String,
        of server: String,
        digest: SecretDigest
    ) throws(AdminError) -> ToolPin {
        guard let pin = tools.pin(of: tool, server: server), let pending = pin.pending else {
            throw .toolUnchanged
        }
        guard pending.digest == digest else { throw .toolChangedAgain }
        return pin
    }

    private func announce(_ pin: ToolPin, by author: Author) {
        let tool = VisibleText.line(pin.tool, lengthMax: 64)
        let place = pin.server.isEmpty ? "" : " of server \(pin.server)"
        telemetry.record(
            SecurityEvent(
                time: clock.wall(),
                kind: .toolChanged,
                severity: .info,
                detail: PrintableText.detail("\(author) approved tool \(tool)\(place)")
            )
        )
        logger.info("tool approved", metadata: ["tool": "\(tool)", "uid": "\(author.uid)"])
    }

    /// Writes new and changed pins down, now and then.
    func observeTools() async {
        let revision = tools.revision
        let now = clock.monotonic()
        if state.withLock({ $0.toolPins.isDue(revision, at: now) }) { await writeToolPins() }
    }

    /// Writes down which pins are new or changed since the last time; a failure is logged once.
    func writeToolPins() async {
        do throws(AdminError) {
            try await edits.run { () async throws(AdminError) in
                // Read first: what changes after it is written the next time.
                let revision = tools.revision
                let pins = tools.pins
                let unwritten = state.withLock { $0.toolPins.unwritten(pins) }
                if !unwritten.isEmpty {
                    do throws(StoreError) {
                        try await store.writeToolPins(unwritten)
                    } catch {
                        throw AdminError(.storeFailed, error.message)
                    }
                }
                state.withLock { state in
                    state.toolPins.markWritten(unwritten, revision: revision)
                    state.toolPins.isUnwritable = false
                }
            }
        } catch {
            let isNews = state.withLock { state in
                defer { state.toolPins.isUnwritable = true }
                return !state.toolPins.isUnwritable
            }
            if isNews {
                logger.error("tool pins not written", metadata: ["error": "\(error.message)"])
            }
        }
    }
}

extension ToolPin {
    /// The version is the beginning of its digest; a whole one would be taken for a secret.
    fileprivate var auditJSON: String? {
        AuditText.json([
            "server": server,
            "tool": VisibleText.line(tool),
            "version": String(approved.digest.description.prefix(16)),
        ])
    }
}

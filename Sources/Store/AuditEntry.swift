package import Policy

/// What an operator did or tried, before it has its place in the audit trail.
///
/// Every text in it has been through `SecretRedaction`.
package struct AuditDraft: Equatable, Sendable {
    /// What was asked for; the raw value is the word in the trail.
    package enum Action: String, Sendable, CaseIterable {
        case firstStart = "first_start"
        case editPolicy = "edit_policy"
        case rollBack = "roll_back"
        case createKey = "create_key"
        case rotateKey = "rotate_key"
        case addBan = "add_ban"
        case removeBan = "remove_ban"
        case approveTool = "approve_tool"
    }

    /// Whether it was done.
    package enum Outcome: String, Sendable, CaseIterable {
        case accepted
        case refused
    }

    package let time: Timestamp
    package let author: Author
    package let action: Action
    package let outcome: Outcome
    /// The values before and after as JSON; nil where there was or is none.
    package let before: String?
    package let after: String?
    package let reason: String?

    package init(
        time: Timestamp,
        author: Author,
        action: Action,
        outcome: Outcome = .accepted,
        before: String? = nil,
        after: String? = nil,
        reason: String? = nil
    ) {
        self.init(
            kept: before.map(SecretRedaction.redacted),
            after.map(SecretRedaction.redacted),
            reason: reason.map(SecretRedaction.redacted),
            time: time,
            author: author,
            action: action,
            outcome: outcome
        )
    }

    /// Takes texts as they are in the trail.
    init(
        kept before: String?,
        _ after: String?,
        reason: String?,
        time: Timestamp,
        author: Author,
        action: Action,
        outcome: Outcome
    ) {
        self.time = time
        self.author = author
        self.action = action
        self.outcome = outcome
        self.before = before
        self.after = after
        self.reason = reason
    }
}

/// One line of the audit trail, tied to the one before it by its hash.
package struct AuditEntry: Equatable, Sendable {
    /// Grows by one, starting at 1; the order of the trail, whatever the clock did.
    package let sequence: Int64
    package let draft: AuditDraft
    /// The revision that the act brought into force.
    package let revision: RevisionNumber?
    /// The SHA-256 of that revision's document.
    package let documentHash: [UInt8]?
    package let previousHash: [UInt8]
    package let hash: [UInt8]
}

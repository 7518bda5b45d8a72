package import Policy

/// Something an operator or an investigator wants to know of.
///
/// Equal events (same kind, reason, address and key) within one second are one event with a count.
package struct SecurityEvent: Equatable, Sendable, Codable {
    package enum Kind: String, Sendable, Codable, CaseIterable {
        case authenticationFailure = "authentication_failure"
        case rateLimitViolation = "rate_limit_violation"
        case addressBlocked = "address_blocked"
        case addressRefused = "address_refused"
        case originRefused = "origin_refused"
        case requestRefused = "request_refused"
        case upstreamFailure = "upstream_failure"
        /// A server can no longer be connected to, or can be again.
        case upstreamChanged = "upstream_changed"
        case policyChanged = "policy_changed"
        case banChanged = "ban_changed"
        case keyGraceUse = "key_grace_use"
        /// A renewed certificate is in use.
        case certificateChanged = "certificate_changed"
        /// Renewed files cannot be served; the old certificate stays.
        case certificateRefused = "certificate_refused"
        case certificateExpiring = "certificate_expiring"
        /// A tool is not what it was pinned as, or its texts hide something.
        case toolChanged = "tool_changed"
    }

    package enum Severity: String, Sendable, Codable, CaseIterable {
        case info
        case warning
        case critical
    }

    /// Grows by one with every event of this process; `events --follow` resumes by it.
    package var cursor: UInt64
    package var time: Timestamp
    package var kind: Kind
    package var severity: Severity
    package var reason: ReasonCode?
    /// The client, as text; nil for events that no client caused.
    package var address: String?
    package var key: KeyID?
    /// Words for people, already neutralised; at most 200 characters.
    package var detail: String?
    /// How often it happened within its second; at least 1.
    package var count: UInt64

    package init(
        cursor: UInt64 = 0,
        time: Timestamp,
        kind: Kind,
        severity: Severity,
        reason: ReasonCode? = nil,
        address: String? = nil,
        key: KeyID? = nil,
        detail: String? = nil,
        count: UInt64 = 1
    ) {
        self.cursor = cursor
        self.time = time
        self.kind = kind
        self.severity = severity
        self.reason = reason
        self.address = address
        self.key = key
        self.detail = detail
        self.count = count
    }
}

package import Policy

/// What an operator wants to know of the certificate in use.
package struct CertificateStanding: Equatable, Sendable {
    /// The names it is good for, as text; at most `namesMax`.
    package var names: [String]
    package var validFrom: Timestamp
    package var validUntil: Timestamp

    /// Names that are kept; a certificate may hold thousands.
    package static let namesMax = 16

    private static let millisecondsPerDay: Int64 = 86_400_000

    package init(names: [String], validFrom: Timestamp, validUntil: Timestamp) {
        self.names = Array(names.prefix(Self.namesMax))
        self.validFrom = validFrom
        self.validUntil = validUntil
    }

    /// Whole days until it expires, rounded down; negative once it has.
    package func daysLeft(at now: Timestamp) -> Int {
        let (span, overflow) = validUntil.millisecondsSince1970.subtractingReportingOverflow(
            now.millisecondsSince1970
        )
        guard !overflow else { return .max }
        let days = span / Self.millisecondsPerDay
        return Int(span < 0 && span % Self.millisecondsPerDay != 0 ? days - 1 : days)
    }

    package func isExpired(at now: Timestamp) -> Bool {
        now.millisecondsSince1970 >= validUntil.millisecondsSince1970
    }

    package func isNotYetValid(at now: Timestamp) -> Bool {
        now.millisecondsSince1970 < validFrom.millisecondsSince1970
    }
}

/// Says once for each threshold that the certificate nears its end.
struct ExpiryAlarm {
    /// Whole days that are left when the operator is told again.
    private static let thresholds = [14, 7, 3, 1, 0]

    private var told: Int?

    /// - Returns: The days that are left, when that is worth saying now.
    mutating func daysToTell(_ standing: CertificateStanding, at now: Timestamp) -> Int? {
        let days = standing.daysLeft(at: now)
        let reached = days < 0 ? -1 : Self.thresholds.last { days <= $0 }
        guard reached != told else { return nil }
        told = reached
        return reached == nil ? nil : days
    }
}

import GRDB
package import Policy

/// An address or key that the gate shut out by itself, as it is remembered across a restart.
package struct KeptBlock: Equatable, Sendable {
    /// What led to it; the raw value is the word in the store.
    package enum Cause: String, Sendable, CaseIterable {
        case addressRate = "address_rate"
        case keyRate = "key_rate"
        /// Failed authentication.
        case failures
    }

    /// There is one block of a subject for each cause.
    package struct Name: Hashable, Sendable {
        package var cause: Cause
        /// The address (an IPv6 /64 with its length) or the key's id.
        package var subject: String

        package init(cause: Cause, subject: String) {
            self.cause = cause
            self.subject = subject
        }
    }

    package var name: Name
    package var since: Timestamp
    package var until: Timestamp
    /// For failures: 1 for a first ban, more for those that followed soon; else 1.
    package var step: Int64
    package var refusals: UInt64

    package init(
        name: Name,
        since: Timestamp,
        until: Timestamp,
        step: Int64 = 1,
        refusals: UInt64 = 0
    ) {
        self.name = name
        self.since = since
        self.until = until
        self.step = step
        self.refusals = refusals
    }
}

extension KeptBlock {
    init(row: Row) throws {
        guard let cause = Cause(rawValue: try row.value("cause")) else {
            throw RowProblem(column: "cause")
        }
        self.init(
            name: Name(cause: cause, subject: try row.value("subject")),
            since: try row.timestamp("since_ms"),
            until: try row.timestamp("until_ms"),
            step: try row.value("step"),
            refusals: try row.count("refusals")
        )
    }

    var columns: StatementArguments {
        [
            name.cause.rawValue, name.subject, since.millisecondsSince1970,
            until.millisecondsSince1970, step, Int64(clamping: refusals),
        ]
    }
}

extension PolicyStore {
    /// Remembers `blocks`, in place of what is remembered of their subjects, and forgets `ended`.
    package func updateBlocks(
        _ blocks: [KeptBlock],
        forgetting ended: [KeptBlock.Name]
    ) async throws(StoreError) {
        try await transaction { database in
            let removal = try database.cachedStatement(
                sql: "DELETE FROM block WHERE cause = ? AND subject = ?"
            )
            for name in ended {
                try removal.execute(arguments: [name.cause.rawValue, name.subject])
            }
            let insertion = try database.cachedStatement(
                sql: """
                    INSERT OR REPLACE INTO block (cause, subject, since_ms, until_ms, step,
                        refusals) VALUES (?, ?, ?, ?, ?, ?)
                    """
            )
            for block in blocks {
                try insertion.execute(arguments: block.columns)
            }
        }
    }

    /// Every block that is remembered, ended ones included, the one that ends last first.
    package func blocks() async throws(StoreError) -> [KeptBlock] {
        try await transaction { database in
            try Row.fetchAll(
                database,
                sql: "SELECT * FROM block ORDER BY until_ms DESC, cause, subject"
            ).map(KeptBlock.init(row:))
        }
    }
}

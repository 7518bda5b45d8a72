/// A policy revision compiled for the data plane: immutable, shared by reference.
package final class PolicySnapshot: Sendable {
    package let number: RevisionNumber
    package let document: PolicyDocument

    package init(_ document: PolicyDocument, number: RevisionNumber) {
        self.number = number
        self.document = document
    }
}

/// The bans in force, compiled for lookup by address.
package final class BanTable: Sendable {
    package let records: [BanRecord]

    package init(_ records: [BanRecord]) {
        self.records = records
    }
}

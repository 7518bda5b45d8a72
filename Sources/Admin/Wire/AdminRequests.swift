import Policy

/// The body of `POST /v1/policy/check`.
struct CheckRequest: Codable, Equatable {
    var edit: WiredEdit
}

/// The body of `POST /v1/policy/edits`; the base revision is in `If-Match`.
struct EditRequest: Codable, Equatable {
    var edit: WiredEdit
    var reason: String?
}

/// The body of `POST /v1/policy/rollback`; the base revision is in `If-Match`.
struct RollbackRequest: Codable, Equatable {
    var revision: RevisionNumber
    var reason: String?
}

/// The body of `POST /v1/keys`; `If-Match` may name a base revision.
struct KeyRequest: Codable, Equatable {
    var name: String
    /// An API key unless given.
    var scheme: KeyRecord.Scheme?
    var username: String?
    var password: Secret?
    var access: AccessRules?
    var expires: Timestamp?
    var reason: String?
}

/// The body of `POST /v1/keys/{id}/rotate`; `If-Match` may name a base revision.
struct RotationRequest: Codable, Equatable {
    /// 0…604,800.
    var graceSeconds: Int64
    var reason: String?
}

/// The body of `POST /v1/bans`.
struct BanRequest: Codable, Equatable {
    var prefix: AddressPrefix
    /// At least 1; absent means until it is removed.
    var seconds: Int64?
    var reason: String?
}

/// The body of `POST /v1/tools/approve`.
struct ApprovalRequest: Codable, Equatable {
    /// Absent for the server on `/mcp`.
    var server: String?
    var tool: String
    /// SHA-256 of the version that the operator was shown.
    var digest: SecretDigest
    var reason: String?
}

/// The data of a `revision` event of the stream.
struct RevisionNotice: Codable, Equatable {
    var revision: RevisionNumber
}

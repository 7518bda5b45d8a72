/// One operator change, before validation.
package enum PolicyEdit: Equatable, Sendable, Codable {
    case addEntry(AddressList, AddressEntry)
    case removeEntry(AddressList, AddressPrefix)
    case setLimits(LimitRules)
    case setBrowserRules(BrowserRules)
    case setAuthenticationRequired(Bool)
    case setFailureRules(FailureRules)
    case setTokenRules(TokenRules?)
    case setCertificates([CertificateRule])
    case setProxyRules(ProxyRules)
    case setUpstream(UpstreamRule?)
    /// Adds a server, or takes the place of the one with its name.
    case setServer(ServerRule)
    case removeServer(String)
    case setToolRules(ToolRules)
    case setLockdown(LockdownRule?)
    case setDebugLogging(Bool)
    case addKey(KeyRecord)
    /// Puts `secret` first; the superseded one works until `retires`.
    case rotateKey(KeyID, secret: KeySecret, retires: Timestamp)
    case setKeyState(KeyID, KeyRecord.State)
    case setKeyAccess(KeyID, AccessRules)
    /// Replaces the whole document, as a rollback does.
    case replace(PolicyDocument)
}

/// Which of the two address lists an edit means.
package enum AddressList: String, Sendable, Codable, CaseIterable {
    case allowlist
    case denylist
}

/// One thing that is wrong with a policy.
package struct PolicyProblem: Hashable, Sendable, Codable {
    /// Where, such as `limits.perAddress.requestsPerMinute` or `allowlist[3].prefix`.
    package var path: String
    /// What is wrong and what would be right, as one sentence.
    package var message: String

    package init(path: String, message: String) {
        self.path = path
        self.message = message
    }
}

/// One line of the difference between two policies, in an operator's words.
package struct PolicyChange: Hashable, Sendable, Codable {
    package enum Kind: String, Sendable, Codable {
        case added
        case removed
        case changed
    }

    package var kind: Kind
    /// What it concerns, such as `allowlist 10.0.0.0/8` or `limits.perKey.burst`.
    package var subject: String
    /// The value before and after, as text; nil where there was or is none.
    package var before: String?
    package var after: String?

    package init(kind: Kind, subject: String, before: String? = nil, after: String? = nil) {
        self.kind = kind
        self.subject = subject
        self.before = before
        self.after = after
    }
}

/// An address or network that an operator shut out by hand; kept apart from the policy because an
/// undo of the policy must not let a banned client back in.
package struct BanRecord: Equatable, Sendable, Codable {
    package var prefix: AddressPrefix
    package var reason: String?
    package var author: Author
    package var created: Timestamp
    /// Nil means until it is removed.
    package var expires: Timestamp?

    package init(
        prefix: AddressPrefix,
        reason: String?,
        author: Author,
        created: Timestamp,
        expires: Timestamp?
    ) {
        self.prefix = prefix
        self.reason = reason
        self.author = author
        self.created = created
        self.expires = expires
    }
}

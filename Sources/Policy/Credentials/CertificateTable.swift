/// Whom a client certificate stands for.
package struct CertificatePrincipal: Equatable, Sendable {
    /// What limits and records are kept by: `=` and the rule's name, never the id of a key.
    package let identity: KeyIdentity
    package let name: String
}

/// The client certificates of a policy, compiled for lookup by subject.
struct CertificateTable: Sendable {
    private let principals: [[UInt8]: CertificatePrincipal]

    init(_ rules: [CertificateRule]) {
        var principals: [[UInt8]: CertificatePrincipal] = [:]
        for rule in rules {
            let identity = KeyIdentity(
                id: KeyID("=" + rule.name),
                access: AccessPolicy(rule.access)
            )
            principals[Array(rule.subject.utf8)] = CertificatePrincipal(
                identity: identity,
                name: rule.name
            )
        }
        self.principals = principals
    }

    /// The first subject that has a rule counts.
    func principal(of subjects: [String]) -> CertificatePrincipal? {
        for subject in subjects {
            if let principal = principals[Array(subject.utf8)] { return principal }
        }
        return nil
    }
}
